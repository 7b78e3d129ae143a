package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"github.com/standin-dev/standin/harness/timeline"
)

// A worker has no Page domain that would run a script before its own. Its debugger
// stops it instead before the first line that it runs, be that of an imported
// module; the page clock is evaluated there, and the debugger is switched off.
// Nothing may be evaluated before, for that is a first line, too.

// deafAfter is how long a worker may take to follow the clock. One that sits in a
// loop or waits for other threads never does, and has no timers either meanwhile.
const deafAfter = 2 * time.Second

// workerKinds are the targets that run scripts without a document. Worklets have a
// Date and nothing else that tells time.
var workerKinds = map[string]bool{
	"worker": true, "shared_worker": true, "service_worker": true, "worklet": true,
	"shared_storage_worklet": true, "auction_worklet": true,
}

// stopAtFirstLine makes a worker that has not begun stop before its first line.
func (f *frame) stopAtFirstLine() []func(context.Context) error {
	if f.context.opts.bare {
		return nil
	}
	return []func(context.Context) error{
		awaited(begin(f.session, debugger.Enable, debugger.EnableParams{})),
		awaited(begin(f.session, debugger.SetInstrumentationBreakpoint, debugger.SetInstrumentationBreakpointParams{
			Instrumentation: debugger.SetInstrumentationBreakpointInstrumentationBeforeScriptExecution,
		})),
	}
}

// paused hears that a worker is at its first line. The commands go at once, and in
// this order: the worker runs on as soon as it has its clock.
func paused(s *session, _ *debugger.EventPaused) {
	f := s.frame
	if f == nil || !workerKinds[f.kind] {
		return
	}
	f.mu.Lock()
	again := f.clocked != nil
	if !again {
		f.clocked = make(chan struct{})
	}
	f.mu.Unlock()
	if again {
		send(s, debugger.Resume, debugger.ResumeParams{})
		return
	}
	clock := begin(s, runtime.Evaluate, runtime.EvaluateParams{Expression: f.clockScript()})
	send(s, debugger.Resume, debugger.ResumeParams{})
	over := begin(s, debugger.Disable, cdp.Empty{})
	go func() {
		ctx, cancel := bound(context.Background(), worldLimit, "a worker to take the page clock")
		defer cancel()
		r, err := clock(ctx)
		_, overErr := over(ctx)
		if err = errors.Join(err, overErr); err == nil && r.ExceptionDetails != nil {
			err = scriptError(r.ExceptionDetails)
		}
		if err != nil && !moved(err) {
			f.context.Note(timeline.Event{Kind: timeline.Observed, Frame: string(f.id),
				Text: fmt.Sprintf("a worker did not take the page clock and keeps real time: %v", err)})
		}
		close(f.clocked)
	}()
}

// workers are the live workers that have begun to run.
func (c *Context) workers() []*frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*frame
	for _, f := range c.frames {
		if !workerKinds[f.kind] {
			continue
		}
		f.mu.Lock()
		if f.clocked != nil && !f.deaf {
			out = append(out, f)
		}
		f.mu.Unlock()
	}
	return out
}

// evalWorker runs a script in a worker that has begun to run. A worker that does
// not answer is not asked again, and the timeline says so.
func (f *frame) evalWorker(ctx context.Context, script string, out any) error {
	asked, cancel := bound(ctx, deafAfter, "a worker to answer")
	defer cancel()
	select {
	case <-f.clocked:
	case <-f.session.gone:
		return nil
	case <-asked.Done():
	}
	err := f.eval(asked, script, "", out)
	if err == nil || asked.Err() == nil || ctx.Err() != nil {
		return err
	}
	f.mu.Lock()
	known := f.deaf
	f.deaf = true
	f.mu.Unlock()
	if !known {
		f.context.Note(timeline.Event{Kind: timeline.Observed, Frame: string(f.id),
			Text: "a worker is busy and does not follow the clock any more"})
	}
	return nil
}

// evalIn runs a script in one of the frame's worlds, or in the worker that it is.
func (f *frame) evalIn(ctx context.Context, script, world string, out any) error {
	if workerKinds[f.kind] {
		return f.evalWorker(ctx, script, out)
	}
	return f.eval(ctx, script, world, out)
}

// autoAttach attaches to what a target starts, and holds it. The browser's session
// is attached to all service workers already: one session each is enough.
func autoAttach(root bool) target.SetAutoAttachParams {
	yes := true
	p := target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes}
	if !root {
		p.Filter = target.Filter{
			{Exclude: true, Type: "browser"}, {Exclude: true, Type: "tab"}, {Exclude: true, Type: "service_worker"}, {},
		}
	}
	return p
}
