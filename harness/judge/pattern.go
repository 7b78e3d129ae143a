package judge

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern matches the paths of URLs: * stands for anything within a segment, **
// for anything across segments.
type Pattern struct {
	text string
	re   *regexp.Regexp
}

// ParsePattern reads a pattern such as "/view/*" or "/export/**". It must begin
// with a slash or with **.
func ParsePattern(s string) (Pattern, error) {
	if !strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "**") {
		return Pattern{}, fmt.Errorf("pattern %q: it matches paths, so it begins with / (or **)", s)
	}
	var re strings.Builder
	re.WriteString("(?s)^") // a path may hold an encoded line end
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "**"):
			re.WriteString(".*")
			i++
		case s[i] == '*':
			re.WriteString("[^/]*")
		default:
			re.WriteString(regexp.QuoteMeta(s[i : i+1]))
		}
	}
	re.WriteString("$")
	compiled, err := regexp.Compile(re.String())
	if err != nil {
		return Pattern{}, fmt.Errorf("pattern %q: %w", s, err)
	}
	return Pattern{text: s, re: compiled}, nil
}

// Match tells whether the pattern fits a path.
func (p Pattern) Match(path string) bool { return p.re != nil && p.re.MatchString(path) }

func (p Pattern) String() string { return p.text }

func anyMatch(list []Pattern, path string) bool {
	for _, p := range list {
		if p.Match(path) {
			return true
		}
	}
	return false
}
