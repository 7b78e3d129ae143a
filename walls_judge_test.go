package main_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// httpWords are the names of net/http that describe an exchange and make none.
var httpWords = regexp.MustCompile(`^(?:Header|CanonicalHeaderKey|Cookie|ParseCookie|ParseSetCookie|ParseTime|SameSite.*|` +
	`Method.+|Status.+|DetectContentType)$`)

// TestJudgeUsesTheWordsOfHTTP: the judge may speak of headers and statuses, but it
// neither sends nor serves, for it does no I/O.
func TestJudgeUsesTheWordsOfHTTP(t *testing.T) {
	files := 0
	for path := range ourFiles(t, filepath.Join("harness", "judge")) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			continue
		}
		files++
		found, err := httpDeeds(path, nil)
		if err != nil {
			t.Error(err)
		}
		for _, f := range found {
			t.Error(f)
		}
	}
	if files == 0 {
		t.Error("no files of the judge were found")
	}
}

// httpDeeds lists what a Go file uses of net/http that is more than a word. Source
// nil means that the file is read.
func httpDeeds(path string, source any) ([]string, error) {
	file, err := parseFile(path, source)
	if err != nil {
		return nil, err
	}
	if file.dotted("net/http") {
		return []string{fmt.Sprintf("%s: import net/http by its name, so that one sees who uses it", path)}, nil
	}
	var found []string
	for _, u := range file.uses("net/http") {
		if !httpWords.MatchString(u.name) {
			found = append(found, fmt.Sprintf("%s:%d uses http.%s; the judge does no I/O", path, u.line, u.name))
		}
	}
	return found, nil
}

func TestHTTPDeeds(t *testing.T) {
	source := "package p\nimport \"net/http\"\nvar _ = http.Header{}\nvar _ = http.StatusOK\nvar _ = http.MethodGet\n"
	for extra, want := range map[string]int{
		"":                                      0,
		"var _ = http.Get":                      1,
		"var _ http.Client; var _ http.Handler": 2,
	} {
		got, err := httpDeeds("a.go", source+extra)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != want {
			t.Errorf("%q: found %q, want %d", extra, got, want)
		}
	}
}
