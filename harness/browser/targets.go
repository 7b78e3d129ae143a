package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"github.com/standin-dev/standin/harness/timeline"
)

// frame is a target that has documents or scripts: the tab, an out-of-process
// iframe, a popup, a worker. Frames of the same process share their session.
type frame struct {
	context *Context
	session *session
	id      target.ID
	parent  *frame
	kind    string // page, iframe, or one of workerKinds
	isTab   bool   // the tab that standin opened: the host's page
	order   int    // how many targets the context had before it

	mu      sync.Mutex
	worlds  map[runtime.ExecutionContextID]world // the page's own, one a document
	scripts []page.ScriptIdentifier
	clocked chan struct{} // of a worker: made as it begins to run, closed when it has the clock
	deaf    bool          // a worker that did not answer in time

	busy atomic.Bool // a document that did not answer in time
}

// listen registers the handlers of all events that this package wants.
func (b *Browser) listen() {
	c := b.conn
	on(c, target.AttachedToTarget, b.attached)
	on(c, target.DetachedFromTarget, b.detached)
	on(c, inspector.TargetCrashed, targetCrashed)
	on(c, runtime.ExecutionContextCreated, worldMade)
	on(c, runtime.ExecutionContextDestroyed, worldGone)
	on(c, runtime.ExecutionContextsCleared, worldsGone)
	on(c, page.FrameAttached, func(s *session, e *page.EventFrameAttached) {
		b.frameAttached(s, string(e.FrameID), string(e.ParentFrameID))
	})
	on(c, page.FrameDetached, frameDetached)
	on(c, page.FrameNavigated, frameNavigated)
	on(c, page.FrameStoppedLoading, frameStopped)
	on(c, runtime.BindingCalled, bindingCalled)
	on(c, runtime.ExceptionThrown, exceptionThrown)
	on(c, debugger.Paused, paused)
	on(c, page.JavascriptDialogOpening, dialogOpening)
	b.listenTap()
	b.listenNetwork()
	b.listenConsole()
	b.listenIssues()
}

// openTap makes the root session pause every request and attach to every target.
func (b *Browser) openTap(ctx context.Context) error {
	if err := b.enableFetch(ctx); err != nil {
		return err
	}
	_, err := call(ctx, b.conn.root(), target.SetAutoAttach, autoAttach(true))
	return err
}

// attached is called for every new target. Chromium holds it until its session
// says that it may run.
func (b *Browser) attached(from *session, e *target.EventAttachedToTarget) {
	s := b.conn.session(e.SessionID)
	c, parent := b.contextOf(from, e.TargetInfo)
	if c == nil {
		// Not a target of ours, such as the browser's own pages: let it run.
		send(s, runtime.RunIfWaitingForDebugger, cdp.Empty{})
		return
	}
	f := &frame{
		context: c, session: s, id: e.TargetInfo.TargetID, parent: parent,
		kind: e.TargetInfo.Type, worlds: map[runtime.ExecutionContextID]world{},
	}
	c.mu.Lock()
	if f.kind == "page" && c.page == nil {
		f.isTab = true
		c.page = f
	}
	if f.kind == "page" && !f.isTab {
		c.popups[string(f.id)] = true
	}
	if workerKinds[f.kind] && f.kind != "worker" {
		c.keeps = "the app has a worker that outlives its page, or a worklet"
	}
	c.attached++
	f.order = c.attached
	c.frames[f.id] = f
	if parent != nil && !f.hasDocuments() {
		c.wire.named(string(f.id), string(parent.id), "")
	}
	if f.hasDocuments() && c.wire.documents[string(f.id)] == "" {
		c.wire.documents[string(f.id)] = e.TargetInfo.URL
	}
	c.touch()
	c.mu.Unlock()
	s.frame = f
	b.own(string(f.id), c)
	go f.prepare()
}

// contextOf finds the context that a new target belongs to, and its parent.
func (b *Browser) contextOf(from *session, info *target.Info) (*Context, *frame) {
	if info.Type != "page" && info.Type != "iframe" && !workerKinds[info.Type] {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.contexts[info.BrowserContextID]; c != nil {
		return c, from.frame
	}
	if from.frame != nil {
		return from.frame.context, from.frame
	}
	return nil, nil
}

// prepare sets a new target up and lets it run. Every reply is awaited first: the
// page clock must be in before the first script is. A window that the app opened
// answers nothing before it runs, for it may have no process yet; Chromium keeps
// the commands for that process.
func (f *frame) prepare() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	setUp := f.setUp()
	var err error
	if f.kind == "page" && !f.isTab {
		run := begin(f.session, runtime.RunIfWaitingForDebugger, cdp.Empty{})
		err = setUp(ctx)
		_, runErr := run(ctx)
		err = errors.Join(err, runErr)
	} else {
		err = setUp(ctx)
		_, runErr := call(ctx, f.session, runtime.RunIfWaitingForDebugger, cdp.Empty{})
		err = errors.Join(err, runErr)
	}
	if f.isTab {
		f.context.ready <- err
	}
}

