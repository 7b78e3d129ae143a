package fakehost_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
)

var bootstrapScript = regexp.MustCompile(`(?s)<script class="ap-iframe-body-script" type="application/json">(.*?)</script>`)

// TestResolverRaw asks the content resolver for a piece of a page.
func TestResolverRaw(t *testing.T) {
	t.Parallel()
	host, app, tenant := placeHost(t, &fakehost.Server{Product: fakehost.Confluence})
	for _, tt := range []struct{ module, classifier, want, general string }{
		{"items", "raw", "/items", "1"}, {"quote", "raw", "/quote?body=", ""}, {"map", "property-panel", "/panel?id=", ""},
	} {
		form := url.Values{"plugin-key": {"com.example.fake"}, "key": {tt.module}, "classifier": {tt.classifier}, "product-context": {`{"macro.id":"</script><b>"}`}}
		a := askForm(t, pageOf(t, host, app, "items"), form, "X-Standin-Extension", "com.example.fake__x__1f")
		match := bootstrapScript.FindStringSubmatch(a.body)
		if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || match == nil {
			t.Fatalf("%s of %s: %d %s: %s", tt.classifier, tt.module, a.status, a.header.Get("Content-Type"), a.body)
		}
		if !strings.Contains(a.body, `id="embedded-com.example.fake__x__1f"`) || strings.Contains(a.body, "<b>") {
			t.Errorf("the element of %s: %s", tt.module, a.body)
		}
		var data struct {
			AddonKey                                                                                    string `json:"addon_key"`
			Key, General, URL, ContextJWT, ProductCtx, StructuredContext, ContentClassifier, HostOrigin string
		}
		if err := json.Unmarshal([]byte(match[1]), &data); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "key, general, classifier", []string{data.AddonKey, data.Key, data.General, data.ContentClassifier}, []string{"com.example.fake", tt.module, tt.general, tt.classifier})
		if !strings.HasPrefix(data.URL, app.URL+"/base"+tt.want) || !strings.Contains(data.ProductCtx, "macro.id") || !strings.Contains(data.StructuredContext, "confluence") {
			t.Errorf("the data of %s: %+v", tt.module, data)
		}
		if _, err := token.Verify(data.ContextJWT, token.Expect{Secret: tenant.SharedSecret, At: host.Time().Now(), QSH: token.ContextQSH}); err != nil {
			t.Errorf("the token of %s: %v", tt.module, err)
		}
	}
	a := askForm(t, pageOf(t, host, app, "items"), url.Values{"key": {"quote"}, "classifier": {"property-panel"}})
	if a.status != 404 || !strings.Contains(a.body, "has no property-panel") {
		t.Errorf("a panel that there is not: %d: %s", a.status, a.body)
	}
}

// TestTracing looks at the order of the parameters, and that the token is signed
// over them.
func TestTracing(t *testing.T) {
	t.Parallel()
	hex := regexp.MustCompile(`&cv=[^&]+&traceId=[0-9a-f]{32}&spanId=[0-9a-f]{16}&traceSampled=([01])&jwt=`)
	for product, has := range map[fakehost.Product]bool{fakehost.Jira: false, fakehost.Confluence: true} {
		host, app, tenant := installed(t, &fakehost.Server{Product: product})
		for mode, sampled := range map[string]string{"": "", fakehost.TracingSampled: "1", fakehost.TracingUnsampled: "0"} {
			host.SetConditions(fakehost.Conditions{Tracing: mode})
			e := resolved(t, askForm(t, pageOf(t, host, app, "items"), nil))
			match := hex.FindStringSubmatch(e.URL)
			if (match != nil) != (has && mode != "") || match != nil && match[1] != sampled {
				t.Errorf("%s, tracing %q: %s", product, mode, e.URL)
			}
			unsigned, raw := split(t, e.URL)
			qsh, err := token.QSH("GET", unsigned, app.URL+"/base")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := token.Verify(raw, token.Expect{Secret: tenant.SharedSecret, At: host.Time().Now(), QSH: qsh}); err != nil {
				t.Errorf("%s, tracing %q: %v", product, mode, err)
			}
			static := resolved(t, askForm(t, pageOf(t, host, app, "items"), url.Values{"key": {"static"}}))
			wantEqual(t, "a cacheable module", static.URL, app.URL+"/base/static?mode=a")
		}
	}
}
