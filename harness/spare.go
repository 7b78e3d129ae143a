package harness

import (
	"context"

	"github.com/standin-dev/standin/harness/browser"
)

// A run keeps the browser context of the scenario before for the next one, where nothing of
// that scenario is left in it.

// newPage is a browser context as if it had just been opened: one that was used before and
// has nothing left of that, or a fresh one. A browser that died is started anew, once for
// each time it is needed.
func (r *run) newPage(ctx context.Context, o browser.ContextOptions, fresh bool) (*browser.Context, error) {
	driven := r.driven()
	if spare := r.spare; spare != nil && !o.Pageless {
		r.spare = nil
		if !fresh && spare.Of(driven) && spare.Occupy(ctx, o) == nil {
			return spare, nil
		}
		_ = spare.Close() // nothing of it is wanted
	}
	page, err := driven.NewContext(ctx, o)
	if err == nil || ctx.Err() != nil {
		return page, err
	}
	revived, e := r.revive(ctx)
	switch {
	case e != nil:
		return nil, e
	case revived != nil:
		return revived.NewContext(ctx, o)
	}
	return nil, err
}

// leave ends a scenario's page, and keeps its context for the next one where it can be.
func (r *run) leave(ctx context.Context, page *browser.Context) error {
	if r.spare == nil && ctx.Err() == nil && page.Vacate(ctx) == nil {
		r.spare = page
		return nil
	}
	return page.Close()
}

// dropSpare closes the context that is kept.
func (r *run) dropSpare() {
	if r.spare != nil {
		_ = r.spare.Close() // nothing of it is wanted
		r.spare = nil
	}
}
