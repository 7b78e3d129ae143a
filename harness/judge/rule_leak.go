package judge

const docSecurity = "developer.atlassian.com, \"Security requirements for cloud apps\""

// The rules of where a token must not get to. They ask for tokens that still live
// where they are found: a dead one opens nothing.
var (
	OtherOrigin = &Rule{
		ID:       "leak/other-origin",
		Sentence: "A live token must not be sent to another origin than the app's own.",
		Severity: Must,
		Why:      "Whoever gets the token is this user at this app until it ends: analytics, error trackers and content networks keep addresses, headers and bodies in their logs.",
		Remedy:   "Take ?jwt= out of what you report (addresses, breadcrumbs, Referer), and leave the page's Referrer-Policy at its default or stricter. If the origin is the app's own, say so: origins: [\"https://api.example.com\"].",
		Source:   "community.developer.atlassian.com thread 50540; " + docSecurity,
	}
	SecretShown = &Rule{
		ID:       "leak/shared-secret",
		Sentence: "The tenant's shared secret must not reach the browser.",
		Severity: Must,
		Why:      "With the secret anybody makes tokens for any user of the tenant, for ever.",
		Remedy:   "Keep the secret on the server; rotate it by a new installation where it was shown.",
		Source:   docSecurity,
	}
	HostLocation = &Rule{
		ID:       "leak/host-location",
		Sentence: "A live token must not stand in the address of the host's page.",
		Severity: Must,
		Why:      "People copy that address, and it is in the browser's history and in the product's logs.",
		Remedy:   "Put no token into AP.history, AP.navigator or customData that ends there: only what names the view.",
		Source:   docSecurity,
	}
	CacheableToken = &Rule{
		ID:       "leak/cacheable",
		Sentence: "An answer with a token in it must not be marked as cacheable.",
		Severity: Must,
		Why:      "The next user of the browser, or of a proxy, gets this one's page with this one's token.",
		Remedy:   "Answer with Cache-Control: no-store wherever a token is rendered into the page or given out.",
		Source:   docSecurity + ", Cache-Control",
	}
	TokenWithoutNoStore = &Rule{
		ID:       "leak/no-store",
		Sentence: "An answer with a token in it should forbid to store it.",
		Severity: Should,
		Why:      "Without a word on caching, browsers and proxies may keep an answer by their own judgement.",
		Remedy:   "Answer with Cache-Control: no-store wherever a token is rendered into the page or given out.",
		Source:   docSecurity + ", Cache-Control; RFC 9111, section 4.2.2",
	}
	KeptInStorage = &Rule{
		ID:       "leak/storage",
		Sentence: "A live token should not be kept in storage: localStorage, sessionStorage, IndexedDB, a cookie that scripts read, window.name.",
		Severity: Should,
		Why:      "Every script of the origin reads it, all frames and tabs of the app share it whatever user and page they show, and it outlives the page.",
		Remedy:   "Keep the token in a variable of the page.",
		Source:   docSecurity,
	}
	Printed = &Rule{
		ID:       "leak/console",
		Sentence: "A live token should not be printed on the console.",
		Severity: Should,
		Why:      "Error trackers record the console, and people paste it into tickets.",
		Remedy:   "Print that there is a token and when it ends, not the token.",
		Source:   docSecurity,
	}
)