// setUp sends what sets a target up and returns what awaits the replies.
func (f *frame) setUp() func(context.Context) error {
	s := f.session
	replies := []func(context.Context) error{awaited(begin(s, network.Enable, network.EnableParams{}))}
	children := awaited(begin(s, target.SetAutoAttach, autoAttach(false)))
	if f.hasDocuments() {
		replies = append(replies, children,
			awaited(begin(s, inspector.Enable, cdp.Empty{})),
			awaited(begin(s, page.Enable, page.EnableParams{})),
			awaited(begin(s, audits.Enable, cdp.Empty{})),
			awaited(begin(s, runtime.Enable, cdp.Empty{})))
		if !f.context.opts.bare {
			replies = append(replies,
				awaited(begin(s, runtime.AddBinding, runtime.AddBindingParams{Name: f.context.names.binding})),
				f.beginClock(true))
		}
	} else {
		replies = append(replies, f.beginWorker()...)
	}
	return func(ctx context.Context) error {
		if !f.hasDocuments() {
			_ = children(ctx) // a worker of some kinds has none
		}
		for _, reply := range replies {
			if err := reply(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

func awaited[R any](wait func(context.Context) (R, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := wait(ctx)
		return err
	}
}

func (f *frame) hasDocuments() bool { return f.kind == "page" || f.kind == "iframe" }

// beginClock puts the page clock into every document that comes and, when now is
// set, into the one that is there. The older beginning goes; what begins stays.
func (f *frame) beginClock(now bool) func(context.Context) error {
	source := func(context.Context) error { return nil }
	if now {
		source = awaited(f.beginScript(f.clockSource(), now))
	}
	made := f.beginScript(f.clockBeginning(), now)
	gone := f.removeScripts(f.takeScripts())
	return func(ctx context.Context) error {
		if err := source(ctx); err != nil {
			return err
		}
		script, err := made(ctx)
		if err != nil {
			return err
		}
		if err := gone(ctx); err != nil {
			return err
		}
		return f.removeScripts(f.replaceScript(script.Identifier))(ctx)
	}
}

// beginScript adds a script to every document that comes.
func (f *frame) beginScript(source string, now bool) func(context.Context) (page.AddScriptToEvaluateOnNewDocumentResult, error) {
	return begin(f.session, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: source, RunImmediately: &now,
	})
}

// takeScripts returns the scripts that are there, for them to go.
func (f *frame) takeScripts() []page.ScriptIdentifier {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.scripts
	f.scripts = nil
	return all
}

// removeScripts has scripts run in no document that comes.
func (f *frame) removeScripts(ids []page.ScriptIdentifier) func(context.Context) error {
	var replies []func(context.Context) error
	for _, id := range ids {
		replies = append(replies, awaited(begin(f.session, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: id})))
	}
	return func(ctx context.Context) error {
		for _, reply := range replies {
			if err := reply(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// replaceScript keeps the newest script and returns those that are to go. Two may
// be installed at once, and their replies come in any order; ids only grow.
func (f *frame) replaceScript(id page.ScriptIdentifier) []page.ScriptIdentifier {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := append(f.scripts, id)
	slices.SortFunc(all, func(a, b page.ScriptIdentifier) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	f.scripts = all[len(all)-1:]
	return slices.Clone(all[:len(all)-1])
}

func (b *Browser) detached(_ *session, e *target.EventDetachedFromTarget) {
	b.left(b.conn.session(e.SessionID))
}

// left forgets a session, and those that were attached by it: Chromium tells of a
// frame within a frame by the outer one's session, and when that goes first, by none.
// A window that the app opened lives on.
func (b *Browser) left(s *session) {
	b.conn.forget(s.id)
	f := s.frame
	if f == nil {
		return
	}
	c := f.context
	var inner []*frame
	c.mu.Lock()
	if c.frames[f.id] == f {
		delete(c.frames, f.id)
	}
	c.wire.silenced(s, string(f.id))
	for _, child := range c.frames {
		if child.parent == f && child.kind != "page" {
			inner = append(inner, child)
		}
	}
	c.touch()
	c.mu.Unlock()
	for _, child := range inner {
		b.left(child.session)
	}
}

// targetCrashed hears that a renderer died. Nothing that was asked of it will be
// answered.
func targetCrashed(s *session, _ *inspector.EventTargetCrashed) {
	s.end()
	f := s.frame
	if f == nil || !f.hasDocuments() {
		return // so the end of a worker is told, too, that closes itself
	}
	text := "the renderer of the app's frame crashed"
	if f.isTab {
		text = "the renderer of the host's page crashed"
	}
	c := f.context
	c.mu.Lock()
	c.crashed = text
	c.mu.Unlock()
	c.Note(timeline.Event{Kind: timeline.Crashed, Frame: string(f.id), Text: text})
}

// dialogOpening dismisses alert, confirm and prompt, which would stop the page
// for ever. A beforeunload dialog is accepted: the page is to go.
func dialogOpening(s *session, e *page.EventJavascriptDialogOpening) {
	send(s, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: e.Type == page.DialogTypeBeforeunload})
	if s.frame != nil {
		s.frame.context.Note(timeline.Event{Kind: timeline.Dialog, Frame: string(e.FrameID),
			Text: fmt.Sprintf("the page opened %s(%q); standin dismissed it", e.Type, e.Message)})
	}
}
