package probe

import (
	"context"
	"maps"
)

// Serves asks whether the app takes valid tokens of a tenant, which may be one of another
// site than the Asker's: at the first endpoint that tells a valid token of the Asker's own
// from none. told is false where no endpoint does.
func (a *Asker) Serves(ctx context.Context, t Tenant, endpoints []Endpoint) (serves, told bool) {
	for _, e := range endpoints {
		if e.Session || !a.baseline(ctx, e).usable() {
			continue
		}
		answer, err := a.ask(ctx, e, control(t, e.Of(a.Tenant().ClientKey, t.ClientKey)))
		if err == nil && (answer.good() || answer.refuses()) {
			return answer.good(), true
		}
	}
	return false, false
}

// Of is an endpoint, seen with tokens of one tenant, as another tenant's tokens ask it. One
// with a session stays as it is: only the app makes those.
func (e Endpoint) Of(from, to string) Endpoint {
	if e.Token == nil || from == to {
		return e
	}
	f := forgery{claims: maps.Clone(e.Token.Payload)}
	f.names(from, to)
	seen := *e.Token
	seen.Payload = f.claims
	e.Token = &seen
	return e
}
