package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/outside"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

// longestOutside is the longest answer from outside that a page is given, in bytes.
const longestOutside = 32 << 20

// theDoor is where pages and back end go out.
func (r *run) theDoor() *outside.Door {
	return &outside.Door{Rules: r.cfg.Outside, Transport: r.cfg.outsideBy}
}

// outside answers a request of a page that would leave the machine: by a local copy, or
// by what the server out there says, where a page may have that. The page's own request
// stays here: the one that goes out has neither cookies nor a Referer.
func (r *run) outside(ctx context.Context, x timeline.Exchange) (*browser.Served, string) {
	u, err := url.Parse(x.URL)
	if err != nil {
		return nil, ""
	}
	kind := kindOf(x.Type)
	file, meant, err := r.cfg.Outside.Find(u)
	door := r.theDoor()
	var why error
	switch {
	case meant && err == nil:
		r.root().leaving.copied(x.URL)
		return copyOf(file, x), ""
	case !door.Rules.Allows(u):
		why = err
	case !loadsParts(x.Type):
		why = fmt.Errorf("outside lets scripts, styles, fonts and pictures through, and this is a request of the kind %s", kind)
	default:
		if why = door.MayPass(x.Method, u, x.Header); why == nil {
			var served *browser.Served
			if served, why = fetchOutside(ctx, door, u, x); why == nil {
				r.root().leaving.let(x.URL)
				return served, ""
			}
		}
	}
	told := ""
	if why != nil {
		told = why.Error()
	}
	r.root().leaving.keptIn(x.URL, kind, told)
	return nil, told
}

// kindOf is the kind of a request as it is told: while it is held, the browser may not yet
// have said which of a script's ways it came.
func kindOf(kind string) string {
	if kind == "XHR" || kind == "EventSource" {
		return "Fetch"
	}
	return kind
}

// loadsParts knows the types of requests for parts of a page, which may be fetched from
// outside.
func loadsParts(kind string) bool {
	switch kind {
	case "Script", "Stylesheet", "Font", "Image":
		return true
	}
	return false
}

func copyOf(file outside.File, x timeline.Exchange) *browser.Served {
	s := &browser.Served{ContentType: file.ContentType, Body: file.Body, Header: http.Header{}}
	if x.Method == http.MethodOptions {
		for ask, answer := range map[string]string{"Access-Control-Request-Headers": "Access-Control-Allow-Headers", "Access-Control-Request-Method": "Access-Control-Allow-Methods"} {
			if value := x.Header.Get(ask); value != "" {
				s.Header.Set(answer, value)
			}
		}
		s.Status, s.Body = http.StatusNoContent, nil
	}
	return s
}

// fetchOutside gets for the page what is out there.
func fetchOutside(ctx context.Context, door *outside.Door, u *url.URL, x timeline.Exchange) (*browser.Served, error) {
	answer, err := door.Get(ctx, x.Method, u, x.Header)
	if err != nil {
		return nil, fmt.Errorf("it was let through, and failed: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, longestOutside+1))
	if err != nil {
		return nil, fmt.Errorf("it was let through, and broke off: %w", err)
	}
	if len(body) > longestOutside {
		return nil, fmt.Errorf("it is longer than %d MiB", longestOutside>>20)
	}
	header := answer.Header.Clone()
	for _, name := range []string{"Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Set-Cookie", "Strict-Transport-Security", "Alt-Svc", "Report-To", "Nel"} {
		header.Del(name)
	}
	return &browser.Served{Status: answer.StatusCode, Body: body, Header: header, Theirs: true}, nil
}

// leaving is what would have left the machine in a run, and what did. The zero value has
// nothing; it is safe for concurrent use.
type leaving struct {
	mu           sync.Mutex
	kept         []*report.KeptIn
	byKey        map[string]*report.KeptIn
	copies, lets tally
}

// plainAddress is an address without its query, which may hold anything.
func plainAddress(raw string) (host, address string) {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return "", raw
	}
	return u.Host, u.Scheme + "://" + u.Host + u.EscapedPath()
}

func (l *leaving) keptIn(raw, kind, why string) {
	host, address := plainAddress(raw)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(report.KeptIn{Host: host, Address: address, Kind: kind, By: "page", Reason: why, Times: 1})
}

// add counts what was kept in. The lock is held.
func (l *leaving) add(k report.KeptIn) {
	if l.byKey == nil {
		l.byKey = map[string]*report.KeptIn{}
	}
	key := k.By + " " + k.Address
	if known := l.byKey[key]; known != nil {
		known.Times += k.Times
		return
	}
	l.byKey[key] = &k
	l.kept = append(l.kept, &k)
}

func (l *leaving) copied(raw string) {
	_, address := plainAddress(raw)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.copies.add(address)
}

func (l *leaving) let(raw string) {
	_, address := plainAddress(raw)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lets.add(address)
}

// keptIn is what was kept in, each address once.
func (r *run) keptIn() []report.KeptIn {
	l := &r.root().leaving
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []report.KeptIn
	for _, k := range l.kept {
		out = append(out, *k)
	}
	if r.egress == nil {
		return out
	}
	for _, refused := range r.egress.Refused() {
		out = append(out, report.KeptIn{Host: refused.Host, Address: refused.Address, Kind: "call", By: "back end", Reason: refused.Reason, Times: refused.Times})
	}
	return out
}

// noteOutside tells what was kept in, what was let out, and what copies answered.
func (r *run) noteOutside() {
	r.report.Outside = r.keptIn()
	l := &r.root().leaving
	l.mu.Lock()
	defer l.mu.Unlock()
	if note := keptInNote(r.report.Outside); note != "" {
		r.report.Notes = append(r.report.Notes, note)
	}
	for _, line := range l.copies.lines() {
		r.report.Notes = append(r.report.Notes, "outside: answered by a local copy: "+line)
	}
	for _, line := range l.lets.lines() {
		r.report.Notes = append(r.report.Notes, "outside: let through: "+line)
	}
}

// keptInNote names what was kept in, and the key by which the app can have it; empty:
// nothing was.
func keptInNote(kept []report.KeptIn) string {
	if len(kept) == 0 {
		return ""
	}
	lines := []string{"outside: kept in, for standin lets nothing leave this machine:"}
	for i, k := range kept {
		if i == unmetLimit {
			lines = append(lines, fmt.Sprintf("  %d further addresses", len(kept)-i))
			break
		}
		line := "  " + k.Address + " (" + k.Kind + " by the " + k.By
		if k.Times > 1 {
			line += fmt.Sprintf(", %d times", k.Times)
		}
		line += ")"
		if k.Reason != "" {
			line += ": " + k.Reason
		}
		lines = append(lines, line)
	}
	at := slices.IndexFunc(kept, func(k report.KeptIn) bool { return !strings.HasPrefix(k.Reason, "it is the app's own name") })
	if at < 0 {
		return strings.Join(lines, "\n")
	}
	host, address := kept[at].Host, kept[at].Address
	if !strings.Contains(address, "://") {
		address = "https://" + host + "/"
	}
	return strings.Join(append(lines,
		"where the app needs one of them, say so in standin.yaml (docs/egress.md): a local copy, or leave for GETs",
		fmt.Sprintf("  outside: {%q: copies/%s}", address, fileName(address)),
		fmt.Sprintf("  outside: {allow: [%s]}", host)), "\n")
}

// fileName is what a copy of an address may be called; empty, a folder, where it ends
// in /.
func fileName(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }
