package browser

import (
	"context"
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
// Nothing may be evaluated before, for that is a first line, too. A worklet takes
// the clock while it is held, before it has a script.

// deafAfter is how long a worker may take to follow the clock. One that sits in a
// loop or waits for other threads never does, and has no timers either meanwhile.
const deafAfter = 2 * time.Second

// workerKinds are the targets that run scripts without a document; worklets are
// those of them that have a Date and nothing else that tells time.
var (
	workerKinds = map[string]bool{
		"worker": true, "shared_worker": true, "service_worker": true,
		"worklet": true, "shared_storage_worklet": true, "auction_worklet": true,
	}
	worklets = map[string]bool{"worklet": true, "shared_storage_worklet": true, "auction_worklet": true}
)

// beginWorker sends what gives a worker the clock, while it is held.
func (f *frame) beginWorker() []func(context.Context) error {
	switch {
	case f.context.opts.bare:
		return nil
	case worklets[f.kind]:
		// It has a realm before it has a script; and several share a thread, so that
		// those that a debugger stops would wait for each other.
		return []func(context.Context) error{func(context.Context) error {
			f.takesClock()
			f.tookClock(begin(f.session, runtime.Evaluate, runtime.EvaluateParams{Expression: f.clockScript()}))
			return nil
		}}
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
	if !f.takesClock() {
		send(s, debugger.Resume, debugger.ResumeParams{})
		return
	}
	clock := begin(s, runtime.Evaluate, runtime.EvaluateParams{Expression: f.clockScript()})
	send(s, runtime.Enable, cdp.Empty{}) // what it prints is heard from now on
	send(s, debugger.Resume, debugger.ResumeParams{})
	send(s, debugger.Disable, cdp.Empty{})
	go f.tookClock(clock)
}

// takesClock begins to give a worker the clock as it is from now on: whoever moves
// it later waits until the worker has it. It tells whether this is the first time.
func (f *frame) takesClock() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.clocked != nil {
		return false
	}
	f.clocked = make(chan struct{})
	return true
}

// tookClock waits until a worker has the clock.
func (f *frame) tookClock(given func(context.Context) (runtime.EvaluateResult, error)) {
	defer close(f.clocked)
	ctx, cancel := bound(context.Background(), worldLimit, "a worker to take the page clock")
	defer cancel()
	r, err := given(ctx)
	if err == nil && r.ExceptionDetails != nil {
		err = scriptError(r.ExceptionDetails)
	}
	if err != nil && !moved(err) {
		f.context.Note(timeline.Event{Kind: timeline.Observed, Frame: string(f.id),
			Text: fmt.Sprintf("a worker did not take the page clock and keeps real time: %v", err)})
	}
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
