package cli_test

import (
	"os"
	"strings"
	"testing"
)

// TestBadConfig: the file, the line and what there is instead.
func TestBadConfig(t *testing.T) {
	t.Setenv("STANDIN_BROWSER", "/nonexistent")
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", "app: http://localhost:1\ncarrier: [x]\n", []string{"line 2", "carrier", "carriers", "is no key of a config"}},
		{"not YAML", "app: [", []string{"line 1"}},
		{"wrong type", "app: [a, b]\n", []string{"line 1"}},
		{"wrong product", "product: bitbucket\n", []string{`"bitbucket"`, "jira or confluence"}},
		{"wrong carrier", "carriers: [\"trailer:x\"]\n", []string{"carriers", "trailer"}},
		{"wrong step", "journey: [{clik: Items}]\n", []string{"line 1", "clik", "click"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inEmptyFolder(t)
			if err := os.WriteFile("standin.yaml", []byte(tc.text), 0o644); err != nil {
				t.Fatal(err)
			}
			code, _, stderr := invoke(t, "", "run", "--app", "http://localhost:1")
			if code != 2 || !strings.HasPrefix(stderr, "standin: config standin.yaml: ") || strings.Count(stderr, "\n") != 1 {
				t.Errorf("exit code %d, want 2 and one sentence; it said %s", code, stderr)
			}
			code, _, stderr2 := invoke(t, tc.text, "run", "--app", "http://localhost:1", "--config", "-")
			if code != 2 || !strings.HasPrefix(stderr2, "standin: --config from standard input: ") {
				t.Errorf("from standard input: exit code %d, want 2; it said %s", code, stderr2)
			}
			for _, want := range tc.want {
				if !strings.Contains(stderr, want) || !strings.Contains(stderr2, want) {
					t.Errorf("it does not say %q: %s", want, stderr)
				}
			}
		})
	}
}

// TestBadStubs: a folder of answers is read before anything starts, whoever names it.
func TestBadStubs(t *testing.T) {
	t.Setenv("STANDIN_BROWSER", "/nonexistent")
	inEmptyFolder(t)
	if err := os.MkdirAll("conf/answers/GET/rest", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"conf/answers/GET/rest/x.yaml": "status: 200\nbody: {}\nstatus: 7\n", "conf/standin.yaml": "stubs: answers\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const says = "in conf/answers: stub file GET/rest/x.yaml:3: "
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "--stubs", "conf/answers"}, "standin: --stubs: " + says},
		{[]string{"serve", "--stubs", "conf/answers"}, "standin: --stubs: " + says},
		{[]string{"run", "--config", "conf/standin.yaml"}, "standin: config conf/standin.yaml: stubs: " + says},
		{[]string{"serve", "--config", "conf/standin.yaml"}, "standin: config conf/standin.yaml: stubs: " + says},
		{[]string{"run", "--stubs", "nowhere"}, "standin: --stubs: there is no folder nowhere"},
	} {
		code, _, stderr := invoke(t, "", append(tc.args, "--app", "http://localhost:1")...)
		if code != 2 || !strings.HasPrefix(stderr, tc.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: exit code %d, want 2 and %q; it said %s", tc.args, code, tc.want, stderr)
		}
	}
}
