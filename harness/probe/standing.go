package probe

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// A Look is what is asked of one address, to tell what a refusal or an answer there is
// about: with nothing, with a good token in the Referer alone, with a valid token, and,
// after a rotation, with one that is signed with the earlier secret.
type Look struct {
	// Exchange is the request as the app sent it. Only GET and HEAD are asked again.
	Exchange *timeline.Exchange
	// Page is the address of the module's page, as the host signed it, with or without
	// a token; empty: no Referer is tried.
	Page string
	// ModulePage says that the address itself is the module's page, whose token has the
	// hash of its URL.
	ModulePage bool
	// Carrier is where the back end takes tokens; its zero value: the header
	// Authorization with the scheme JWT.
	Carrier judge.CarrierSpec
	// Claims are what a valid token says besides its times and qsh: those of one that
	// the host made in this run.
	Claims token.Claims
	// OldSecret signed the tenant's tokens before a rotation; empty: there was none.
	OldSecret string
}

// Standing asks and says what came of it. An error says why an address could not be
// asked; what was seen until then is in the answer.
func (a *Asker) Standing(ctx context.Context, l Look) (judge.Standing, error) {
	s, look := judge.Standing{Asked: true, Page: l.ModulePage}, a.looker(ctx)
	bare, err := look(l.request(""))
	if err != nil {
		return s, err
	}
	valid, err := look(l.withToken(a.Tenant(), a.Tenant().Secret))
	if err != nil {
		return s, err
	}
	if bare.Status == http.StatusTooManyRequests || valid.Status == http.StatusTooManyRequests {
		return s, nil // a rate limit says nothing of who may
	}
	if bare.Status >= 400 && !bare.refuses() && bare.Status < 500 && valid.Status == bare.Status {
		s.Missing = true
		return s, nil
	}
	switch {
	case !bare.good() || valid.good() && bare.Status >= 300 && valid.Status < 300:
		s.WithoutRefused = bare.Status
	default:
		s.WithoutTaken = bare.Status
		s.Static = static(bare, valid)
	}
	if valid.good() {
		s.ValidTaken = valid.Status
	} else {
		s.ValidRefused = valid.Status
	}
	if s.WithoutRefused != 0 && l.Page != "" && !l.ModulePage {
		if err := a.lookReferer(ctx, l, &s); err != nil {
			return s, err
		}
	}
	if l.OldSecret != "" && !valid.good() {
		old, err := look(l.withToken(a.Tenant(), l.OldSecret))
		if err != nil {
			return s, err
		}
		s.OldSecret = old.good()
	}
	return s, nil
}

// lookReferer asks with a good token in the Referer alone.
func (a *Asker) lookReferer(ctx context.Context, l Look, s *judge.Standing) error {
	t := a.Tenant()
	page := withoutJWT(l.Page)
	raw := l.mint(t, t.Secret, page)
	answer, err := a.looker(ctx)(l.request(withParameter(page, "jwt", escape(raw))))
	switch {
	case err != nil:
		return err
	case answer.good() && !(answer.Status >= 300 && s.WithoutRefused == answer.Status):
		s.RefererTaken = answer.Status
	default:
		s.RefererRefused = answer.Status
	}
	return nil
}

// looker sends questions that stand for no attempt of a probe.
func (a *Asker) looker(ctx context.Context) func(*http.Request, error) (Answer, error) {
	return func(r *http.Request, err error) (Answer, error) {
		if err != nil {
			return Answer{}, fmt.Errorf("%w: %w", ErrUnasked, err)
		}
		return a.do(ctx, r)
	}
}

// request is the app's without any credential; referer "" is none.
func (l Look) request(referer string) (*http.Request, error) {
	r, err := http.NewRequest(l.Exchange.Method, withoutJWT(l.Exchange.URL), nil)
	if err != nil {
		return nil, err
	}
	r.Header = ownHeaders(l.Exchange.Header)
	for name, values := range r.Header {
		if name == "Authorization" || name == "X-Acpt" || slices.ContainsFunc(values, func(v string) bool { return len(token.Find(v)) > 0 }) {
			r.Header.Del(name)
		}
	}
	if referer != "" {
		r.Header.Set("Referer", referer)
	}
	return r, nil
}

// withToken is the request with a valid token that is signed with a secret.
func (l Look) withToken(t Tenant, secret string) (*http.Request, error) {
	r, err := l.request("")
	if err != nil {
		return nil, err
	}
	if l.ModulePage {
		raw := l.mint(t, secret, r.URL.String())
		r.URL, err = url.Parse(withParameter(r.URL.String(), "jwt", escape(raw)))
		return r, err
	}
	raw, spec := l.mint(t, secret, ""), l.Carrier
	switch spec.Place {
	case "query":
		r.URL, err = url.Parse(withParameter(r.URL.String(), spec.Name, escape(raw)))
	case "header":
		r.Header.Set(spec.Name, strings.TrimSpace(spec.Scheme+" "+raw))
	case "cookie":
		r.Header.Set("Cookie", spec.Name+"="+raw)
	default:
		r.Header.Set("Authorization", "JWT "+raw)
	}
	return r, err
}

// mint makes a token of the host's for an address of the app's; "" is a context token.
func (l Look) mint(t Tenant, secret, address string) string {
	c := l.Claims
	now := time.Unix(t.Now.Unix(), 0)
	c.Issuer, c.IssuedAt, c.ExpiresAt, c.QSH = t.ClientKey, now, now.Add(life), token.ContextQSH
	if address != "" {
		if hash, err := token.QSH(http.MethodGet, address, t.BaseURL); err == nil {
			c.QSH = hash
		}
	}
	raw, err := token.MintHS256(secret, c)
	if err != nil {
		return "" // claims of the host's own are never beyond writing
	}
	return raw
}

// withoutJWT is an address without the parameter jwt, and without a fragment.
func withoutJWT(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	u, err := timeline.ParseURL(raw)
	if err != nil {
		return raw
	}
	return withoutTokens(raw, u.Query()["jwt"])
}

// static reports whether an answer is a file that anybody may have and keep: the same to
// the letter with a token and without, of a kind that is no document of a customer's,
// with headers that let it be kept and set nothing.
func static(bare, valid Answer) bool {
	h := bare.header
	if !bare.equals(valid) || bare.Status != http.StatusOK || h.Get("Set-Cookie") != "" || strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		return false
	}
	for name := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Vary"), ",")), ",") {
		switch strings.TrimSpace(name) {
		case "authorization", "cookie", "*", "referer":
			return false
		}
	}
	control := strings.ToLower(strings.Join(h.Values("Cache-Control"), ","))
	if strings.Contains(control, "no-store") || strings.Contains(control, "private") {
		return false
	}
	keeps := strings.Contains(control, "public") || strings.Contains(control, "immutable") || strings.Contains(control, "max-age=") && !strings.Contains(control, "max-age=0") || h.Get("Last-Modified") != ""
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	for _, data := range []string{"text/csv", "application/pdf", "application/zip", "application/vnd.", "text/event-stream", "application/x-ndjson"} {
		if strings.HasPrefix(kind, data) {
			return false
		}
	}
	return keeps
}
