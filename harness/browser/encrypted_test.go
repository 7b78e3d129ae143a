package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/harness/timeline"
)

func newEncryptedRig(t testing.TB, app pages, o ContextOptions) *rig {
	t.Helper()
	return newRigBy(t, theBrowser(t), httptest.NewTLSServer, app, o)
}

// TestEncryptedBackEnd: what is translated on http: is on https:, too: tokens of cookies,
// of answers, and of the handshakes and messages of wss:.
func TestEncryptedBackEnd(t *testing.T) {
	t.Parallel()
	r := newEncryptedRig(t, pages{
		"/": html(`<script>` + openSocket + `</script>`), "/socket": acceptWebSocket,
		"/set": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", "session="+tokenOfWire+"; SameSite=None; Secure; Partitioned; Path=/")
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"token":%q}`, tokenOfWire)
		},
	}, ContextOptions{Rewriting: rewriting(), Outbound: swap})
	r.show("/")
	if got := eval[string](r, `fetch('/set').then(a => a.text())`); got != `{"token":"`+tokenOfPage+`"}` {
		t.Errorf("the page got %s", got)
	}
	if got := eval[string](r, `document.cookie`); got != "session="+tokenOfPage {
		t.Errorf("the page reads the cookies %s", got)
	}
	r.do(`fetch('/api?t=token-of-page')`)
	if got := r.server("GET", "/api?t=token-of-wire").Header.Get("Cookie"); got != "session="+tokenOfWire {
		t.Errorf("the server got the cookies %s", got)
	}
	if got := eval[string](r, `openSocket('/socket?t=token-of-page', ['first', 'token-of-page'])`); got != "token-of-page:hello" {
		t.Errorf("the page got %q", got)
	}
	if got := r.server("GET", "/socket?t=token-of-wire").Header; got.Get("Sec-Websocket-Protocol") != "first, token-of-wire" {
		t.Errorf("the server got the handshake %v", got)
	}
	x := r.one("GET", "/socket?t=token-of-page")
	if !strings.HasPrefix(x.URL, "wss://localhost:") || x.Status != 101 || x.Header.Get("Cookie") != "session="+tokenOfPage {
		t.Errorf("the record has %s with %v", lines([]timeline.Exchange{x}), x.Header)
	}
}
