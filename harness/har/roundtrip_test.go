package har_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/timeline"
)

func readBack(t testing.TB, text string) *har.Log {
	t.Helper()
	l, err := har.Read(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return l
}

// withoutTokens has what of pages an archive can hold.
var withoutTokens = cmp.Options{
	cmpopts.EquateEmpty(), cmpopts.IgnoreFields(har.Page{}, "Secrets", "Brought"), cmpopts.IgnoreFields(timeline.Exchange{}, "Tokens"),
}

// TestSampleComesBack: what was written is read as it was, but for signatures and
// secrets.
func TestSampleComesBack(t *testing.T) {
	t.Parallel()
	want := sample()
	for i := range want.Pages {
		for j := range want.Pages[i].Exchanges {
			replace(reflect.ValueOf(&want.Pages[i].Exchanges[j]).Elem())
		}
	}
	// A page without requests is left out.
	if diff := cmp.Diff(want.Pages[:1], readBack(t, written(t, sample())).Pages, withoutTokens); diff != "" {
		t.Errorf("the pages (-written +read):\n%s", diff)
	}
}

// replace cuts as Write does, as far as the sample needs it.
func replace(v reflect.Value) {
	cut := strings.NewReplacer(signature, har.Cut, secret, "secret_is_cut").Replace
	switch v.Kind() {
	case reflect.Struct:
		if _, is := v.Interface().(time.Time); is {
			return
		}
		for i := range v.NumField() {
			replace(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(cut(string(v.Bytes()))))
			return
		}
		for i := range v.Len() {
			replace(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			list := v.MapIndex(key)
			for i := range list.Len() {
				replace(list.Index(i))
			}
		}
	case reflect.String:
		v.SetString(cut(v.String()))
	}
}

// TestEveryArchiveComesBack is the same for exchanges of all kinds, made at random.
func TestEveryArchiveComesBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(15) {
		r := random{rand.New(rand.NewPCG(seed, 7))}
		want := &har.Log{CreatorVersion: "1", Pages: []har.Page{r.page("a/b"), r.page("c/d")}}
		if diff := cmp.Diff(want.Pages, readBack(t, written(t, want)).Pages, withoutTokens); diff != "" {
			t.Fatalf("seed %d: the pages (-written +read):\n%s", seed, diff)
		}
	}
}

// random makes exchanges.
type random struct{ *rand.Rand }

func (r random) maybe() bool { return r.IntN(2) == 0 }

func (r random) of(list ...string) string { return list[r.IntN(len(list))] }

// text has what is odd in JSON, in HTML and on terminals.
func (r random) text() string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(r.of("a", "Z", " ", "é", "課", "🚀", "\"", "\\", "<", "&", "\n", "\r", "\x00", "\u2028", "\u202e", "%", "%2", "+", unsigned+har.Cut+";", "<!--"))
	}
	return b.String()
}

func (r random) bytes() []byte {
	out := []byte(r.text())
	if r.maybe() {
		out = append(out, byte(r.IntN(256)), byte(r.IntN(256)))
	}
	return out
}

func (r random) header() http.Header {
	h := http.Header{}
	for range r.IntN(4) {
		h.Add(r.of("Accept", "X-Token", "Authorization", "Referer", "X-Ü", "Content-Type", "Location"), r.text())
	}
	if r.maybe() {
		h.Set("Cookie", r.text())
	}
	return h
}

func (r random) instant() time.Time {
	return time.Date(2026, 3, 2, 9, 0, r.IntN(5000), r.IntN(1e9), time.UTC)
}

func (r random) page(scenario string) har.Page {
	p := har.Page{Scenario: scenario, Title: r.text(), Findings: map[int][]string{}, Windows: map[string]bool{}}
	for id := range 1 + r.IntN(6) {
		x := r.exchange(id + 1)
		p.Exchanges = append(p.Exchanges, x)
		if r.maybe() {
			p.Findings[x.ID] = []string{"token/expired", r.text()}
		}
		if x.Frame != "" && r.maybe() {
			p.Windows[x.Frame] = true
		}
	}
	return p
}

