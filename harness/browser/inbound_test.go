package browser

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/standin-dev/standin/harness/timeline"
)

// TestInbound: the body of an answer is seen once, and its headers once, whether its
// length is told, it comes in parts, or it is compressed; before Settle returns. A
// stream, a picture and what is long are not read.
func TestInbound(t *testing.T) {
	t.Parallel()
	const word = "the-word-to-be-seen"
	parts := func(kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			for _, part := range []string{`{"token": "`, word, `"}`} {
				_, _ = io.WriteString(w, part)
				_ = http.NewResponseController(w).Flush()
			}
		}
	}
	squeezed := func(inParts bool) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			if inParts {
				_ = http.NewResponseController(w).Flush()
			}
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, `{"token": "`+word+`"}`)
			_ = z.Close()
		}
	}
	tests := map[string]struct {
		path   string
		answer http.HandlerFunc
		want   []string // its bodies
	}{
		"length told":       {"/whole", text("application/json", word), []string{word}},
		"in parts":          {"/parts", parts("application/json"), []string{"", word}},
		"in parts, as text": {"/plain", parts("text/plain"), []string{"", word}},
		"compressed":        {"/gzip", squeezed(false), []string{word}},
		"both":              {"/gzip-parts", squeezed(true), []string{"", word}},
		"a problem":         {"/problem", parts("application/problem+json"), []string{"", word}},
		"a picture":         {"/picture", parts("image/png"), []string{""}},
		"a stream":          {"/stream", parts("text/event-stream"), []string{""}},
		"many lines":        {"/lines", parts("application/x-ndjson"), []string{""}},
		"long": {"/long", func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			for range 2 * readable / 1000 {
				_, _ = io.WriteString(w, strings.Repeat("x", 1000))
			}
		}, []string{""}},
	}
	app := pages{"/": html(""), "/frame": parts("text/html")}
	for _, tt := range tests {
		app[tt.path] = tt.answer
	}

	var mu sync.Mutex
	bodies, heads := map[string][]string{}, map[string]int{}
	r := newRig(t, app, ContextOptions{Inbound: func(x timeline.Exchange, body []byte) {
		mu.Lock()
		defer mu.Unlock()
		_, path, _ := strings.Cut(strings.TrimPrefix(x.URL, "http://"), "/")
		path = "/" + path
		seen := ""
		if strings.Contains(string(body), word) {
			seen = word
		}
		bodies[path] = append(bodies[path], seen)
		if x.Answer != nil {
			heads[path]++
		}
	}})
	r.show("/")
	r.do(`document.body.append(Object.assign(document.createElement('iframe'), {src: '/frame'})); 0`)
	tests["a document in parts"] = struct {
		path   string
		answer http.HandlerFunc
		want   []string
	}{path: "/frame", want: []string{"", word}}
	for _, tt := range tests {
		if tt.answer != nil {
			r.do(`fetch('` + tt.path + `').then(r => r.text()); 0`)
		}
	}
	r.settle()
	mu.Lock()
	defer mu.Unlock()
	for name, tt := range tests {
		if !slices.Equal(bodies[tt.path], tt.want) || heads[tt.path] != 1 {
			t.Errorf("%s: the bodies %q were seen, with headers %d times; want %q, and headers once", name, bodies[tt.path], heads[tt.path], tt.want)
		}
	}
}
