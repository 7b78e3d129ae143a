package egress_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/egress"
)

// run starts a program with the proxy's environment and returns what it printed.
func run(t *testing.T, p *egress.Proxy, name string, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts " + name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = os.Environ()
	for name, value := range p.Environment() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return string(out)
}

// Programs in Node come through the proxy by the environment alone, whatever they
// call with; what is on this machine they call directly.
func TestNode(t *testing.T) {
	t.Parallel()
	p := start(t, egress.Options{})
	local := httptest.NewServer(http.HandlerFunc(echo))
	defer local.Close()
	script, err := filepath.Abs("testdata/calls.cjs")
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, p, "node", script, "https://acme.atlassian.net/a", "http://acme.atlassian.net/b", local.URL, "https://example.com/")
	reason := "standin's egress proxy refuses example.com: an app under test reaches its site and Atlassian's key, token and API servers alone, and what outside: in standin.yaml names"
	want := strings.Join([]string{
		"https 200", "kept 200", "again 200", "fresh 200", "http 200", "local 200",
		"fetch 200", "fetchPlain 200", "fetchLocal 200", "post true", "refused " + reason, "fetchRefused " + reason, "",
	}, "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what Node saw (-want +got):\n%s", diff)
	}
	var came []string
	for _, c := range p.Calls() {
		came = append(came, c.Method+" "+c.Host+c.Path)
	}
	const a, b, no = "GET acme.atlassian.net/a", "GET acme.atlassian.net/b", "CONNECT example.com"
	if diff := cmp.Diff([]string{a, a, a, a, b, a, b, "POST acme.atlassian.net/a", no, no}, came); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// So do those that read the variables by themselves.
func TestOthers(t *testing.T) {
	t.Parallel()
	const site = "https://acme.atlassian.net/a"
	for name, args := range map[string][]string{
		"curl":    {"-sS", "-w", " %{http_code}", site},
		"python3": {"-c", "import urllib.request; r = urllib.request.urlopen('" + site + "'); print(r.read().decode(), r.status)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, egress.Options{})
			out := run(t, p, name, args...)
			if !strings.Contains(out, "/a auth= body= 200") || len(p.Calls()) != 1 {
				t.Errorf("it printed %q, calls %v", out, p.Calls())
			}
		})
	}
}
