package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// CookieMode says what a browser does with third-party cookies. It is always pinned:
// Chromium's own answer differs from program to program (the headless shell sends them,
// a context of the whole browser is a private window, which does not), and from year to
// year.
type CookieMode string

// The modes. The zero mode is CookiesSent. In both, a cookie that is Partitioned is kept
// for the page's site alone, and sent there.
const (
	// CookiesSent: a frame of another site keeps and sends cookies with SameSite=None and
	// Secure, as in Chrome's ordinary windows (2026).
	CookiesSent CookieMode = "sent"
	// CookiesBlocked: it neither keeps nor sends them, as in Safari, in Firefox, and in
	// private windows.
	CookiesBlocked CookieMode = "blocked"
)

// flags are those that pin the mode in the headless shell, which reads no preferences.
func (m CookieMode) flags() []string {
	if m == CookiesBlocked {
		return []string{"--test-third-party-cookie-phaseout"}
	}
	return nil
}

// writePreferences pins the mode in the whole browser: 0 is to send, 1 to block.
func (m CookieMode) writePreferences(profile string) error {
	mode := 0
	if m == CookiesBlocked {
		mode = 1
	}
	folder := filepath.Join(profile, "Default")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "Preferences"), fmt.Appendf(nil, `{"profile":{"cookie_controls_mode":%d}}`, mode), 0o600)
}

// CookieReach is which cookies a frame of another site's page gets back that it was given.
type CookieReach struct {
	// Lax is one without SameSite=None, None one with it and Secure, Partitioned one with
	// both and Partitioned.
	Lax, None, Partitioned bool
}

// Is reports whether that is what a mode promises.
func (r CookieReach) Is(m CookieMode) bool {
	return !r.Lax && r.None == (m != CookiesBlocked) && r.Partitioned
}

func (r CookieReach) String() string {
	word := map[bool]string{true: "sent", false: "blocked"}
	return fmt.Sprintf("SameSite=Lax %s, SameSite=None; Secure %s, Partitioned %s", word[r.Lax], word[r.None], word[r.Partitioned])
}

// Cookies is the browser's mode.
func (b *Browser) Cookies() CookieMode { return b.cookies }

// measureLimit bounds a measurement.
const measureLimit = 15 * time.Second

// MeasureCookies shows a frame that is given cookies, and looks at which come back.
func (b *Browser) MeasureCookies(ctx context.Context) (CookieReach, error) {
	ctx, cancel := bound(ctx, measureLimit, "a frame to send its cookies")
	defer cancel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return CookieReach{}, fmt.Errorf("measure cookies: %w", err)
	}
	got := make(chan string, 1)
	server := &http.Server{Handler: cookieSample(got), ReadHeaderTimeout: measureLimit}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	page, err := b.NewContext(ctx, ContextOptions{Undriven: true})
	if err != nil {
		return CookieReach{}, fmt.Errorf("measure cookies: %w", err)
	}
	err = page.Goto(ctx, fmt.Sprintf("http://127.0.0.1:%d/", listener.Addr().(*net.TCPAddr).Port))
	var cookies string
	if err == nil {
		select {
		case cookies = <-got:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	if err = errors.Join(err, page.Close()); err != nil {
		return CookieReach{}, fmt.Errorf("measure cookies: %w", err)
	}
	has := func(name string) bool { return strings.Contains("; "+cookies+";", "; "+name+"=1;") }
	return CookieReach{Lax: has("lax"), None: has("none"), Partitioned: has("partitioned")}, nil
}

// cookieSample is a page, at 127.0.0.1, with a frame, at localhost, that is given cookies
// and asks for what sends them back.
func cookieSample(got chan<- string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, q *http.Request) {
		_, port, _ := net.SplitHostPort(q.Host)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><iframe src="http://localhost:%s/frame"></iframe>`, port)
	})
	mux.HandleFunc("GET /frame", func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range []string{"lax=1; SameSite=Lax", "none=1; SameSite=None; Secure", "partitioned=1; SameSite=None; Secure; Partitioned"} {
			w.Header().Add("Set-Cookie", line+"; Path=/")
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,"><script>fetch("/read")</script>`)
	})
	mux.HandleFunc("GET /read", func(w http.ResponseWriter, q *http.Request) {
		select {
		case got <- q.Header.Get("Cookie"):
		default:
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}
