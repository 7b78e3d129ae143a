package judge

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/standin-dev/standin/harness/timeline"
)

// others are what a request without a token brings along that may well be what its back
// end knows the person by: cookies, headers of the app's own and parameters, whose
// carriers nobody named. What is known to be something else is not among them.
func others(x *timeline.Exchange) []CarrierSpec {
	var out []CarrierSpec
	for _, name := range slices.Sorted(maps.Keys(x.Header)) {
		if !noCredential.MatchString(name) && credential.MatchString(x.Header.Get(name)) {
			out = append(out, CarrierSpec{Place: "header", Name: name})
		}
	}
	if u, err := timeline.ParseURL(x.URL); err == nil {
		out = append(out, otherParameters(u.Query())...)
	}
	f := &finder{exchange: x}
	f.cookies()
	for _, k := range f.found {
		if !otherCookie.MatchString(k.Spec.Name) {
			out = append(out, k.Spec)
		}
	}
	return out
}

func otherParameters(query url.Values) []CarrierSpec {
	var out []CarrierSpec
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if keyName.MatchString(name) && credential.MatchString(query.Get(name)) {
			out = append(out, CarrierSpec{Place: "query", Name: name})
		}
	}
	return out
}

var (
	// credential is what a secret looks like that is no JWT.
	credential = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]{16,}$`)
	// keyName is a parameter's name that says that it is one.
	keyName = regexp.MustCompile(`(?i)ticket|token|session|sid$|auth|secret|signature|otp`)
	// noCredential are the headers of browsers, tracing and the like: who sent a request
	// they do not say.
	noCredential = regexp.MustCompile(`(?i)^(Accept.*|Access-Control-.*|Authorization|Cookie|Referer|Content-.*|Origin|Host|Connection|User-Agent|Sec-.*|Cache-Control|` +
		`Pragma|If-.*|Range|Upgrade.*|Purpose|Dnt|Priority|Te|Last-Event-Id|X-Requested-With|.*(Csrf|Xsrf).*|Traceparent|Tracestate|Baggage|Sentry-Trace|` +
		`.*-(Request|Correlation|Trace|Span)-?Id|X-B3-.*|X-Datadog-.*|Newrelic|Idempotency-Key|Next-.*|Rsc|Service-Worker.*|X-Atlassian-.*)$`)
	// otherCookie are cookies of statistics, and against forgery.
	otherCookie = regexp.MustCompile(`(?i)^(_ga.*|_gid|_gat.*|_fbp|__utm.*|ajs_.*|amp.*|optimizely.*|.*(csrf|xsrf).*|lang|locale|theme)$`)
)

// named are carriers as a sentence names them.
func named(list []CarrierSpec) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = `"` + s.String() + `"`
	}
	return strings.Join(names, " and ")
}