func (r random) exchange(id int) timeline.Exchange {
	x := timeline.Exchange{
		ID: id, At: r.instant(), Real: r.instant(), Frame: r.of("", "F1", "F2") + r.of("", fmt.Sprint(id)), Document: r.text(), Extension: r.text(), HostPage: r.maybe(),
		Type:   r.of("Document", "XHR", "Fetch", "EventSource", "WebSocket", "Ping", "Image", "CSPViolationReport", "SignedExchange", "TextTrack", "Preflight", "Other"),
		Method: r.of("GET", "POST", "PROPFIND"), URL: r.of("http://localhost:3000/", "ws://h/", "data:", "%") + r.text(), Header: r.header(), Body: r.bytes(),
		Initiator: r.of("", "app.js:1", "app.js:12 load", "app.js:3 a b:4", "worker", "a:0", "x:99999999999"),
		FromCache: r.maybe(), Blocked: r.maybe(), Staged: r.maybe(), Ended: r.maybe(), Answer: r.header(),
	}
	delete(x.Answer, "Cookie")
	if id > 1 && r.maybe() {
		x.RedirectOf = 1 + r.IntN(id-1)
	}
	switch r.IntN(3) {
	case 0:
		x.Status, x.Answered = 100+r.IntN(500), r.instant()
	case 1:
		x.Failure, x.Answered = "net::ERR_"+r.text(), r.instant()
	case 2:
		x.Ended = false
	}
	for range r.IntN(5) {
		m := timeline.Frame{At: r.instant(), Sent: r.maybe(), Text: r.maybe(), Data: r.bytes()}
		if m.Size = len(m.Data); m.Size > 0 && r.maybe() {
			m.Size += r.IntN(1 << 20)
		}
		x.Frames = append(x.Frames, m)
	}
	return x
}

// FuzzRoundTrip: what was read and written again is the same, and no signature is in it.
func FuzzRoundTrip(f *testing.F) {
	f.Add("http://localhost:3000/a?jwt="+jwt, "Authorization", "JWT "+jwt, []byte("jwt="+jwt), "app.js:12 load", "", 200, true)
	f.Add("ws://h/?a=%2&b="+strings.ReplaceAll(jwt, ".", "%2E"), "Cookie", "a="+jwt+"; b", []byte("\xff"+jwt), "x", "net::ERR_FAILED", 0, false)
	f.Add("http://h/?u=http%253A%252F%252Fh%252F%253Fjwt%253D"+jwt, ":path", "\xff\xfe", []byte(unsigned), ":5 ", "\x00", -1, true)
	f.Fuzz(func(t *testing.T, url, name, value string, body []byte, initiator, failure string, status int, sent bool) {
		x := timeline.Exchange{
			ID: 1, At: start, Real: start, Answered: start, Type: "Fetch", Method: "POST", URL: url, Header: http.Header{name: {value}},
			Body: body, Initiator: initiator, Failure: failure, Status: status, Ended: sent, Answer: http.Header{name: {value, url}},
			Document: value, Frames: []timeline.Frame{{At: start, Sent: sent, Text: sent, Data: body, Size: len(body)}},
		}
		first := written(t, &har.Log{Pages: []har.Page{{Scenario: "s", Exchanges: []timeline.Exchange{x}}}})
		for _, raw := range token.Find(first) {
			if !strings.HasSuffix(raw, "."+har.Cut) && !strings.HasSuffix(raw, ".") {
				t.Fatalf("a token is whole: %s", raw)
			}
		}
		l := readBack(t, first)
		if url == "" {
			return // it has no address
		}
		again := readBack(t, written(t, l))
		if diff := cmp.Diff(l.Pages, again.Pages, withoutTokens); diff != "" {
			t.Fatalf("read and written again (-first +second):\n%s", diff)
		}
	})
}

// FuzzReadHAR: whatever is read, it neither breaks down nor is written so that it
// cannot be read any more.
func FuzzReadHAR(f *testing.F) {
	f.Add([]byte(written(f, sample())))
	f.Add([]byte("\xef\xbb\xbf" + chrome))
	f.Add([]byte(firefox))
	f.Add([]byte(`{"log":{"entries":[{"request":{"url":"/","headers":{"a":1}},"startedDateTime":1772442000000,"_webSocketMessages":[{"opcode":"1"}]}],"pages":[1,null]}}`))
	f.Add([]byte(`{"log":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := har.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		n := 0
		for _, p := range l.Pages {
			n += len(p.Exchanges)
			for _, e := range p.Brought {
				if e.Exchange < 1 || e.Exchange > len(p.Exchanges) {
					t.Fatalf("a token came with the exchange %d of %d", e.Exchange, len(p.Exchanges))
				}
			}
			for i, x := range p.Exchanges {
				if x.ID != i+1 || x.RedirectOf >= x.ID && len(l.Pages) == 1 && p.Scenario == "" || x.URL == "" || x.At.IsZero() {
					t.Fatalf("exchange %d of %d: %+v", i+1, len(p.Exchanges), x)
				}
			}
		}
		back := readBack(t, written(t, l))
		again := 0
		for _, p := range back.Pages {
			again += len(p.Exchanges)
		}
		if again != n || back.Skipped != 0 {
			t.Fatalf("%d exchanges became %d, and %d were left out", n, again, back.Skipped)
		}
	})
}
