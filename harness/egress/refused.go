package egress

// Refusal is a host to which the back end was not let, and how often it tried.
type Refusal struct {
	Host  string
	Times int
}

// Refused are the hosts to which the back end was not let, in the order of the first
// time.
func (p *Proxy) Refused() []Refusal {
	kept, _ := p.calls.all()
	hosts := &tally{}
	for _, c := range kept {
		if c.Refused {
			hosts.add(c.Host)
		}
	}
	out := make([]Refusal, len(hosts.order))
	for i, host := range hosts.order {
		out[i] = Refusal{Host: host, Times: hosts.times[host]}
	}
	return out
}
