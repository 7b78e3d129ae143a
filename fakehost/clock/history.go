package clock

import "time"

// Virtual tells what the virtual time was at a real instant, by the history of jumps. At the instant of a jump it is the time
// after the jump. Before the clock began, the offset of its beginning holds; in the future, the present one.
func (c *Clock) Virtual(real time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	made := len(c.jumps)
	for made > 0 && c.jumps[made-1].Real.After(real) {
		made--
	}
	return real.Round(0).UTC().Add(c.offsetAfter(made))
}

// Real tells the real instant at which virtual time was the given one. A virtual time that came twice, because the clock was
// stepped back, gives the later instant. One that a jump skipped gives the instant of that jump, the latest if several did.
func (c *Clock) Real(virtual time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	for made := len(c.jumps); made >= 0; made-- {
		if c.ran(virtual, made) {
			return virtual.Round(0).UTC().Add(-c.offsetAfter(made))
		}
	}
	// Nothing ran through it, so a forward jump went over it: the stretches before the first jump and after the last are endless.
	for made := len(c.jumps) - 1; made > 0; made-- {
		if c.jumps[made].skipped(virtual) {
			return c.jumps[made].Real
		}
	}
	return c.jumps[0].Real
}

// ran reports whether virtual time was the given one in the stretch after the first made jumps. The caller holds c.mu.
func (c *Clock) ran(virtual time.Time, made int) bool {
	begun := made == 0 || !virtual.Before(c.jumps[made-1].To)
	ended := made < len(c.jumps) && !virtual.Before(c.jumps[made].From)
	return begun && !ended
}

// skipped reports whether the jump went over the given virtual time.
func (j Jump) skipped(virtual time.Time) bool {
	return !virtual.Before(j.From) && virtual.Before(j.To)
}
