package judge

// The rules of how an app renews its token, and how often it asks for one.
var (
	RefusalLoop = &Rule{
		ID:       "refresh/loop",
		Sentence: "An app that is refused must stop asking.",
		Severity: Must,
		Why:      "A client that sends the same request again as often as it is refused keeps the user's machine and the back end busy, for as long as the page is open.",
		Remedy:   "Ask for a new token and try again once; then show the user what happened.",
		Source:   "github.com/axios/axios issue 10701 and its like; bounded attempts as in RFC 9110, section 9.2.2",
	}
	SameTokenAgain = &Rule{
		ID:       "refresh/same-token-again",
		Sentence: "A request that was refused should not be sent again with the same token.",
		Severity: Should,
		Why:      "What was refused once is refused again. A retry helps only with a token that is newer than the refused one.",
		Remedy:   "Drop the token that was refused, await AP.context.getToken(), and build the request anew before you try again.",
		Source:   aceAuth,
	}
	TakesRotation = &Rule{
		ID:       "install/takes-rotation",
		Sentence: "An app must take another installed call for a tenant that it knows, and the secret in it.",
		Severity: Must,
		Why:      "The product calls installed again when the app is reinstalled, the site is moved or its secret is rotated, and signs everything with the new secret from then on.",
		Remedy:   "Verify the call by the product's public key, and store its sharedSecret under its clientKey, in place of the older one.",
		Source:   "community.developer.atlassian.com threads 16023, 49046 and 94912",
	}
	SentWithout = &Rule{
		ID:       "refresh/sent-without",
		Sentence: "An app should not send a request for which the host gave it no token.",
		Severity: Should,
		Why:      "Such a request can only be refused, and what people see then is the error of the back end, not what is wrong.",
		Remedy:   "Look at what AP.context.getToken() gave: where it failed, or gave an empty text, tell the person, and ask again at the next action.",
		Source:   "simple-xdm 2.3.3: what a promise method gives when it fails",
	}
	WaitsForEver = &Rule{
		ID:       "refresh/waits-for-ever",
		Sentence: "An app should not wait for ever for a token that does not come.",
		Severity: Should,
		Why:      "AP.context.getToken() has no time limit of its own, and has no answer when the host could not renew its token: then a page that waits shows a spinner for as long as it is open.",
		Remedy:   "Let getToken race with a timer of ten seconds or so; when the timer wins, tell the person, and ask again at the next action.",
		Source:   "simple-xdm 2.3.3: calls have no timeout; community.developer.atlassian.com threads 40669 and 41508",
	}
	Stranded = &Rule{
		ID:       "refresh/stranded",
		Sentence: "An app should go on at the next thing that the person does, once what went wrong is right again.",
		Severity: Should,
		Why:      "A back end refuses a good token now and then (clocks, a secret that was just rotated), and the bridge fails now and then. An app that keeps that failure asks no more until the whole page is loaded anew.",
		Remedy:   "Keep no failure: drop the token that was refused and the promise that failed, and begin anew with AP.context.getToken() at the next request.",
		Source:   "developer.atlassian.com, \"Understanding JWT for Connect apps\"; " + aceAuth,
	}
	RefreshStampede = &Rule{
		ID:       "hygiene/refresh-stampede",
		Sentence: "An app should ask its own back end for a token once at a time.",
		Severity: Should,
		Why:      "When a token ends, everything on the page wants a new one at once. Each of those requests costs the back end a token, and where a new token ends the older one, they end each other's.",
		Remedy:   "Keep the promise of the request that is under way, and let everything that waits share it.",
		Source:   "github.com/axios/axios issue 1676; github.com/Flyrell/axios-auth-refresh issues 185 and 210",
	}
	TokenBurst = &Rule{
		ID:       "hygiene/get-token-burst",
		Sentence: "An app should not call AP.context.getToken() many times at once for few requests.",
		Severity: Should,
		Why:      "The host answers from its cache, but each call is a message to another window and back, and when the cache is stale all of them wait.",
		Remedy:   "Ask where the request is sent, once for each, or share one answer among those who wait.",
		Source:   "community.developer.atlassian.com thread 40669",
	}
	NeedlessCalls = &Rule{
		ID:       "hygiene/needless-calls",
		Sentence: "An app should not call AP.context.getToken() much more often than it sends requests.",
		Severity: Should,
		Why:      "A short timer, or a check of exp by a clock that is wrong, asks for ever and uses none of the answers.",
		Remedy:   "Ask when you are about to send a request; no timer is needed.",
		Source:   "community.developer.atlassian.com thread 40669",
	}
)
