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
