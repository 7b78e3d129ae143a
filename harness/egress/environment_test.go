package egress_test

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness/egress"
)

func lookupIn(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	p := start(t, egress.Options{Lookup: lookupIn(nil)})
	env := p.Environment()
	for name, want := range map[string]string{
		"HTTP_PROXY": p.URL(), "HTTPS_PROXY": p.URL(), "http_proxy": p.URL(), "https_proxy": p.URL(),
		"ALL_PROXY": p.URL(), "all_proxy": p.URL(), "NO_PROXY": "localhost,127.0.0.1,::1", "no_proxy": "localhost,127.0.0.1,::1",
		"NODE_EXTRA_CA_CERTS": filepath.Join(p.Dir(), "ca.pem"), "STANDIN_CA_FILE": filepath.Join(p.Dir(), "ca.pem"),
		"SSL_CERT_FILE": filepath.Join(p.Dir(), "bundle.pem"), "REQUESTS_CA_BUNDLE": filepath.Join(p.Dir(), "bundle.pem"),
		"CURL_CA_BUNDLE": filepath.Join(p.Dir(), "bundle.pem"), "NODE_USE_ENV_PROXY": "1",
		"NODE_OPTIONS": `--require "` + filepath.Join(p.Dir(), "node-proxy.cjs") + `"`,
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	for name := range env {
		if !egress.Sets(name) {
			t.Errorf("Sets does not know %s", name)
		}
	}
	if egress.Sets("PATH") || egress.Sets("ssl_cert_file") {
		t.Error("Sets knows what is not set")
	}
	if !strings.HasPrefix(p.URL(), "http://127.0.0.1:") {
		t.Errorf("it listens at %s", p.URL())
	}
}

// What the caller's programs trust, and what he asks of Node, is kept.
func TestEnvironmentOfCaller(t *testing.T) {
	t.Parallel()
	other := start(t, egress.Options{Lookup: lookupIn(nil)}) // some authority
	theirs := other.Environment()["STANDIN_CA_FILE"]
	p := start(t, egress.Options{Lookup: lookupIn(map[string]string{
		"SSL_CERT_FILE": "no such file", "NODE_EXTRA_CA_CERTS": theirs, "NODE_OPTIONS": "--max-old-space-size=200",
		"HTTPS_PROXY": "http://proxy.example.com", "NO_PROXY": "*",
	})})
	env := p.Environment()
	if !strings.HasPrefix(env["NODE_OPTIONS"], "--max-old-space-size=200 --require ") {
		t.Errorf("NODE_OPTIONS is %q", env["NODE_OPTIONS"])
	}
	if env["HTTPS_PROXY"] != p.URL() || strings.Contains(env["NO_PROXY"], "*") {
		t.Errorf("the caller's proxy won: %v", env)
	}
	bundle, err := os.ReadFile(env["NODE_EXTRA_CA_CERTS"])
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{theirs, env["STANDIN_CA_FILE"]} {
		one, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(bundle), string(one)) {
			t.Errorf("%s is missing: %v", file, err)
		}
	}
	if n := strings.Count(string(bundle), "BEGIN CERTIFICATE"); n != 2 {
		t.Errorf("%d certificates, want 2", n)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(bundle) {
		t.Error("the bundle cannot be read")
	}
}
