package token_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost/token"
)

// vector is a request whose canonical form and hash atlassian-jwt 2.0.3 computed.
type vector struct {
	Method, URL, Base, Canonical, QSH string
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/qsh.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}

func TestQSHVectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		t.Run(v.Method+" "+v.URL+" on "+v.Base, func(t *testing.T) {
			t.Parallel()
			canonical, err := token.Canonical(v.Method, v.URL, v.Base)
			if err != nil || canonical != v.Canonical {
				t.Errorf("Canonical() = %q, %v\nwant %q", canonical, err, v.Canonical)
			}
			qsh, err := token.QSH(v.Method, v.URL, v.Base)
			if err != nil || qsh != v.QSH {
				t.Errorf("QSH() = %q, %v, want %q", qsh, err, v.QSH)
			}
		})
	}
}

// TestQSHPublished is a vector that was published with a real token of Jira Cloud.
func TestQSHPublished(t *testing.T) {
	t.Parallel()
	const url = "/jira/configuration?xdm_e=https%3A%2F%2Fkabakumov.atlassian.net" +
		"&xdm_c=channel-com.github.integration.konstantin__github-post-install-page&cp=" +
		"&xdm_deprecated_addon_key_do_not_use=com.github.integration.konstantin&lic=none&cv=1001.0.0-SNAPSHOT"
	const want = "345c5da1c34c5126155b18ff4522446c89cc017debe4878bfa6056cacd5245ae"
	for _, suffix := range []string{"", "&jwt=eyJ.eyJ.x", "#fragment"} {
		got, err := token.QSH("get", url+suffix, "https://app.example.com")
		if err != nil || got != want {
			t.Errorf("QSH(...%s) = %s, %v, want %s", suffix, got, err, want)
		}
	}
}

func TestCanonicalEncodesAsABrowser(t *testing.T) {
	t.Parallel()
	got, err := token.Canonical("GET", "/é x/{y}?q=é x", "")
	want := "GET&/%C3%A9%20x/%7By%7D&q=%C3%A9%20x"
	if err != nil || got != want {
		t.Errorf("Canonical() = %q, %v, want %q", got, err, want)
	}
}

func TestCanonicalErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, method, url, base, want string }{
		{"no method", "", "/", "", "method is empty"},
		{"line end", "GET", "/a\nb", "", "control character at 2"},
		{"delete", "GET", "/a?b=\x7f", "", "control character at 5"},
		{"bad base", "GET", "/a", "http://localhost\t", "base URL"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := token.Canonical(tc.method, tc.url, tc.base)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Canonical() error = %v, want one with %q", err, tc.want)
			}
			if qsh, err := token.QSH(tc.method, tc.url, tc.base); err == nil {
				t.Errorf("QSH() = %q, want an error", qsh)
			}
		})
	}
}

func FuzzQSH(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(v.Method, v.URL, v.Base)
	}
	f.Fuzz(func(t *testing.T, method, url, base string) {
		canonical, err := token.Canonical(method, url, base)
		if err != nil {
			return
		}
		rest, ok := strings.CutPrefix(canonical, strings.ToUpper(method)+"&/")
		if !ok {
			t.Fatalf("Canonical() = %q does not begin with the method and a path", canonical)
		}
		path, query, ok := strings.Cut(rest, "&")
		if !ok || strings.ContainsAny(path, " \"<>") {
			t.Fatalf("Canonical() = %q has a path that no browser sends", canonical)
		}
		for pair := range strings.SplitSeq(query, "&") {
			if strings.HasPrefix(pair, "jwt=") || strings.HasPrefix(pair, "__proto__=") {
				t.Fatalf("Canonical() = %q holds what it must not", canonical)
			}
		}
		// The canonical query is itself in canonical form, where no name is repeated.
		if strings.Contains(query, ",") {
			return
		}
		again, err := token.Canonical(method, "/"+path+"?"+query, "")
		if err != nil || !strings.HasSuffix(again, "&"+query) {
			t.Fatalf("Canonical() of the canonical query %q = %q, %v", query, again, err)
		}
		qsh, err := token.QSH(method, url, base)
		if err != nil || len(qsh) != 64 {
			t.Fatalf("QSH() = %q, %v", qsh, err)
		}
	})
}
