package egress

// Refusal is what the back end was not let to, and how often it tried.
type Refusal struct {
	Host string
	// Address is the host alone where the call was by TLS and not made.
	Address string
	// Reason is that of the Call.
	Reason string
	Times  int
}

// Refused is what the back end was not let to, in the order of the first time, each
// address once.
func (p *Proxy) Refused() []Refusal {
	kept, _ := p.calls.all()
	var out []Refusal
	at := map[string]int{}
	for _, c := range kept {
		if !c.Refused {
			continue
		}
		key := c.Host + c.Path
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Refusal{Host: c.Host, Address: key, Reason: c.Reason})
		}
		out[i].Times++
	}
	return out
}
