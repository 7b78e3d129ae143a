package fakehost

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// route answers one REST call: a method, and a path below the product's base URL.
type route struct {
	method string
	path   []segment
	// anonymous is true when the call needs no credentials.
	anonymous bool
	// file is the user's file that it was read from, "" for a built-in one.
	file   string
	answer func(s *Server, w http.ResponseWriter, r *http.Request) reply
}

// segment is a part of a path between two slashes.
type segment struct {
	kind segmentKind
	text string // what the part must be, or the name of the wildcard
}

// segmentKind is in the order of precedence: what says more comes first.
type segmentKind int

const (
	literal  segmentKind = iota
	wildcard             // {name}: any one part
	tail                 // {name...}: all that is left, at least one part
)

var wildcardName = regexp.MustCompile(`^\{([A-Za-z_][A-Za-z0-9_]*)(\.\.\.)?\}$`)

// parsePath reads a pattern such as /rest/api/{version}/issue/{key}. Percent signs
// encode what is meant literally, braces among it.
func parsePath(pattern string) ([]segment, error) {
	parts := strings.Split(strings.TrimPrefix(pattern, "/"), "/")
	path := make([]segment, len(parts))
	names := map[string]bool{}
	for i, part := range parts {
		if match := wildcardName.FindStringSubmatch(part); match != nil {
			path[i] = segment{wildcard, match[1]}
			if match[2] != "" {
				path[i].kind = tail
			}
			if path[i].kind == tail && i < len(parts)-1 {
				return nil, fmt.Errorf("%s stands before other parts: it takes all that is left, so it must be the last", part)
			}
			if names[match[1]] {
				return nil, fmt.Errorf("the wildcard {%s} is there twice: give each a name of its own", match[1])
			}
			names[match[1]] = true
			continue
		}
		text, err := url.PathUnescape(part)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q is not percent-encoded: write %%25 for a percent sign", part)
		case part == "":
			return nil, fmt.Errorf("%q has an empty part", pattern)
		case strings.ContainsAny(part, "{}"):
			return nil, fmt.Errorf("%q is no wildcard: write {name} or {name...} for a whole part, and %%7B, %%7D for braces that are meant", part)
		}
		path[i] = segment{literal, text}
	}
	return path, nil
}

// shape tells apart paths that match different requests: names of wildcards are
// left out.
func shape(path []segment) string {
	var b strings.Builder
	for _, s := range path {
		if s.kind == literal {
			fmt.Fprintf(&b, "/%q", s.text)
			continue
		}
		fmt.Fprintf(&b, "/*%d", s.kind)
	}
	return b.String()
}

// bySpecificity orders paths so that the first that matches is the one that says
// most: the leftmost difference decides.
func bySpecificity(a, b *route) int {
	return slices.CompareFunc(a.path, b.path, func(a, b segment) int { return cmp.Compare(a.kind, b.kind) })
}

// routes are in the order of bySpecificity.
type routes []*route

func sortedRoutes(list []*route) routes {
	slices.SortStableFunc(list, bySpecificity)
	return list
}

// find gives the route of a request and what its wildcards stand for. HEAD is
// answered by GET where it has no route of its own.
func (list routes) find(method string, parts []string) (*route, map[string]string) {
	for _, r := range list {
		if r.method != method {
			continue
		}
		if values, ok := matchPath(r.path, parts); ok {
			return r, values
		}
	}
	if method == http.MethodHead {
		return list.find(http.MethodGet, parts)
	}
	return nil, nil
}

func matchPath(path []segment, parts []string) (map[string]string, bool) {
	values := map[string]string{}
	for i, s := range path {
		switch {
		case i >= len(parts):
			return nil, false
		case s.kind == tail:
			values[s.text] = strings.Join(parts[i:], "/")
			return values, true
		case s.kind == wildcard && parts[i] != "":
			values[s.text] = parts[i]
		case s.kind != literal || s.text != parts[i]:
			return nil, false
		}
	}
	return values, len(parts) == len(path)
}

// splitPath is a request's path in its parts, decoded. A slash at the end counts
// for nothing, as in the product.
func splitPath(escaped string) []string {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(escaped, "/"), "/"), "/")
	for i, part := range parts {
		// What cannot be decoded stands for itself; net/http lets none through.
		if text, err := url.PathUnescape(part); err == nil {
			parts[i] = text
		}
	}
	return parts
}
