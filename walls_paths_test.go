package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// homely finds the names of folders that exist on one machine only.
var homely = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.\-}])/(?:` +
	strings.Join([]string{`wor` + `k\b`, `roo` + `t\b`, `far` + `m\b`, "hom" + "e/[a-z]", "User" + "s/[A-Za-z]"}, "|") + `)[/a-z0-9_-]*`)

// registries finds the hosts from which packages come. Which one to ask is a matter
// of the machine, of its npm and its Go, and must not be frozen in a lock file.
var registries = regexp.MustCompile(`(?i)\b(?:` + strings.Join([]string{
	`registry\.npm` + `js\.org`, `registry\.yarn` + `pkg\.com`, `npm\.pkg\.git` + `hub\.com`,
	`proxy\.go` + `lang\.org`, `sum\.go` + `lang\.org`, `go` + `proxy\.(?:io|cn)`,
	`(?:deb|security|snapshot)\.deb` + `ian\.org`, `archive\.ubu` + `ntu\.com`, `py` + `pi\.org`,
	`[a-z0-9-]+\.pkg\.d` + `ev`, `[a-z0-9-]+\.jfr` + `og\.io`,
}, "|") + `)`)

// TestNoLocalNames: what is in the repository must mean the same on every machine.
func TestNoLocalNames(t *testing.T) {
	files := 0
	for path := range ourFiles(t, ".") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		files++
		for _, name := range localNames(text) {
			t.Errorf("%s names %q, which means nothing elsewhere", filepath.ToSlash(path), name)
		}
	}
	if files == 0 {
		t.Error("no files were found")
	}
}

// localNames lists what a file should not name. Pictures and the like have no names.
func localNames(text []byte) []string {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	var found []string
	for line := range bytes.Lines(text) {
		if suspicious(line) {
			found = append(found, namesIn(line)...)
		}
	}
	return found
}

// hints are parts of all that is looked for, in lower case. Most lines have none, and are not
// looked at by the expressions, which take their time.
var hints = []string{"/wor", "/roo", "/far", "/hom", "/user", "registry.", "pkg", "proxy", "sum.go", "deb", "ubu", "pypi", "jfr"}

func suspicious(line []byte) bool {
	lower := bytes.ToLower(line)
	return slices.ContainsFunc(hints, func(hint string) bool { return bytes.Contains(lower, []byte(hint)) })
}

func namesIn(text []byte) []string {
	var found []string
	for _, m := range homely.FindAll(text, -1) {
		found = append(found, string(m[bytes.IndexByte(m, '/'):]))
	}
	for _, m := range registries.FindAll(text, -1) {
		found = append(found, string(m))
	}
	return found
}

func TestLocalNames(t *testing.T) {
	for text, want := range map[string]int{
		"cd /wor" + "k/main":                        1,
		`"/roo` + `t/go"`:                           1,
		"/hom" + "e/ann/x and /User" + "s/ann":      2,
		"http://localhost/app/wor" + "k/1":          0,
		"/workers/rooted":                           0,
		"the root folder, {base}/wor" + "k":         0,
		"https://registry.npm" + "js.org/a":         1,
		"GOPROXY=https://proxy.go" + "lang.org":     1,
		"https://eu-npm.pkg.d" + "ev/a":             1,
		"https://pkg.go" + ".dev/net/http":          0,
		"\x00/wor" + "k/main is bytes of a picture": 0,
	} {
		if got := localNames([]byte(text)); len(got) != want {
			t.Errorf("localNames(%q) = %q, want %d", text, got, want)
		}
	}
}
