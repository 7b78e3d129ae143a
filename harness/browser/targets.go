package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
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
	kind    string // page, iframe, worker, shared_worker, service_worker
	isTab   bool   // the tab that standin opened: the host's page

	mu      sync.Mutex
	worlds  map[runtime.ExecutionContextID]world // the page's own, one a document
	scripts []page.ScriptIdentifier
}

// listen registers the handlers of all events that this package wants.
func (b *Browser) listen() {
	c := b.conn
	on(c, target.AttachedToTarget, b.attached)
	on(c, target.DetachedFromTarget, b.detached)
	on(c, target.TargetCrashed, b.targetCrashed)
	on(c, inspector.TargetCrashed, func(s *session, _ *inspector.EventTargetCrashed) { s.end() })
	on(c, runtime.ExecutionContextCreated, worldMade)
	on(c, runtime.ExecutionContextDestroyed, worldGone)
	on(c, runtime.ExecutionContextsCleared, worldsGone)
	on(c, page.FrameAttached, func(s *session, e *page.EventFrameAttached) { b.frameAttached(s, string(e.FrameID)) })
	on(c, page.FrameDetached, frameDetached)
	on(c, page.FrameNavigated, frameNavigated)
	on(c, runtime.BindingCalled, bindingCalled)
	on(c, runtime.ExceptionThrown, exceptionThrown)
	on(c, page.JavascriptDialogOpening, dialogOpening)
	b.listenTap()
	b.listenNetwork()
}

// openTap makes the root session pause every request and attach to every target.
func (b *Browser) openTap(ctx context.Context) error {
	if err := b.enableFetch(ctx); err != nil {
		return err
	}
	return b.conn.root().autoAttach(ctx)
}

func (s *session) autoAttach(ctx context.Context) error {
	yes := true
	_, err := call(ctx, s, target.SetAutoAttach, target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes})
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
	c.frames[f.id] = f
	if f.hasDocuments() && c.wire.documents[string(f.id)] == "" {
		c.wire.documents[string(f.id)] = e.TargetInfo.URL
	}
	c.touch()
	c.mu.Unlock()
	s.frame = f
	b.mu.Lock()
	b.frames[string(f.id)] = c
	b.mu.Unlock()
	go f.prepare()
}

// contextOf finds the context that a new target belongs to, and its parent.
func (b *Browser) contextOf(from *session, info *target.Info) (*Context, *frame) {
	switch info.Type {
	case "page", "iframe", "worker", "shared_worker", "service_worker":
	default:
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

// prepare sets a new target up and lets it run. Every reply is awaited: the page
// clock must be in before the first script is.
func (f *frame) prepare() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err := f.setUp(ctx)
	_, runErr := call(ctx, f.session, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	err = errors.Join(err, runErr)
	if f.isTab {
		f.context.ready <- err
	}
}

func (f *frame) setUp(ctx context.Context) error {
	s := f.session
	if _, err := call(ctx, s, network.Enable, network.EnableParams{}); err != nil {
		return err
	}
	if err := s.autoAttach(ctx); err != nil && f.hasDocuments() {
		return err
	}
	if !f.hasDocuments() {
		return nil
	}
	if _, err := call(ctx, s, page.Enable, page.EnableParams{}); err != nil {
		return err
	}
	if _, err := call(ctx, s, runtime.Enable, cdp.Empty{}); err != nil {
		return err
	}
	if _, err := call(ctx, s, runtime.AddBinding, runtime.AddBindingParams{Name: f.context.names.binding}); err != nil {
		return err
	}
	return f.installClock(ctx, true)
}

func (f *frame) hasDocuments() bool { return f.kind == "page" || f.kind == "iframe" }

// installClock puts the page clock, as of now, into every document that comes,
// and, when now is set, into the one that is there. The older script goes.
func (f *frame) installClock(ctx context.Context, now bool) error {
	made, err := call(ctx, f.session, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: f.context.clockScript(), RunImmediately: &now,
	})
	if err != nil {
		return err
	}
	f.mu.Lock()
	old := f.scripts
	f.scripts = []page.ScriptIdentifier{made.Identifier}
	f.mu.Unlock()
	for _, id := range old {
		if _, err := call(ctx, f.session, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: id}); err != nil {
			return err
		}
	}
	return nil
}

func (b *Browser) detached(_ *session, e *target.EventDetachedFromTarget) {
	s := b.conn.session(e.SessionID)
	b.conn.forget(e.SessionID)
	f := s.frame
	if f == nil {
		return
	}
	c := f.context
	c.mu.Lock()
	if c.frames[f.id] == f {
		delete(c.frames, f.id)
	}
	c.wire.silenced(s, c.exchanges)
	c.touch()
	c.mu.Unlock()
}

func (b *Browser) targetCrashed(_ *session, e *target.EventTargetCrashed) {
	b.mu.Lock()
	c := b.frames[string(e.TargetID)]
	b.mu.Unlock()
	if c == nil {
		return
	}
	c.mu.Lock()
	text := "the renderer of the app's frame crashed"
	if f := c.frames[e.TargetID]; f != nil && f.isTab {
		text = "the renderer of the host's page crashed"
	}
	c.crashed = fmt.Sprintf("%s (%s)", text, e.Status)
	c.mu.Unlock()
	c.Note(timeline.Event{Kind: timeline.Crashed, Frame: string(e.TargetID), Text: c.Crashed()})
}

func exceptionThrown(s *session, e *runtime.EventExceptionThrown) {
	if s.frame == nil || s.frame.isTab || e.ExceptionDetails == nil {
		return
	}
	text := e.ExceptionDetails.Text
	if o := e.ExceptionDetails.Exception; o != nil && o.Description != "" {
		text, _, _ = strings.Cut(o.Description, "\n")
	}
	s.frame.context.Note(timeline.Event{Kind: timeline.Exception, Frame: string(s.frame.id), Text: "uncaught in the page: " + text})
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
