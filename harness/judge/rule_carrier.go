package judge

// The rules of what a request carries, and where, that need more than one look.
var (
	QueryAndBody = &Rule{
		ID:       "carrier/query-and-body",
		Sentence: "A request must not carry jwt both in its query and in its body.",
		Severity: Must,
		Why:      "atlassian-connect-express reads neither of the two then: it logs a warning and goes on as if there were no token.",
		Remedy:   "Send one token in one place: a form whose action has ?jwt= needs no hidden field jwt.",
		Source:   aceCarriers,
	}
	CookieOnly = &Rule{
		ID:       "carrier/cookie-only",
		Sentence: "A request's token must ride in the request itself, not in a cookie alone.",
		Severity: Must,
		Why:      "In an iframe the app's cookies are third-party ones, which browsers block or part from the same site's elsewhere: whoever has such a browser is logged out at every request. And a cookie goes with every request, so one that lacks its token is not missed.",
		Remedy:   askEachTime + " If your back end reads a partitioned cookie on purpose, say so: carriers: [\"cookie:name\"].",
		Source:   "measured in Chromium 156; github.com/atlassian/github-for-jira, commit a649c0b93",
	}
	DependsOnReferer = &Rule{
		ID:       "carrier/depends-on-referer",
		Sentence: "A request that is accepted with its Referer must be accepted without it.",
		Severity: Must,
		Why:      "Played once more without any Referer, what the back end refuses then is what it had taken from there. A Referrer-Policy, a long URL, a proxy or a privacy setting takes the Referer away in production.",
		Remedy:   "Stop reading the Referer in the back end. " + askEachTime,
		Source:   "community.developer.atlassian.com thread 29722; measured in Chromium 156",
	}
	SeveralTokens = &Rule{
		ID:       "carrier/several-tokens",
		Sentence: "A request should carry one token, not a good one beside one that is no good any more.",
		Severity: Should,
		Why:      "This back end read the good one. Another version of its framework, or a proxy before it, may look into the other place first.",
		Remedy:   "Take jwt out of the URLs of your API calls, and clear what keeps an old token.",
		Source:   aceCarriers,
	}
	WrongContext = &Rule{
		ID:       "token/context",
		Sentence: "A context token must be of the frame that sends it.",
		Severity: Must,
		Why:      "The context claim says which issue, project or page the token was made for. One that another frame got, or that was kept from another page, makes the back end work on the wrong thing.",
		Remedy:   "Keep tokens in a variable of the page that asked for them: not in storage, which all frames of the app share, and not on the server by user.",
		Source:   docToken,
	}
)
