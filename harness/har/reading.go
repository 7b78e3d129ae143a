package har

import "github.com/standin-dev/standin/harness/timeline"

// reading are the entries of a page, as they are read.
type reading struct{ entries []read }

// add reads an entry; false: it is none.
func (r *reading) add(o object, secrets []string) bool {
	e, ok := readEntry(o, secrets)
	if ok {
		r.entries = append(r.entries, e)
	}
	return ok
}

func (r *reading) join(other *reading) { r.entries = append(r.entries, other.entries...) }

// page numbers the exchanges and joins what belongs together.
func (r *reading) page(scenario, title string) Page {
	p := Page{Scenario: scenario, Title: title}
	for i := range r.entries {
		e := &r.entries[i]
		e.exchange.ID = i + 1
		if scenario != "" && e.of <= len(r.entries) {
			e.exchange.RedirectOf = e.of
		}
	}
	if scenario == "" {
		r.chain()
		p.Windows = r.frames()
	}
	for i := range r.entries {
		e := &r.entries[i]
		if e.window {
			if p.Windows == nil {
				p.Windows = map[string]bool{}
			}
			p.Windows[e.exchange.Frame] = true
		}
		p.Exchanges = append(p.Exchanges, e.exchange)
		for _, b := range e.brought {
			b.Exchange, b.Frame = i+1, e.exchange.Frame
			p.Brought = append(p.Brought, b)
		}
		if len(e.findings) > 0 {
			if p.Findings == nil {
				p.Findings = map[int][]string{}
			}
			p.Findings[i+1] = e.findings
		}
	}
	return p
}

// chain says which entries were caused by a redirect: the first for its address that
// comes after it.
func (r *reading) chain() {
	waiting := map[string][]int{} // the IDs of redirects, by where they lead
	for i := range r.entries {
		x := &r.entries[i].exchange
		if ids := waiting[withoutFragment(x.URL)]; len(ids) > 0 {
			x.RedirectOf = ids[0]
			waiting[withoutFragment(x.URL)] = ids[1:]
		}
		if to := r.entries[i].to; to != "" {
			waiting[to] = append(waiting[to], x.ID)
		}
	}
}

func withoutFragment(raw string) string {
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return raw
	}
	u.Fragment = ""
	return u.String()
}
