package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// writers are the forms of a report, by the name of their golden file.
var writers = map[string]func(io.Writer, *Report) error{
	".txt":   func(w io.Writer, r *Report) error { return Text(w, r, TextOptions{}) },
	".json":  JSON,
	".xml":   JUnit,
	"-v.txt": func(w io.Writer, r *Report) error { return Text(w, r, TextOptions{Verbose: true, Width: 100}) },
	"-narrow.txt": func(w io.Writer, r *Report) error {
		return Text(w, r, TextOptions{Width: 48})
	},
}

func write(t *testing.T, suffix string, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := writers[suffix](&b, r); err != nil {
		t.Fatalf("%s: %v", suffix, err)
	}
	return b.String()
}

func TestGoldens(t *testing.T) {
	for name, r := range sampleReports() {
		for suffix := range writers {
			t.Run(name+suffix, func(t *testing.T) {
				got := write(t, suffix, r)
				path := filepath.Join("testdata", name+suffix)
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatalf("%v (go test ./harness/report -update makes it)", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s changed (-golden +got); -update accepts it:\n%s", path, diff)
				}
			})
		}
	}
}

// TestNoSignature guards the promise that no report holds a whole token.
func TestNoSignature(t *testing.T) {
	for name, r := range sampleReports() {
		for suffix := range writers {
			if strings.Contains(write(t, suffix, r), sampleSignature[:12]) {
				t.Errorf("%s%s shows the signature of a token", name, suffix)
			}
		}
	}
	s := unusual()
	s.ID = "custom/" + sampleJWT
	if strings.Contains(Line(s, 80), sampleSignature[:12]) {
		t.Error("Line shows the signature of a token")
	}
}

// TestNoControlCharacters: what the app under test writes must not steer the
// terminal of the person who reads about it.
func TestNoControlCharacters(t *testing.T) {
	for name, r := range sampleReports() {
		for suffix := range writers {
			text := write(t, suffix, r)
			if i := strings.IndexAny(text, "\x00\x07\x1b\x7f\u0085\u202e\uFFFD"); i >= 0 {
				t.Errorf("%s%s holds %q", name, suffix, text[i:i+4])
			}
		}
	}
}

func TestTextKeepsTheWidth(t *testing.T) {
	for name, r := range sampleReports() {
		for _, width := range []int{48, 80, 120} {
			var b bytes.Buffer
			if err := Text(&b, r, TextOptions{Width: width, Verbose: true}); err != nil {
				t.Fatal(err)
			}
			for l := range strings.Lines(b.String()) {
				// An id is an address: it stays whole.
				if n := columns(strings.TrimSuffix(l, "\n")); n > width && !strings.Contains(l, "custom/") {
					t.Errorf("%s at %d columns: a line has %d: %s", name, width, n, l)
				}
			}
		}
	}
}

// TestSkipLines: with the lines printed as the run went on, the text starts with
// the stories.
func TestSkipLines(t *testing.T) {
	r := run()
	r.Add(referer())
	var b bytes.Buffer
	if err := Text(&b, r, TextOptions{SkipLines: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "✗ nav/push: fail ") || strings.Contains(b.String(), Heading(80)) {
		t.Errorf("text starts with %.200s", b.String())
	}
}

func TestJSONParsesBack(t *testing.T) {
	for name, r := range sampleReports() {
		var got Report
		dec := json.NewDecoder(strings.NewReader(write(t, ".json", r)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(*clean(r), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestJSONContract holds the keys that outsiders rely on. Fields are added, never
// renamed: this list only grows.
func TestJSONContract(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal([]byte(write(t, ".json", sampleReports()["all"])), &doc); err != nil {
		t.Fatal(err)
	}
	has := func(what string, v any, keys ...string) map[string]any {
		t.Helper()
		m, _ := v.(map[string]any)
		for _, k := range keys {
			if _, ok := m[k]; !ok {
				t.Errorf("%s has no key %q", what, k)
			}
		}
		return m
	}
	has("report", doc, "schema", "app", "verdict", "totals", "scenarios")
	has("app", doc["app"], "key", "baseUrl")
	totals := has("totals", doc["totals"], "pass", "warn", "fail", "inconclusive", "not-applicable", "harness-error")
	if len(totals) != 6 {
		t.Errorf("totals has %d keys, want 6", len(totals))
	}
	list, _ := doc["scenarios"].([]any)
	if len(list) != 7 {
		t.Fatalf("%d scenarios, want 7", len(list))
	}
	for _, s := range list {
		has("scenario", s, "id", "title", "module", "verdict", "virtualSeconds", "realSeconds", "requests", "judged", "findings", "timeline")
	}
	findings, _ := list[2].(map[string]any)["findings"].([]any)
	f := has("finding", findings[0], "rule", "severity", "message", "remedy", "request", "carrier", "token")
	has("request", f["request"], "method", "url", "type", "at")
	has("token", f["token"], "kind", "iss", "sub", "iat", "exp", "remaining")
}

// TestJUnitParsesBack reads the file as a build server does and checks that nothing
// but a pass or a warning can look like one.
func TestJUnitParsesBack(t *testing.T) {
	for name, r := range sampleReports() {
		var got junitSuites
		if err := xml.Unmarshal([]byte(write(t, ".xml", r)), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.Suites) != 1 {
			t.Fatalf("%s: %d suites, want 1", name, len(got.Suites))
		}
		suite := got.Suites[0]
		want := junitCounts{Time: suite.Time}
		for _, c := range suite.Cases {
			want.Tests++
			switch {
			case c.Failure != nil:
				want.Failures++
			case c.Error != nil:
				want.Errors++
			case c.Skipped != nil:
				want.Skipped++
			}
		}
		if suite.junitCounts != want || got.junitCounts != want {
			t.Errorf("%s: counts %+v and %+v, want %+v", name, got.junitCounts, suite.junitCounts, want)
		}
		if red, code := want.Failures+want.Errors > 0, r.ExitCode(); red != (code != 0) {
			t.Errorf("%s: exit code %d, but failures %d and errors %d", name, code, want.Failures, want.Errors)
		}
		if want.Failures != r.Totals.Fail {
			t.Errorf("%s: %d failures, want %d", name, want.Failures, r.Totals.Fail)
		}
	}
}

func TestJUnitKinds(t *testing.T) {
	var got junitSuites
	if err := xml.Unmarshal([]byte(write(t, ".xml", sampleReports()["all"])), &got); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, c := range got.Suites[0].Cases {
		switch {
		case c.Failure != nil:
			kinds[c.Name] = "failure " + c.Failure.Type
			if !strings.Contains(c.Failure.Body, "▸") {
				t.Errorf("the failure of %s tells no story:\n%s", c.Name, c.Failure.Body)
			}
		case c.Error != nil:
			kinds[c.Name] = "error " + c.Error.Type
		case c.Skipped != nil:
			kinds[c.Name] = "skipped"
		case c.Output != nil:
			kinds[c.Name] = "passed with output"
		default:
			kinds[c.Name] = "passed"
		}
	}
	want := map[string]string{
		"boot/first-load":          "passed",
		"nav/push":                 "failure token/missing",
		"expiry/idle-then-act":     "failure token/expired",
		"expiry/at-margin":         "passed with output",
		"nav/hash":                 "error inconclusive",
		"nav/replace":              "skipped",
		"time/sleep-timers-paused": "error harness-error",
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNumbersThatJSONDoesNotKnow: one bad number must not cost the whole report.
func TestNumbersThatJSONDoesNotKnow(t *testing.T) {
	r := run()
	s := passed()
	s.VirtualSeconds, s.RealSeconds = math.NaN(), math.Inf(1)
	r.Add(s)
	for suffix := range writers {
		write(t, suffix, r)
	}
}

// TestCleanLeavesTheOriginal: writing a report must not change it.
func TestCleanLeavesTheOriginal(t *testing.T) {
	for name, r := range sampleReports() {
		before := sampleReports()[name]
		for suffix := range writers {
			write(t, suffix, r)
		}
		if diff := cmp.Diff(before, r); diff != "" {
			t.Errorf("%s changed (-before +after):\n%s", name, diff)
		}
	}
}

func TestWritersReturnTheError(t *testing.T) {
	for suffix, w := range writers {
		if err := w(fullDisk{}, sampleReports()["all"]); !errors.Is(err, errFull) {
			t.Errorf("%s: error %v, want the writer's", suffix, err)
		}
	}
}

var errFull = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func FuzzWriters(f *testing.F) {
	f.Add("a\x00b", "]]>", 0.5, 80)
	f.Add("", "課題 e\u0301", -1.0, -3)
	f.Fuzz(func(t *testing.T, a, b string, at float64, width int) {
		r := run()
		r.Add(Scenario{ID: a, Title: b, Verdict: Verdict(a), Reason: b, VirtualSeconds: at,
			Findings: []Finding{{Rule: b, Message: a, Remedy: b, Story: []Event{{At: at, Actor: a, Text: b}}}}})
		r.Notes = []string{a, b}
		if err := Text(io.Discard, r, TextOptions{Width: width % 200, Verbose: true}); err != nil {
			t.Error(err)
		}
		var text bytes.Buffer
		if err := JSON(&text, r); err != nil || !json.Valid(text.Bytes()) {
			t.Errorf("JSON: %v: %s", err, text.Bytes())
		}
		text.Reset()
		if err := JUnit(&text, r); err != nil {
			t.Error(err)
		}
		if err := xml.Unmarshal(text.Bytes(), new(junitSuites)); err != nil {
			t.Errorf("JUnit does not parse: %v\n%s", err, text.Bytes())
		}
	})
}
