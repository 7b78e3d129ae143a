package judge

import "slices"

// Severity is how much a breach weighs: a must fails the scenario, a should is a
// warning.
type Severity string

// The severities.
const (
	Must   Severity = "must"
	Should Severity = "should"
)

// Rule is a sentence that requests must satisfy.
type Rule struct {
	// ID is the rule's address, which "standin explain" takes.
	ID string
	// Sentence is the rule, in a sentence.
	Sentence string
	// Severity says what a breach does to the scenario.
	Severity Severity
	// Why says what goes wrong in production when the rule is broken.
	Why string
	// Remedy says what to change in the app.
	Remedy string
	// Source says where the rule comes from.
	Source string
}

const (
	askEachTime = "Ask AP.context.getToken() for a token when you send a request, and send it as \"Authorization: JWT <token>\"; or keep it only until its exp claim less a margin, and ask again."
	docToken    = "developer.atlassian.com, \"Understanding JWT for Connect apps\""
	aceAuth     = "atlassian-connect-express 11.5.3, lib/middleware/authentication.js"
	aceCarriers = "atlassian-connect-express 11.5.3, lib/internal/utils.js"
)

// The rules, the more telling ones first: where one request breaks several, or a
// scenario has several breaches, they are told in this order.
var (
	LostWithReferer = &Rule{
		ID:       "token/lost-with-referer",
		Sentence: "A request must not lose its token when the page's URL changes.",
		Severity: Must,
		Why:      "The iframe's URL carries ?jwt=, so the Referer of the first requests does, too. Once the router changes the URL, the Referer is the new URL, and the token is gone.",
		Remedy:   "Stop reading the Referer in the back end. " + askEachTime,
		Source:   "community.developer.atlassian.com thread 29722; measured in Chromium 156",
	}
	Expired = &Rule{
		ID:       "token/expired",
		Sentence: "A request must carry a token that has not expired.",
		Severity: Must,
		Why:      "Context tokens live 15 minutes. A token that is kept (in client defaults, a meta tag, a variable, behind a timer) works until then, and every later request is refused until the page is loaded anew.",
		Remedy:   askEachTime,
		Source:   "community.developer.atlassian.com threads 71257 and 40669; " + aceAuth,
	}
	StaleShadowsFresh = &Rule{
		ID:       "carrier/stale-shadows-fresh",
		Sentence: "Where a request carries several tokens, the one that the back end reads must not be the older one.",
		Severity: Must,
		Why:      "Back ends read the query before the header, so a token that was left in the URL wins over the fresh one in the header.",
		Remedy:   "Send one token in one place: take jwt out of the URLs of your API calls, and clear cookies that hold one.",
		Source:   aceCarriers,
	}
	LiteralJunk = &Rule{
		ID:       "token/literal-junk",
		Sentence: "A request must carry a token, not the text of a value that is none.",
		Severity: Must,
		Why:      "\"JWT undefined\" is what is sent when the token is used before it is there, when a failed getToken calls its callback without arguments, or when an await was forgotten.",
		Remedy:   "Await AP.context.getToken() (use its promise) before you build the header, and send nothing when there is no token.",
		Source:   "simple-xdm 2.3.3, the callback form of promise methods",
	}
	WrongScheme = &Rule{
		ID:       "carrier/scheme",
		Sentence: "The Authorization header must use the scheme that the back end reads.",
		Severity: Must,
		Why:      "Connect's scheme is JWT, in capitals and with one space. Most back ends do not find a token behind Bearer, jwt or nothing.",
		Remedy:   "Send \"Authorization: JWT <token>\". If your back end reads another form, say so: carriers: [\"header:Authorization Bearer\"].",
		Source:   aceCarriers,
	}
	Malformed = &Rule{
		ID:       "token/malformed",
		Sentence: "A request's token must be a JWT: three parts, the first two of which are JSON.",
		Severity: Must,
		Why:      "A token that was cut, quoted or encoded twice is refused by every library.",
		Remedy:   "Send what AP.context.getToken() gave, unchanged.",
		Source:   "RFC 7519; atlassian-jwt 2.0.3",
	}
	WrongAlgorithm = &Rule{
		ID:       "token/algorithm",
		Sentence: "A request's token must be signed with HS256.",
		Severity: Must,
		Why:      "The host signs its tokens with HS256. Another algorithm, none above all, means that somebody else made the token.",
		Remedy:   "Send what AP.context.getToken() gave, unchanged.",
		Source:   aceAuth,
	}
	WrongTenant = &Rule{
		ID:       "token/tenant",
		Sentence: "A request's token must belong to the tenant in whose page the app is shown.",
		Severity: Must,
		Why:      "A token of another site shows its data to the wrong customer, or is refused.",
		Remedy:   "Keep no token outside of the page that got it: not in storage, not in cookies, not on the server by host name.",
		Source:   docToken,
	}
	WrongSignature = &Rule{
		ID:       "token/signature",
		Sentence: "A request's token must be signed with the tenant's current shared secret.",
		Severity: Must,
		Why:      "A changed token, or one from before the secret was rotated, fails verification; atlassian-connect-express answers 400, not 401.",
		Remedy:   "Send what AP.context.getToken() gave, unchanged, and keep no token across an installation.",
		Source:   aceAuth,
	}
	WrongUser = &Rule{
		ID:       "token/user",
		Sentence: "A request's token must belong to the user who is logged in.",
		Severity: Must,
		Why:      "A token kept from another user's session lets this user act as the other.",
		Remedy:   "Keep no token in storage or in pages that may be cached. " + askEachTime,
		Source:   docToken,
	}
	WrongQSH = &Rule{
		ID:       "token/qsh",
		Sentence: "A token's qsh must be right for what it is sent to: the hash of the URL on the module's page, \"context-qsh\" on calls.",
		Severity: Must,
		Why:      "A context token does not open a module's page, whose qsh is checked, and a page's token is bound to its URL.",
		Remedy:   "Use the URL that the host signed for the page, and AP.context.getToken() for everything that the page calls.",
		Source:   "developer.atlassian.com, \"Connect Active API migration\": context-qsh",
	}
	IframeTokenOnAPI = &Rule{
		ID:       "token/iframe-token-on-api",
		Sentence: "A call must not reuse the token of the iframe's URL.",
		Severity: Must,
		Why:      "It cannot be renewed in place and dies while the page is open; and back ends that check its qsh refuse it on any other URL.",
		Remedy:   askEachTime,
		Source:   "community.developer.atlassian.com thread 71257",
	}
	RefererOnly = &Rule{
		ID:       "carrier/referer-only",
		Sentence: "A request's token must ride in the request itself, not in the Referer alone.",
		Severity: Must,
		Why:      "It works by accident: until the router changes the URL, a redirect or a Referrer-Policy cleans it, the URL grows beyond 4096 characters, or the token in it expires.",
		Remedy:   "Stop reading the Referer in the back end. " + askEachTime,
		Source:   "community.developer.atlassian.com thread 29722; measured in Chromium 156",
	}
	NoToken = &Rule{
		ID:       "token/missing",
		Sentence: "A request that must prove who asks must carry a token.",
		Severity: Must,
		Why:      "Without one the back end cannot know the tenant and the user, and refuses; or it answers anybody.",
		Remedy:   askEachTime + " If this address is meant for anybody, say so: public: [\"/path\"].",
		Source:   docToken,
	}
	RefusedValid = &Rule{
		ID:       "backend/refused-valid",
		Sentence: "The back end must accept a valid, fresh token.",
		Severity: Must,
		Why:      "Often the route checks a real qsh, which a context token does not have, or the clock of the back end is off.",
		Remedy:   "See what the back end checks at this address: the token is signed with the tenant's secret, for this user, and in time. A route that the page calls must take context tokens, whose qsh is \"context-qsh\" (addon.checkValidToken() in atlassian-connect-express, @ContextJwt in Spring Boot).",
		Source:   "community.developer.atlassian.com threads 56968, 76567 and 14200",
	}
	ErrorOnValid = &Rule{
		ID:       "backend/error-on-valid",
		Sentence: "The back end should not answer a valid, fresh token with an error.",
		Severity: Should,
		Why:      "Some libraries refuse with 400 or 500. Here the token was right, so it is the token check or the app itself.",
		Remedy:   "Look at the back end's log for this request.",
		Source:   aceAuth,
	}
	Margin = &Rule{
		ID:       "freshness/margin",
		Sentence: "A request should carry a token with some life to spare.",
		Severity: Should,
		Why:      "A token that is valid when it is sent may have expired when it is checked: libraries have no leeway, networks are slow, and clocks differ.",
		Remedy:   "Ask for a new token 30 to 60 seconds before the old one's exp.",
		Source:   aceAuth + " (no leeway); developer documentation of several JWT libraries",
	}
)

var rules = []*Rule{
	PageLoads, CacheablePage, NoAuthentication, NoAllJS, PolicyBlocks, PageThrows, CORSRefused, Unframeable, OtherOrigin, SecretShown, LostWithReferer, Expired, StaleShadowsFresh, QueryAndBody, LiteralJunk, WrongScheme, Malformed,
	WrongAlgorithm, WrongTenant, WrongSignature, WrongUser, WrongContext, WrongQSH, IframeTokenOnAPI,
	RefererOnly, CookieOnly, CookieBlocked, DependsOnReferer, NoToken, RefusalLoop, TakesRotation, RefusedValid, HostLocation, CacheableToken,
	ErrorOnValid, Margin, SeveralTokens, SameTokenAgain, KeptInStorage, Printed, TokenWithoutNoStore,
	OnRefusal, SentWithout, WaitsForEver, Stranded, RefreshStampede, TokenBurst, NeedlessCalls,
}

// Rules are all rules, the more telling ones first.
func Rules() []*Rule { return slices.Clone(rules) }

// RuleByID finds a rule; nil: there is none of that id.
func RuleByID(id string) *Rule {
	for _, r := range rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// rank is a rule's place in the order.
func rank(r *Rule) int { return slices.Index(rules, r) }
