package judge

// The rules of the module's page: that it loads, and that the bridge to the host comes
// up in it.
var (
	PageLoads = &Rule{
		ID:       "page/loads",
		Sentence: "The app's page must load in its iframe.",
		Severity: Must,
		Why:      "Nothing else can be tried in a frame that stays empty, and a customer sees an error in its place.",
		Remedy:   "Answer the module's URL with a page of HTML that may be shown in a frame of another site: no error, no X-Frame-Options, no redirect to where one is sent.",
		Source:   docToken,
	}
	CacheablePage = &Rule{
		ID:       "page/cacheable",
		Sentence: "The page of a cacheable module must be public.",
		Severity: Must,
		Why:      "Where the descriptor says cacheable: true, the host gives everybody the same address, so that the browser can keep the page: without jwt, and without anything that tells the tenant or the user.",
		Remedy:   "Answer the page's address without a token, with nothing of a customer's in it, and have its script ask AP.context.getToken() for a token, and the back end for the data. Or take cacheable out of the descriptor.",
		Source:   "developer.atlassian.com, \"Cacheable app iframes\"; community.developer.atlassian.com thread 24728",
	}
	NoAuthentication = &Rule{
		ID:       "page/no-authentication",
		Sentence: "An app whose back end wants a token must ask for authentication in its descriptor.",
		Severity: Must,
		Why:      "With authentication: {type: none} the host and the app share no secret: no page gets a jwt, AP.context.getToken() gives none, and the installed call has no sharedSecret.",
		Remedy:   "Say \"authentication\": {\"type\": \"jwt\"} in the descriptor, and a lifecycle.installed that keeps the shared secret. Or ask for no token where nothing of a customer's is given away.",
		Source:   "developer.atlassian.com, \"App descriptor\": authentication",
	}
	NoAllJS = &Rule{
		ID:       "page/all-js",
		Sentence: "A page that uses the bridge must load all.js.",
		Severity: Must,
		Why:      "AP comes with all.js. Without it there is no AP.context.getToken(), the frame gets no size, and the host says in the end that the app does not respond.",
		Remedy:   "Put <script src=\"https://connect-cdn.atl-paas.net/all.js\"></script> into the head of each page that is shown in an iframe, before the scripts that use AP.",
		Source:   "developer.atlassian.com, \"About the JavaScript API\"; github.com/getsentry/sentry issue 18070",
	}
	PolicyBlocks = &Rule{
		ID:       "page/content-policy",
		Sentence: "The page's Content-Security-Policy must let through all.js and what starts it.",
		Severity: Must,
		Why:      "A policy as helmet sends it by default has script-src 'self': the browser then loads nothing from the CDN, AP is undefined, and the page stays as it is.",
		Remedy:   "Add https://connect-cdn.atl-paas.net to script-src (and a nonce or a hash for scripts within the page); in helmet by contentSecurityPolicy: {directives: {scriptSrc: [...]}}.",
		Source:   "developer.atlassian.com, \"About the JavaScript API\"; W3C Content Security Policy Level 3",
	}
	PageThrows = &Rule{
		ID:       "page/exception",
		Sentence: "No exception must end the page's script before the bridge is up.",
		Severity: Must,
		Why:      "The script ends where nobody catches it: what was to load all.js, or to call the back end, never runs, and the page stays as it is.",
		Remedy:   "Look at the script and line that are named; load all.js first, in the page's head, and the scripts that use AP after it.",
		Source:   "developer.atlassian.com, \"About the JavaScript API\"; HTML, \"Report an exception\"",
	}
	CORSRefused = &Rule{
		ID:       "page/cors",
		Sentence: "A back end of another origin than its page must let the page's calls through by CORS.",
		Severity: Must,
		Why:      "The browser asks before it sends Authorization to another origin (another port is one), and keeps the request, or its answer, from the page when the headers do not allow it. To the page that looks as if the network were down.",
		Remedy:   "Answer OPTIONS with 204 without asking for a token, with Access-Control-Allow-Origin: <the page's origin>, Access-Control-Allow-Headers: Authorization, Content-Type and Access-Control-Allow-Methods, and the answer itself with Access-Control-Allow-Origin.",
		Source:   "Fetch standard, \"CORS protocol\"",
	}
	Unframeable = &Rule{
		ID:       "page/framing",
		Sentence: "Wherever the app's frame goes, the page there must allow to be shown in a frame.",
		Severity: Must,
		Why:      "The browser shows an error in the frame's place: a login page, for one, forbids frames nearly always.",
		Remedy:   "Open such a page in a window of its own (target=\"_blank\" or window.open), or send no X-Frame-Options and no frame-ancestors with pages that are shown in the frame.",
		Source:   "community.developer.atlassian.com; github.com/mattermost/mattermost-plugin-jira issue 936; RFC 7034",
	}
)
