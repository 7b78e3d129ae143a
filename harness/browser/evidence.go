package browser

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/runtime"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/timeline"
)

// Evidence is what documents say of themselves when they are asked: the tokens that
// they keep, and their own word on Referers. What they print comes by itself.

//go:embed evidence.js
var evidenceJS string

// evidenceLimit bounds the wait for all documents to be searched.
const evidenceLimit = 10 * time.Second

// consoleLimit bounds the wait for the text of one object that was printed.
const consoleLimit = 2 * time.Second

// CollectEvidence searches the documents of the app's frames and puts what they
// hold on the timeline: tokens in storage, in cookies that scripts read and in
// window.name (Kept), a meta tag about Referers (Facts), and tokens in the address
// of the host's page (Exposed). Workers have a part of that, and are asked as well. It
// waits for what was printed so far: whoever answers has told of it before.
func (c *Context) CollectEvidence(ctx context.Context) error {
	ctx, cancel := bound(ctx, evidenceLimit, "the documents of the page to be searched")
	defer cancel()
	err := c.inEachWorld(ctx, func(ctx context.Context, f *frame, world string) error {
		if f.isTab {
			return nil
		}
		var told struct {
			Found    [][2]string `json:"found"`
			Referrer string      `json:"referrer"`
		}
		if err := f.eval(ctx, evidenceJS, world, &told); err != nil {
			return err
		}
		id := f.frameOf(world)
		if told.Referrer != "" {
			c.noteOnce(timeline.Event{Kind: timeline.Facts, Frame: id, Place: "meta referrer", Text: told.Referrer})
		}
		for _, item := range told.Found {
			for _, raw := range token.Find(item[1]) {
				c.noteOnce(kept(id, item[0], raw))
			}
		}
		return nil
	})
	return errors.Join(err, c.hostAddress(ctx), c.printing(ctx))
}

func kept(frame, place, raw string) timeline.Event {
	return timeline.Event{Kind: timeline.Kept, Frame: frame, Place: place, Raw: raw, Token: token.ID(raw),
		Text: fmt.Sprintf("token %s lies in %s", token.ID(raw), place)}
}

// frameOf is the frame whose document a world is.
func (f *frame) frameOf(world string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.worlds {
		if w.unique == world && w.frame != "" {
			return w.frame
		}
	}
	return string(f.id)
}

// hostAddress looks for tokens in the address of the host's page and in the state
// of its history.
func (c *Context) hostAddress(ctx context.Context) error {
	var text string
	const script = `(() => { try { return location.href + " " + JSON.stringify(history.state) } catch { return location.href } })()`
	if err := c.EvalHost(ctx, script, &text); err != nil {
		if errors.Is(err, errMoved) {
			return nil
		}
		return err
	}
	for _, raw := range token.Find(text) {
		c.noteOnce(timeline.Event{Kind: timeline.Exposed, Place: "the address of the host's page", Raw: raw, Token: token.ID(raw),
			Text: fmt.Sprintf("token %s stands in the address of the host's page", token.ID(raw))})
	}
	return nil
}

// noteOnce notes what was found, unless it was found before.
func (c *Context) noteOnce(e timeline.Event) {
	key := strings.Join([]string{string(e.Kind), e.Place, e.Raw}, " ")
	if e.Kind == timeline.Facts {
		key += e.Frame + e.Text
	}
	c.evidence.mu.Lock()
	if c.evidence.seen == nil {
		c.evidence.seen = map[string]bool{}
	}
	was := c.evidence.seen[key]
	c.evidence.seen[key] = true
	c.evidence.mu.Unlock()
	if !was {
		c.Note(e)
	}
}

// evidence is what was found so far, and how much of what was printed is still to
// be read. The zero evidence is none.
type evidence struct {
	mu      sync.Mutex
	seen    map[string]bool
	reading int
	idle    chan struct{} // closed when nothing is left to read; nil: nothing is
}

// forget begins again: nothing was seen.
func (p *evidence) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = nil
}

func (p *evidence) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reading++; p.idle == nil {
		p.idle = make(chan struct{})
	}
}

func (p *evidence) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reading--; p.reading == 0 {
		close(p.idle)
		p.idle = nil
	}
}

// printing waits until all that was printed has been read.
func (c *Context) printing(ctx context.Context) error {
	c.evidence.mu.Lock()
	idle := c.evidence.idle
	c.evidence.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("what the page printed was not read: %w", context.Cause(ctx))
	}
}

// listenConsole hears what pages and workers of the app print.
func (b *Browser) listenConsole() {
	on(b.conn, runtime.ConsoleAPICalled, func(s *session, e *runtime.EventConsoleAPICalled) {
		if s.frame == nil || s.frame.isTab {
			return
		}
		c, place := s.frame.context, "console."+string(e.Type)
		if e.Type == runtime.ConsoleAPICalledTypeWarning {
			place = "console.warn"
		}
		if workerKinds[s.frame.kind] {
			place += " in a worker"
		}
		var objects []runtime.RemoteObjectID
		for _, arg := range e.Args {
			if arg.ObjectID != "" {
				objects = append(objects, arg.ObjectID)
			}
			c.printed(s, place, string(arg.Value)+" "+arg.Description)
		}
		if len(objects) == 0 {
			return
		}
		c.evidence.begin()
		go func() {
			defer c.evidence.end()
			for _, id := range objects {
				c.printed(s, place, textOf(s, id))
			}
		}()
	})
}

// printed notes the tokens in what was printed.
func (c *Context) printed(s *session, place, text string) {
	if !strings.Contains(text, "eyJ") {
		return
	}
	for _, raw := range token.Find(text) {
		e := kept(string(s.frame.id), place, raw)
		e.Text = fmt.Sprintf("token %s is printed by %s", token.ID(raw), place)
		c.noteOnce(e)
	}
}

// textOf is an object as JSON, and its release; "" when the page is gone.
func textOf(s *session, id runtime.RemoteObjectID) string {
	ctx, cancel := context.WithTimeout(context.Background(), consoleLimit)
	defer cancel()
	yes := true
	r, err := call(ctx, s, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		ObjectID: id, ReturnByValue: &yes, Silent: &yes,
		FunctionDeclaration: `function() { try { return JSON.stringify(this) || "" } catch { return "" } }`,
	})
	send(s, runtime.ReleaseObject, runtime.ReleaseObjectParams{ObjectID: id})
	if err != nil || r.Result == nil {
		return ""
	}
	return string(r.Result.Value)
}
