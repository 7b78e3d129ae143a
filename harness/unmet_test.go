package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/harness/report"
)

// TestAsked: entries as an app's author would write what he asked.
func TestAsked(t *testing.T) {
	t.Parallel()
	long := `["` + strings.Repeat("x", 1000) + `"]`
	for want, e := range map[string]fakehost.Entry{
		`AP.jira.openIssueDialog("A-1", {"a":1})`: {Call: "jira.openIssueDialog", Args: json.RawMessage(`["A-1",{"a":1}]`)},
		"AP.hide()":                              {Call: "hide"},
		"AP.x(5)":                                {Call: "x", Args: json.RawMessage(`5`)},
		"AP.y(" + cut(long[1:], argsLimit) + ")": {Call: "y", Args: json.RawMessage(long)},
		"PUT /rest/x?a=1&jwt=…":                  {Method: "PUT", URL: "/rest/x?a=1&jwt=aaaa.bbbb.cccc"},
		"inline condition moon in the URL of module m: it is empty": {Text: "inline condition moon in the URL of module m: it is empty"},
	} {
		if got := asked(e); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	var many tally
	for i := range unmetLimit + 3 {
		many.add(strings.Repeat("x", i+1))
		many.add("x")
	}
	if lines := many.lines(); len(lines) != unmetLimit+1 || lines[0] != "x (24 times)" || lines[unmetLimit] != "3 more, of other kinds" {
		t.Errorf("lines %q", lines)
	}
}

// TestReportOfUnmet: what an app asks of the host in vain stands in every form of the
// report, with its arguments, once for all the times.
func TestReportOfUnmet(t *testing.T) {
	var keys string
	sample, _ := apps.ByName("interceptor")
	var server *httptest.Server
	server = httptest.NewServer(sample.New(apps.Options{
		BaseURL: func() string { return server.URL }, KeysURL: func() string { return keys },
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	askInVain := Scenario{ID: "test/vain", Title: "The app asks in vain.", Play: func(ctx context.Context, s *Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		mark := s.run.host.Mark()
		if err := s.page.EvalFrame(ctx, `
			AP.addRequestMarshal('DEMO-7', 'x'); AP.addRequestMarshal('DEMO-7', 'x'); AP.addRequestMarshal('DEMO-8');
			AP.request({url: '/rest/api/3/filter/search?name=x', error() {}});
			AP.request({url: '/rest/api/3/filter', type: 'POST', data: '{}', contentType: 'application/json', error() {}});
			parent.postMessage({eid: 'nobody', type: 'req', mod: 'env', fn: 'resize'}, '*'); 0`, nil); err != nil {
			return err
		}
		return s.page.Await(ctx, 10*time.Second, "the host to hear of it", func() (bool, string) {
			seen := 0
			for _, e := range s.run.host.Journal()[mark:] {
				if e.Kind == fakehost.KindNotEmulated || e.Kind == fakehost.KindRefused {
					seen++
				}
			}
			return seen >= 6, "some of it"
		})
	}}
	r, err := Run(ctx, Config{App: server.URL, Use: shared, Started: func(env map[string]string) error {
		keys = env[keysVariable]
		return nil
	}}, []Scenario{askInVain})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range r.Notes {
		if strings.HasPrefix(n, "not emulated: ") || strings.HasPrefix(n, "the host refused: ") {
			got = append(got, n)
		}
	}
	want := []string{
		`not emulated: AP.addRequestMarshal("DEMO-7", "x") (2 times)`, `not emulated: AP.addRequestMarshal("DEMO-8")`,
		"not emulated: GET /rest/api/3/filter/search?name=x, asked by AP.request", "not emulated: POST /rest/api/3/filter, asked by AP.request",
		"the host refused: req refused: no extension has this id, said to be from nobody",
	}
	slices.Sort(got) // the page's entries come in batches, beside those of REST calls
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text":  func(b *bytes.Buffer) error { return report.Text(b, r, report.TextOptions{Width: 200}) },
		"JUnit": func(b *bytes.Buffer) error { return report.JUnit(b, r) },
		"JSON":  func(b *bytes.Buffer) error { return report.JSON(b, r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if name == "JSON" {
			var read struct{ Notes []string }
			if err := json.Unmarshal(b.Bytes(), &read); err != nil {
				t.Fatal(err)
			}
			text = strings.Join(read.Notes, "\n")
		}
		for _, line := range want {
			if !strings.Contains(text, line) {
				t.Errorf("%s lacks %q:\n%s", name, line, text)
			}
		}
	}
}
