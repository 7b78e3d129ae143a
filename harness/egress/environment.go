package egress

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// nodeScript makes those Node programs use the proxy that would not by themselves.
//
//go:embed node-proxy.cjs
var nodeScript []byte

// noProxy are the names for which programs are to go their own way: databases and
// other helpers of the app, and the fake host itself.
const noProxy = "localhost,127.0.0.1,::1"

// rootFiles are where systems keep the roots that they trust: Debian and Alpine,
// Fedora, openSUSE, BSD and macOS (the list of Go's crypto/x509).
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

// Variables of programs that take a file of trusted roots in place of the system's.
var bundleVariables = []string{"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}

// nodeExtra adds roots to Node's own, which are not the system's.
const nodeExtra = "NODE_EXTRA_CA_CERTS"

// Variables of programs that name a proxy. In lower case too, for some know only
// that, and with ALL_PROXY, lest one of the caller's own be taken.
var proxyVariables = []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}

// Sets says whether [Proxy.Environment] has a variable. What the caller has set
// himself must not win there: it would lead the app past the proxy.
func Sets(name string) bool {
	upper := strings.ToUpper(name)
	return slices.Contains(proxyVariables, upper) || upper == "NO_PROXY" || slices.Contains(bundleVariables, name) ||
		slices.Contains([]string{nodeExtra, "NODE_OPTIONS", "NODE_USE_ENV_PROXY", "STANDIN_CA_FILE"}, name)
}

// writeFiles puts the certificate, what else programs trust, and the script for
// Node into the proxy's folder, and notes in its environment where they are.
func (p *Proxy) writeFiles(certificate []byte, lookup func(string) (string, bool)) error {
	file := func(name string) string { return filepath.Join(p.dir, name) }
	for name, content := range map[string][]byte{
		"ca.pem": certificate, "bundle.pem": bundle(certificate, lookup), "node-proxy.cjs": nodeScript,
	} {
		if err := os.WriteFile(file(name), content, 0o600); err != nil {
			return err
		}
	}
	env := map[string]string{
		"NO_PROXY": noProxy, "no_proxy": noProxy,
		"NODE_USE_ENV_PROXY": "1", "STANDIN_CA_FILE": file("ca.pem"), nodeExtra: file("ca.pem"),
	}
	for _, name := range proxyVariables {
		env[name], env[strings.ToLower(name)] = p.URL(), p.URL()
	}
	for _, name := range bundleVariables {
		env[name] = file("bundle.pem")
	}
	if given, _ := lookup(nodeExtra); given != "" {
		env[nodeExtra] = file("bundle.pem") // which has the caller's too
	}
	options, _ := lookup("NODE_OPTIONS")
	env["NODE_OPTIONS"] = strings.TrimSpace(fmt.Sprintf("%s --require %q", options, file("node-proxy.cjs")))
	p.env = env
	return nil
}

// bundle is the certificate with all that the caller's programs trust: what the
// caller names by variables, and the system's roots unless he names others.
func bundle(certificate []byte, lookup func(string) (string, bool)) []byte {
	var files []string
	add := func(name string) {
		if name != "" && !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	for _, name := range append(slices.Clone(bundleVariables), nodeExtra) {
		value, _ := lookup(name)
		add(value)
	}
	if roots, _ := lookup("SSL_CERT_FILE"); roots == "" {
		add(firstFile(rootFiles))
	}
	out := bytes.NewBuffer(bytes.Clone(certificate))
	for _, name := range files {
		// A file that cannot be read is of no use to the app either.
		if roots, err := os.ReadFile(name); err == nil {
			out.Write(append(bytes.TrimSpace(roots), '\n'))
		}
	}
	return out.Bytes()
}

func firstFile(names []string) string {
	for _, name := range names {
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return ""
}
