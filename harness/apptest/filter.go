package apptest

import (
	"flag"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness"
)

// underRunFlag leaves out the scenarios whose subtests "go test -run" will not run,
// for each costs seconds. Where the pattern is more than a plain one, all stay: the
// testing package decides in the end.
func underRunFlag(test string, all []harness.Scenario) []harness.Scenario {
	f := flag.Lookup("test.run")
	if f == nil {
		return all
	}
	return matching(f.Value.String(), test, all)
}

// matching is underRunFlag for a pattern.
func matching(pattern, test string, all []harness.Scenario) []harness.Scenario {
	if pattern == "" || strings.ContainsAny(pattern, "|()[]") {
		return all
	}
	parts := strings.Split(pattern, "/")
	return slices.DeleteFunc(slices.Clone(all), func(s harness.Scenario) bool {
		name := strings.Split(test+"/"+s.ID, "/")
		for i := strings.Count(test, "/") + 1; i < min(len(parts), len(name)); i++ {
			if ok, err := regexp.MatchString(parts[i], name[i]); err == nil && !ok {
				return true
			}
		}
		return false
	})
}
