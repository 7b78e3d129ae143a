package fakehost

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fakehost/token"
)

// param is one query parameter. A slice keeps their order, which url.Values
// would not.
type param struct{ name, value string }

// iframeURL is the URL that a module's iframe is loaded from, and the token in
// it, in the order of captured cloud URLs: what the descriptor says, with
// context variables filled in; xdm_e, xdm_c, cp, the deprecated app key, lic,
// cv; in Confluence what tracing adds; and jwt last, signed over everything before it
// (P2 JwtSigningRemotablePluginAccessor).
//
// A cacheable module gets nothing appended (DOC "Cacheable app iframes for
// Connect apps"). An app of authentication type none gets all but the jwt.
func (s *Server) iframeURL(v showing) (string, error) {
	t, m := v.tenant, v.module
	plain := s.expand(v)
	if m.Cacheable {
		return plain, nil
	}
	unsigned := appendParams(plain, append([]param{
		{"xdm_e", s.Origin()},
		{"xdm_c", channel(t, m)},
		{"cp", t.Product.contextPath()},
		{"xdm_deprecated_addon_key_do_not_use", t.App.Key},
		{"lic", s.licence()},
		{"cv", t.Product.frameworkVersion()},
	}, s.tracing()...))
	if !t.usesTokens() {
		return unsigned, nil
	}
	raw, err := s.mintIframe(v, unsigned)
	if err != nil {
		return "", fmt.Errorf("sign iframe URL of module %s: %w", m.Key, err)
	}
	return appendParams(unsigned, []param{{"jwt", raw}}), nil
}

// tracing are the parameters of request tracing. The length of the ids is that of
// B3 propagation.
func (s *Server) tracing() []param {
	mode := s.Conditions().Tracing
	if mode == "" || s.Product != Confluence {
		return nil
	}
	sampled := "0"
	if mode == TracingSampled {
		sampled = "1"
	}
	return []param{{"traceId", randomHex(16)}, {"spanId", randomHex(8)}, {"traceSampled", sampled}}
}

// mintIframe mints the token of an iframe's URL: a real qsh, context {}, no
// aud, for with an aud atlassian-connect-express would look for another tenant
// (connect-protocol 4.5).
func (s *Server) mintIframe(v showing, unsigned string) (string, error) {
	qsh, err := token.QSH("GET", unsigned, v.tenant.App.BaseURL)
	if err != nil {
		return "", err
	}
	now := s.mintTime()
	return s.mint(v, token.Iframe, token.Claims{
		Issuer: v.tenant.ClientKey, Subject: s.CurrentUser().AccountID, QSH: qsh,
		IssuedAt: now, ExpiresAt: now.Add(s.iframeTTL()), Context: map[string]any{},
	})
}

// mint signs claims with the tenant's secret and tells translator and journal.
func (s *Server) mint(v showing, kind token.Kind, c token.Claims) (string, error) {
	raw, err := token.MintHS256(v.tenant.SharedSecret, c)
	if err != nil {
		return "", err
	}
	s.Translator().Issued(raw, kind)
	left := c.ExpiresAt.Sub(s.Time().Now()).Round(time.Second)
	s.record(Entry{Kind: KindMinted, Extension: v.id, Module: v.module.Key, Token: raw, TokenKind: kind,
		Text: fmt.Sprintf("%s token that has %s to live", kind, left)})
	return raw, nil
}

// channel is xdm_c. A macro can stand on a page many times, so its channel ends
// in digits of its own.
func channel(t *Tenant, m descriptor.Module) string {
	name := "channel-" + t.App.Key + "__" + m.Key
	if t.Product == Confluence && m.Type == "dynamicContentMacros" {
		name += fmt.Sprintf("%019d", randomBelow(1e18))
	}
	return name
}

// appendParams adds parameters behind a URL's query and before its fragment.
// What the URL has already is left as it is written.
func appendParams(rawURL string, params []param) string {
	rest, fragment, hasFragment := strings.Cut(rawURL, "#")
	var b strings.Builder
	b.WriteString(rest)
	separator := byte('?')
	if strings.Contains(rest, "?") {
		separator = '&'
		if strings.HasSuffix(rest, "?") || strings.HasSuffix(rest, "&") {
			separator = 0
		}
	}
	for _, p := range params {
		if separator != 0 {
			b.WriteByte(separator)
		}
		separator = '&'
		b.WriteString(percentEncode(p.name) + "=" + percentEncode(p.value))
	}
	if hasFragment {
		b.WriteString("#" + fragment)
	}
	return b.String()
}

// percentEncode is url.QueryEscape with a space as %20, which is what the
// product writes and what qsh is computed over.
func percentEncode(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}
