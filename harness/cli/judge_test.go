package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness/report"
)

// ofPlaywright is a recording by Playwright 1.56.1 of the sample interceptor on a host of
// standin, with long texts cut; playwrightSecret is the tenant's.
const playwrightSecret = "known-secret-of-a-recording-0123456789"

func ofPlaywright(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("testdata/playwright.har")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// changed is that recording, changed.
func changed(t *testing.T, change func(text string) string) string {
	t.Helper()
	text, err := os.ReadFile(ofPlaywright(t))
	if err != nil {
		t.Fatal(err)
	}
	now := change(string(text))
	if now == string(text) {
		t.Fatal("nothing was changed")
	}
	path := filepath.Join(t.TempDir(), "changed.har")
	if err := os.WriteFile(path, []byte(now), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// sanitized is a HAR without the headers that Chrome leaves out when it exports one
// without sensitive data, by a program of that name.
func sanitized(text, creator string) string {
	var doc map[string]any
	if json.Unmarshal([]byte(text), &doc) != nil {
		return text
	}
	log := doc["log"].(map[string]any)
	log["creator"] = map[string]any{"name": creator, "version": "537.36"}
	for _, e := range log["entries"].([]any) {
		for _, side := range []string{"request", "response"} {
			part := e.(map[string]any)[side].(map[string]any)
			part["cookies"] = []any{}
			part["headers"] = slices.DeleteFunc(part["headers"].([]any), func(h any) bool {
				name, _ := h.(map[string]any)["name"].(string)
				return slices.Contains([]string{"authorization", "cookie", "set-cookie"}, strings.ToLower(name))
			})
		}
	}
	out, _ := json.Marshal(doc)
	return string(out)
}

// TestJudge: a recording is judged without a browser, with the exit codes of a run.
func TestJudge(t *testing.T) {
	recorded := ofPlaywright(t)
	stripped := changed(t, func(text string) string { return sanitized(text, "WebInspector") })
	lost := changed(t, func(text string) string { return sanitized(text, "mitmproxy") })
	shown := changed(t, func(text string) string { return strings.Replace(text, "Sample interceptor", playwrightSecret, 10) })
	inEmptyFolder(t)
	t.Setenv("STANDIN_BROWSER", "/nonexistent") // who starts one all the same, fails with 3
	for _, tc := range []struct {
		name   string
		args   []string
		secret string
		code   int
		says   []string
	}{
		{"sound", []string{recorded}, playwrightSecret, 0, []string{"✓ recorded", "standin-sample-interceptor at http://localhost:23977", "4 of 8 requests judged"}},
		{"by the flag", []string{recorded, "--shared-secret", playwrightSecret}, "another", 0, []string{"✓ recorded"}},
		{"unsigned", []string{recorded}, "", 0, []string{"✓ recorded", "signatures were not checked"}},
		{"another secret", []string{recorded}, "another", 1, []string{"token/signature"}},
		{"the secret in a page", []string{shown}, playwrightSecret, 1, []string{"leak/shared-secret"}},
		{"sanitized", []string{stripped}, "", 4, []string{"changed.har has no Authorization and no Cookie header at all", "4 requests carried a token is not known"}},
		{"without tokens", []string{lost, "--app", "http://localhost:23977"}, "", 1, []string{"token/missing", "took them out"}},
		{"over itself", []string{stripped, "--json", stripped}, "", 2, []string{"--json would write over", "name another file"}},
		{"another app", []string{recorded, "--app", "http://localhost:1"}, "", 2, []string{"no request in playwright.har goes to http://localhost:1"}},
		{"no archive", []string{"no.har"}, "", 2, []string{"no.har: no HTTP archive (HAR): there is no \"log\" in it; save one"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv("STANDIN_SHARED_SECRET", tc.secret)
			if err := os.WriteFile("no.har", []byte("{}"), 0o644); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := invoke(t, "", append([]string{"judge"}, tc.args...)...)
			if code != tc.code || stdout != "" {
				t.Errorf("exit code %d, want %d; standard output %q", code, tc.code, stdout)
			}
			flat := strings.Join(strings.Fields(stderr), " ")
			for _, want := range tc.says {
				if !strings.Contains(flat, want) {
					t.Errorf("it does not say %q:\n%s", want, stderr)
				}
			}
		})
	}
}

// TestJudgeWrites: the report goes where it is asked for, and the config counts.
func TestJudgeWrites(t *testing.T) {
	text, err := os.ReadFile(ofPlaywright(t))
	if err != nil {
		t.Fatal(err)
	}
	inEmptyFolder(t)
	config := "app: http://localhost:3000\npublic: [\"/api/items\", \"/api/me\"]\njourney:\n  - click: Items\n"
	if err := os.WriteFile("standin.yaml", []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := invoke(t, string(text), "judge", "-", "--json", "-", "--out", "out")
	var r report.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s\n%s", code, err, stdout, stderr)
	}
	if r.Verdict != report.Pass || r.Scenarios[0].Judged != 1 || r.App.BaseURL != "http://localhost:23977" || r.Browser != "chromium 156.0.8078.79" {
		t.Errorf("the report: %s", stdout)
	}
	files, err := filepath.Glob("out/*")
	if want := []string{"out/junit.xml", "out/report.json", "out/report.txt"}; err != nil || !slices.Equal(files, want) {
		t.Errorf("the files are %q, want %q (%v)", files, want, err)
	}
}
