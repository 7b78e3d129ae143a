package judge

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// What the browser, or standin itself, kept from a page.

// keptIn looks for scripts that standin itself kept from the page.
func (d *diagnosis) keptIn() bool {
	hosts := map[string][]string{}
	var order []string
	scripts := false
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		u, err := timeline.ParseURL(x.URL)
		if err != nil || !x.Blocked || x.HostPage || x.Type != "Script" && x.Type != "Stylesheet" {
			continue
		}
		scripts = scripts || x.Type == "Script"
		if !slices.Contains(order, u.Host) {
			order = append(order, u.Host)
		}
		if address := bare(u); !slices.Contains(hosts[u.Host], address) {
			hosts[u.Host] = append(hosts[u.Host], address)
		}
	}
	if !scripts {
		return false
	}
	parts := make([]string, len(order))
	for i, host := range order {
		parts[i] = fmt.Sprintf("%s (%s)", host, strings.Join(hosts[host], ", "))
	}
	return d.because(!d.bridge, "the page loads scripts or styles from outside of this machine, and standin kept them in: %s.%s The app is not to blame for that: name them in standin.yaml, as outside: {allow: [%s]}, or with copies of your own, as outside: {\"%s\": copies/%s}.",
		strings.Join(parts, "; "), d.thrown(), strings.Join(order, ", "), hosts[order[0]][0], path.Base(hosts[order[0]][0]))
}

// bare is an address without its query and fragment.
func bare(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }

// cors looks for calls that the browser kept from the page, or their answers.
func (d *diagnosis) cors() bool {
	for _, e := range d.in.Events {
		if e.CORS == nil {
			continue
		}
		said := d.corsSaid(e.CORS)
		if strings.HasSuffix(e.CORS.Reason, "AllowOriginMismatch") {
			// The header may be right for the origin that the page has in production.
			return d.because(false, "%s If that is the origin of the page in production, let the origin of this run through as well.", said)
		}
		return d.find(Finding{Rule: CORSRefused, Exchange: d.corsExchange(e.CORS), Message: said, Expected: "headers that let the page's call through", Actual: e.CORS.Reason})
	}
	return false
}

// corsExchange is the preflight of such a call, or the call itself; 0: neither left.
func (d *diagnosis) corsExchange(e *timeline.CORSError) int {
	for i := range d.in.Exchanges {
		x := &d.in.Exchanges[i]
		if x.URL == e.URL && (x.Type == "Preflight" || x.Method == e.Method) {
			return x.ID
		}
	}
	return 0
}

// corsSaid says what was refused, and which header lacks.
func (d *diagnosis) corsSaid(e *timeline.CORSError) string {
	u, err := timeline.ParseURL(e.URL)
	if err != nil {
		u = &url.URL{Path: e.URL}
	}
	x := d.in.exchange(d.corsExchange(e))
	what := "its answer"
	if x != nil && x.Type == "Preflight" {
		what = fmt.Sprintf("the answer to its preflight (OPTIONS, %d)", x.Status)
	}
	var answer http.Header
	if x != nil {
		answer = x.Answer
	}
	text := fmt.Sprintf("The browser kept %s %s from the page: %s", e.Method, bare(u), what) + " " + lacks(e, answer, d.pageOrigin()) + "."
	if d.in.App.HostOrigin == u.Scheme+"://"+u.Host {
		text += " That is the product itself, which lets no page of an app call it: use AP.request()."
	}
	return text
}

func (d *diagnosis) pageOrigin() string {
	if d.first == nil {
		return d.in.App.BaseURL
	}
	return originOf(d.first.URL)
}

// lacks says what an answer has not that CORS wants: the end of a sentence about it.
func lacks(e *timeline.CORSError, h http.Header, origin string) string {
	has := func(name string) string {
		if value := h.Get(name); value != "" {
			return name + ": " + value
		}
		return "no " + name
	}
	const allowOrigin = "Access-Control-Allow-Origin"
	switch strings.TrimPrefix(e.Reason, "Preflight") {
	case "HeaderDisallowedByPreflightResponse":
		return fmt.Sprintf("has %s, which lacks %s", has("Access-Control-Allow-Headers"), http.CanonicalHeaderKey(e.Parameter))
	case "MethodDisallowedByPreflightResponse":
		return fmt.Sprintf("has %s, which lacks %s", has("Access-Control-Allow-Methods"), e.Method)
	case "MissingAllowOriginHeader":
		return fmt.Sprintf("has no %s, which should be %s", allowOrigin, origin)
	case "AllowOriginMismatch":
		return fmt.Sprintf("has %s, and the page's origin is %s", has(allowOrigin), origin)
	case "InvalidStatus":
		return "has a status that is not one of success: a preflight carries no token, and must be answered without one"
	case "DisallowedRedirect":
		return "is a redirect, which a preflight must not be answered with"
	case "WildcardOriginNotAllowed":
		return fmt.Sprintf("has %s: *, which does not do for a request with cookies", allowOrigin)
	case "InvalidAllowCredentials":
		return "lacks Access-Control-Allow-Credentials: true, for a request with cookies"
	}
	return strings.TrimSpace("is refused by the browser: " + e.Reason + " " + e.Parameter)
}
