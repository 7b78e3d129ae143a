package probe

import (
	"slices"

	"github.com/standin-dev/standin/harness/judge"
)

const (
	csrt      = "Atlassian's security requirements for cloud apps, 1.1 (authentication of requests)"
	aceVerify = "atlassian-connect-express 11.5.3, lib/middleware/authentication.js"
	useLib    = "Leave it to the framework: addon.authenticate() or addon.checkValidToken() in atlassian-connect-express, the Spring Boot starter's filter; or verify by a JWT library with the one algorithm HS256 and the tenant's secret."
)

// The rules that a back end's answers are held against, the more telling ones first.
var (
	NeedsToken = &judge.Rule{
		ID: "backend/needs-token", Severity: judge.Must,
		Sentence: "A back end must refuse a request without a token where it takes one with a token.",
		Why:      "Whoever knows the address reads the customer's data.",
		Remedy:   useLib + " If this address is meant for anybody, say so: public: [\"/path\"].",
		Source:   csrt,
	}
	ChecksSignature = &judge.Rule{
		ID: "backend/checks-signature", Severity: judge.Must,
		Sentence: "A back end must refuse a token that is signed with another key.",
		Why:      "A token whose signature nobody checks is a text that anybody can write: any user of any site.",
		Remedy:   "Verify the token before you believe its claims: decoding is not verifying. " + useLib,
		Source:   csrt + "; " + aceVerify,
	}
	ChecksAlgorithm = &judge.Rule{
		ID: "backend/checks-algorithm", Severity: judge.Must,
		Sentence: "A back end must refuse a token whose header names another algorithm than HS256, none above all.",
		Why:      "A library that takes the algorithm from the token lets the token choose how it is checked; with none it is not checked at all.",
		Remedy:   "Tell your library the one algorithm that you expect, HS256. " + useLib,
		Source:   "RFC 8725, 3.1 and 3.2; " + aceVerify,
	}
	ChecksExpiry = &judge.Rule{
		ID: "backend/checks-expiry", Severity: judge.Must,
		Sentence: "A back end must refuse a token that has expired.",
		Why:      "A token that was leaked once is good for ever; and every mistake of the front end with old tokens stays hidden until the check is added.",
		Remedy:   "Compare exp with the time, with a leeway of a minute or two at most. " + useLib,
		Source:   csrt + "; " + aceVerify,
	}
	NarrowLeeway = &judge.Rule{
		ID: "backend/leeway", Severity: judge.Should,
		Sentence: "A back end's leeway for expired tokens should be a few minutes at most.",
		Why:      "Leeway is for clocks that differ by seconds. Ten minutes of it double the life of what was leaked.",
		Remedy:   "Set the leeway of your JWT library to a minute or two.",
		Source:   "RFC 7519, 4.1.4",
	}
	WantsExpiry = &judge.Rule{
		ID: "backend/wants-expiry", Severity: judge.Should,
		Sentence: "A back end should refuse a token without exp.",
		Why:      "The host makes none. One that was made with a leaked secret, or by the app itself, never ends.",
		Remedy:   "Require the claim: many libraries take a token without exp for one that is valid for ever, atlassian-connect-express among them.",
		Source:   aceVerify,
	}
	RefusesFuture = &judge.Rule{
		ID: "backend/refuses-future", Severity: judge.Should,
		Sentence: "A back end should refuse a token that claims to have been made an hour from now.",
		Why:      "The host makes none. It is the mark of a token that somebody prepared to outlive its 15 minutes.",
		Remedy:   "Compare iat with the time, with a leeway of a few minutes. atlassian-connect-express does not.",
		Source:   aceVerify,
	}
	ForgivesSkew = &judge.Rule{
		ID: "backend/forgives-skew", Severity: judge.Must,
		Sentence: "A back end must accept a token that was made a few seconds from now.",
		Why:      "The host's clock is not yours. Where it is ahead by a second, a strict check of iat refuses what is fresh, at random.",
		Remedy:   "Give your JWT library a leeway of 30 to 60 seconds, or do not check iat.",
		Source:   "community.developer.atlassian.com thread 10151; golang-jwt issue 98",
	}
	KnowsTenant = &judge.Rule{
		ID: "backend/knows-tenant", Severity: judge.Must,
		Sentence: "A back end must refuse a token whose issuer is not the tenant with whose secret it is signed.",
		Why:      "Otherwise one site's secret opens the data of all.",
		Remedy:   "Look the secret up by the token's iss, and take the tenant from nowhere else: not from the URL, not from a cookie, not the last one that was installed.",
		Source:   "developer.atlassian.com, \"Understanding JWT for Connect apps\"",
	}
	PartsTenants = &judge.Rule{
		ID: "backend/parts-tenants", Severity: judge.Must,
		Sentence: "A back end must not answer one tenant with what is another's.",
		Why:      "What was kept for one site is shown in another: two customers see each other's data.",
		Remedy:   "Make the client key part of every key under which something is kept: caches, sessions, rows. Take it from the verified token, never from the request's address.",
		Source:   csrt + "; developer.atlassian.com, \"Understanding JWT for Connect apps\"",
	}
	KeepsTenants = &judge.Rule{
		ID: "backend/keeps-tenants", Severity: judge.Should,
		Sentence: "A back end should go on serving a site while the app is installed on another, and after it was taken off there.",
		Why:      "An app that keeps one installation alone locks a customer out when the next one comes, and is taken over by it.",
		Remedy:   "Keep installations by their clientKey: a row each, written by installed, removed by the uninstalled of that key alone. If the app is meant for one site, refuse the installed of others.",
		Source:   "developer.atlassian.com, \"App descriptor\", lifecycle: clientKey",
	}
	PageChecksQSH = &judge.Rule{
		ID: "backend/page-checks-qsh", Severity: judge.Must,
		Sentence: "A module's page must refuse a context token.",
		Why:      "Its qsh is no hash, so it says nothing of the address: whoever has one opens every page with parameters of his choice.",
		Remedy:   "Compare qsh with the hash of the request on pages: addon.authenticate() without true in atlassian-connect-express; @ContextJwt on calls only in Spring Boot.",
		Source:   "developer.atlassian.com, \"Connect Active API migration\": context-qsh; community.developer.atlassian.com thread 14200",
	}
	APIChecksQSH = &judge.Rule{
		ID: "backend/api-checks-qsh", Severity: judge.Should,
		Sentence: "A call should refuse the token of a page's URL.",
		Why:      "That token stands in addresses, logs and Referers, and was made for one address alone.",
		Remedy:   "Require qsh to be \"context-qsh\" on calls. checkValidToken() of atlassian-connect-express does not look.",
		Source:   "developer.atlassian.com, \"Connect Active API migration\": context-qsh; " + aceVerify,
	}
	NoticesTampering = &judge.Rule{
		ID: "backend/notices-tampering", Severity: judge.Must,
		Sentence: "A module's page must refuse an address whose parameters were changed after it was signed.",
		Why:      "The parameters say which project or issue is meant. Whoever may see one page could ask for any other.",
		Remedy:   "Compare the token's qsh with the hash of the whole request: method, path and all parameters but jwt.",
		Source:   "developer.atlassian.com, \"Understanding JWT for Connect apps\": qsh",
	}
	HashesRightly = &judge.Rule{
		ID: "backend/hashes-rightly", Severity: judge.Must,
		Sentence: "A module's page must accept any address that the host signed, whatever characters are in it.",
		Why:      "Names of projects and spaces hold blanks, plus signs and umlauts. A hash that encodes them in its own way refuses some customers for ever.",
		Remedy:   "Encode names and values as RFC 3986: blank as %20, * as %2A, ~ as itself; join repeated values with a comma. Better, take the hash of a library: atlassian-jwt, or your framework.",
		Source:   "atlassian-jwt 2.0.3 dist/lib/jwt.js; community.developer.atlassian.com thread 4072",
	}
)

var rules = []*judge.Rule{
	NeedsToken, ChecksSignature, ChecksAlgorithm, ChecksExpiry, KnowsTenant, PartsTenants,
	PageChecksQSH, NoticesTampering, HashesRightly, ForgivesSkew, KeepsTenants, NarrowLeeway, WantsExpiry, RefusesFuture, APIChecksQSH,
}

// Rules are all of them, the more telling ones first.
func Rules() []*judge.Rule { return slices.Clone(rules) }
