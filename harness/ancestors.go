package harness

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ancestors are the frame-ancestors of each Content-Security-Policy that a page came
// with: all of them must take the host, or the browser does not show the page (CSP
// Level 3, section 6.4.2). nil: every host may frame the page.
type ancestors [][]string

// readAncestors reads the header of a page. A browser may join several headers by line
// breaks.
func readAncestors(h http.Header) ancestors {
	var all ancestors
	for _, value := range h.Values("Content-Security-Policy") {
		for policy := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == '\n' }) {
			if sources, ok := frameAncestors(policy); ok {
				all = append(all, sources)
			}
		}
	}
	return all
}

// frameAncestors are the sources of the directive in one policy. Of a directive that
// comes twice the first counts.
func frameAncestors(policy string) ([]string, bool) {
	for directive := range strings.SplitSeq(policy, ";") {
		if words := strings.Fields(directive); len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
			return words[1:], true
		}
	}
	return nil, false
}

// allow reports whether a host of this origin may frame a page of that address.
func (a ancestors) allow(origin, page string) bool {
	host, err := url.Parse(origin)
	if err != nil {
		return false
	}
	self, err := url.Parse(page)
	if err != nil {
		return false
	}
	for _, sources := range a {
		if !slices.ContainsFunc(sources, func(source string) bool { return sourceTakes(source, host, self) }) {
			return false
		}
	}
	return true
}

// sourceTakes reports whether a source expression takes an origin, for a page at self
// (CSP Level 3, section 6.7.2.8).
func sourceTakes(source string, origin, self *url.URL) bool {
	source = strings.ToLower(source)
	switch source {
	case "*":
		return origin.Scheme == "https" || origin.Scheme == "http"
	case "'self'":
		return origin.Scheme == self.Scheme && origin.Host == self.Host
	}
	if scheme, only := strings.CutSuffix(source, ":"); only {
		return schemeTakes(scheme, origin.Scheme)
	}
	scheme, rest, given := strings.Cut(source, "://")
	if !given {
		scheme, rest = self.Scheme, source
	}
	rest, _, _ = strings.Cut(rest, "/")
	name, port, _ := strings.Cut(rest, ":")
	return schemeTakes(scheme, origin.Scheme) && nameTakes(name, origin.Hostname()) && portTakes(port, origin)
}

// schemeTakes reports whether a scheme takes another: http takes https as well.
func schemeTakes(source, scheme string) bool {
	return source == scheme || source == "http" && scheme == "https"
}

// nameTakes reports whether a host name, which may begin with *., takes another.
func nameTakes(source, name string) bool {
	if suffix, wild := strings.CutPrefix(source, "*"); wild {
		return strings.HasPrefix(suffix, ".") && strings.HasSuffix(name, suffix) && name != suffix
	}
	return source == name
}

// portTakes reports whether a port takes that of an origin; "" is the scheme's own.
func portTakes(source string, origin *url.URL) bool {
	own := map[string]string{"http": "80", "https": "443"}[origin.Scheme]
	port := origin.Port()
	if port == "" {
		port = own
	}
	return source == "*" || source == port || source == "" && port == own
}
