package harness

import (
	"context"
	"sync"
)

// placed is a scenario with its place among those of the run.
type placed struct {
	Scenario
	place int
}

// queue gives the lanes of a run their scenarios, one at a time, and takes in what came of
// each.
type queue struct {
	run *run
	// done counts the scenarios of the run that were played before, of all.
	done, all int

	mu      sync.Mutex
	waiting []placed
	begun   int
}

// inOrder are the scenarios with their places.
func (q *queue) inOrder(scenarios []Scenario) []placed {
	list := make([]placed, len(scenarios))
	for i, s := range scenarios {
		list[i] = placed{s, q.done + i + 1}
	}
	return list
}

// arrange tells the scenarios that may be played beside others from those that may not:
// they ask the back end by themselves, change what it keeps, or compare what came before.
func (q *queue) arrange(scenarios []Scenario) (together, alone []placed) {
	for _, s := range q.inOrder(scenarios) {
		if s.Alone || s.Pageless || s.CookiesBlocked {
			alone = append(alone, s)
			continue
		}
		together = append(together, s)
	}
	return together, alone
}

// playIn plays what waits, a scenario at a time in each lane.
func (q *queue) playIn(ctx context.Context, lanes []*run) {
	var playing sync.WaitGroup
	for _, l := range lanes {
		playing.Go(func() {
			for ctx.Err() == nil {
				next, more := q.take(l)
				if !more {
					return
				}
				q.give(ctx, l, l.scenario(ctx, next.Scenario), next.place)
			}
		})
	}
	playing.Wait()
}

// take gives a lane its next scenario, and what the run knows by now.
func (q *queue) take(l *run) (next placed, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return placed{}, false
	}
	next, q.waiting = q.waiting[0], q.waiting[1:]
	l.catchUp()
	q.begun++
	q.run.cfg.Progress.begin(next.ID, q.done+q.begun, q.all)
	return next, true
}

// give takes in what was played: from here on it is the run's.
func (q *queue) give(ctx context.Context, l *run, p *played, place int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := q.run
	p.run, p.place = r, place
	for _, note := range l.report.Notes {
		if l != r {
			r.note(note)
		}
	}
	if l != r && l.comesBack.Load() {
		r.comesBack.Store(true)
	}
	p.learn(ctx)
	p.gone = r.gone() != nil
	r.played = append(r.played, p)
	r.cfg.Progress.end(p.result())
}
