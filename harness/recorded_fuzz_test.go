package harness

import (
	"bytes"
	"os"
	"testing"

	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/report"
)

// FuzzJudgeRecording: whatever somebody recorded, it is judged or refused, and the
// report can be written.
func FuzzJudgeRecording(f *testing.F) {
	for _, path := range []string{"cli/testdata/playwright.har", "har/testdata/sample.har"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "", "")
		f.Add(text, "http://localhost:3000/a", "a secret")
	}
	f.Add([]byte(`{"log":{"entries":[{"startedDateTime":"2026-03-02T09:00:00Z","request":{"url":"ws://%/?xdm_e=:&jwt=e30.e30.","method":" "},"_resourceType":"document"}]}}`), "ws://%", "")
	f.Fuzz(func(t *testing.T, data []byte, app, secret string) {
		l, err := har.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		r, err := JudgeRecording(Recording{Log: l, Name: "x.har", App: app, SharedSecret: secret})
		if err != nil {
			return
		}
		var buf bytes.Buffer
		if err := report.JSON(&buf, r); err != nil {
			t.Fatal(err)
		}
		if err := report.JUnit(&buf, r); err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Scenarios {
			if s.Judged < 0 || s.Judged > s.Requests || s.Verdict == report.Pass && s.Judged == 0 {
				t.Fatalf("%s with %d of %d judged", s.Verdict, s.Judged, s.Requests)
			}
		}
	})
}
