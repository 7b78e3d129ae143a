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
		Remedy:   "Look the secret up by the token's iss, and take the tenant from nowhere else: not from the URL, not from a cookie, not the last one that was installed, not whichever secret fits.",
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

// The rules about the lifecycle calls, which give a site its secret and take it away.
var (
	SignedInstall = &judge.Rule{
		ID: "backend/install-signed", Severity: judge.Must,
		Sentence: "A back end must refuse an installed that is not signed with the product's key.",
		Why:      "Whoever knows the address gives your app a secret of his choice, for a site of his choice, and signs his own tokens from then on: he is every user of that site.",
		Remedy:   "Require a token of RS256, fetch the key that its kid names from connect-install-keys.atlassian.com, and verify it before you store anything. " + useInstallLib,
		Source:   signedInstall + "; " + aceInstall,
	}
	InstallTenant = &judge.Rule{
		ID: "backend/install-tenant", Severity: judge.Must,
		Sentence: "A back end must refuse an installed whose token was made for another tenant than its body names.",
		Why:      "Anybody can install the app on a site of his own and gets a token that the product has signed. With your customer's clientKey in the body, it replaces your customer's secret by his.",
		Remedy:   "Compare the token's iss with the body's clientKey. " + useInstallLib,
		Source:   aceInstall,
	}
	InstallAudience = &judge.Rule{
		ID: "backend/install-audience", Severity: judge.Must,
		Sentence: "A back end must refuse an installed whose token was made for another app.",
		Why:      "The product signs the installs of all apps with the same keys. Whoever has an app of his own is sent such tokens for every site that installs it, and can pass them on to yours.",
		Remedy:   "Compare the token's aud with your app's base URL. " + useInstallLib,
		Source:   signedInstall + "; " + aceInstall,
	}
	InstallExpiry = &judge.Rule{
		ID: "backend/install-expiry", Severity: judge.Must,
		Sentence: "A back end must refuse an installed whose token has expired.",
		Why:      "An install that stands in a log can be sent again for ever, and brings back a secret that was replaced.",
		Remedy:   "Compare exp with the time, as for any other token. " + useInstallLib,
		Source:   signedInstall + "; " + aceInstall,
	}
	SignedUninstall = &judge.Rule{
		ID: "backend/uninstall-signed", Severity: judge.Must,
		Sentence: "A back end must not forget a site for an uninstalled that is not signed with the product's key.",
		Why:      "Whoever knows a site's clientKey, which stands in every token's iss, takes your app off it, and perhaps its data.",
		Remedy:   "Verify uninstalled as installed: RS256, by the product's key. addon.authenticateInstall() in atlassian-connect-express.",
		Source:   signedInstall + "; " + aceInstall,
	}
)

const (
	signedInstall = "developer.atlassian.com, \"Connect Active API migration\": signed-install; community.developer.atlassian.com thread 49046"
	aceInstall    = "atlassian-connect-express 11.5.3, lib/middleware/verify-installation.js"
	useInstallLib = "atlassian-connect-express and the Spring Boot starter do it for descriptors with apiMigrations: {\"signed-install\": true}."
)

var rules = []*judge.Rule{
	NeedsToken, ChecksSignature, ChecksAlgorithm, SignedInstall, InstallTenant, InstallAudience, InstallExpiry, SignedUninstall,
	ChecksExpiry, KnowsTenant, PartsTenants,
	PageChecksQSH, NoticesTampering, HashesRightly, ForgivesSkew, KeepsTenants, NarrowLeeway, WantsExpiry, RefusesFuture, APIChecksQSH,
}

// Rules are all of them, the more telling ones first.
func Rules() []*judge.Rule { return slices.Clone(rules) }
