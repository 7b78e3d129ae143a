package token_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
)

func TestFind(t *testing.T) {
	t.Parallel()
	other := craft(header, `{"iss":"app"}`, secret)
	none := "eyJhbGciOiJub25lIn0.e30."
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"a sentence", "This is a sentence. And another. And a third.", nil},
		{"a host name", "www.example.com/a.b.c", nil},
		{"the token itself", published, []string{published}},
		{"in a URL", "/page?a=b&jwt=" + published + "&c=d", []string{published}},
		{"in a header", "JWT " + published, []string{published}},
		{"in JSON", `{"token":"` + published + `","n":1.5}`, []string{published}},
		{"two, in order", other + " " + published, []string{other, published}},
		{"two with a dot between", other + "." + published, []string{other, published}},
		{"the same twice", other + ";" + other, []string{other, other}},
		{"no signature", "x=" + none, []string{none}},
		{"letters before it", "token_" + published, []string{published}},
		{"a dash before it", "x-" + published, []string{published}},
		{"words before it", "a.b." + published, []string{published}},
		{"three objects: the third counts as the signature", "e30.e30.e30.x", []string{"e30.e30.e30"}},
		{"header is no object", "W10.e30.x", nil},
		{"payload is no object", "e30.W10.x", nil},
		{"two parts", "e30.e30", nil},
		{"the smallest", "e30.e30.", []string{"e30.e30."}},
		{"percent-encoded dots", strings.ReplaceAll(published, ".", "%2E"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, token.Find(tc.text)); diff != "" {
				t.Errorf("Find() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	const short = "eyJ0eXAiOiJK….<cut>"
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "a.b.c", "a.b.c"},
		{"a token", published, short},
		{"in a URL", "GET /page?jwt=" + published + "&x=y 401", "GET /page?jwt=" + short + "&x=y 401"},
		{"two", published + "," + published, short + "," + short},
		{"a short header", "e30.e30.c2ln!", "e30….<cut>!"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := token.Redact(tc.text); got != tc.want {
				t.Errorf("Redact() = %q, want %q", got, tc.want)
			}
		})
	}
}

// TestFindIsQuick: text of a server may be long and strange, and no test should wait for it.
func TestFindIsQuick(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"letters":        strings.Repeat("e", 1<<20),
		"braces":         strings.Repeat("eyI", 1<<18) + ".e30.x",
		"braces, dotted": strings.Repeat("eyI.", 1<<18),
		"dots":           strings.Repeat(".", 1<<20),
		"tokens":         strings.Repeat(published+" ", 1<<10),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := make(chan struct{})
			go func() {
				defer close(done)
				token.Redact(text)
			}()
			limit := time.NewTimer(20 * time.Second)
			defer limit.Stop()
			select {
			case <-done:
			case <-limit.C:
				t.Error("Redact takes more than 20 s for a megabyte")
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add("jwt=" + published + "&x=" + published)
	f.Add("a.e30.e30.e30.e30.")
	f.Add("token_eyJ.e30.x…é")
	f.Add(strings.Repeat("eyI", 50) + ".e30.x")
	f.Fuzz(func(t *testing.T, text string) {
		found := token.Find(text)
		rest := text
		for _, raw := range found {
			i := strings.Index(rest, raw)
			if i < 0 {
				t.Fatalf("%q is not in what is left of the text, in order", raw)
			}
			rest = rest[i+len(raw):]
			if strings.Count(raw, ".") != 2 {
				t.Fatalf("%q has not three parts", raw)
			}
		}
		redacted := token.Redact(text)
		if (redacted == text) != (len(found) == 0) {
			t.Fatalf("Redact() = %q, where Find() = %q", redacted, found)
		}
		if left := token.Find(redacted); len(left) > 0 {
			t.Fatalf("Redact() leaves %q", left)
		}
		// Whatever parses and has no white space around its JSON is found whole.
		if parsed, err := token.Parse(text); err == nil && part(t, text, 0)[0] == '{' && part(t, text, 1)[0] == '{' {
			if len(found) != 1 || found[0] != parsed.Raw {
				t.Fatalf("Find() = %q, want the token that it is", found)
			}
		}
	})
}
