package scenarios_test

// A defect is one way in which apps lose, keep or leak their token, with the rules
// that tell of it and the samples that have it. Scenarios name defects by their
// slug, in Bugs.
type defect struct {
	slug, what string
	rules      []string
	samples    []string
	// open says what keeps it from being shown, or shown in full; empty: nothing.
	open string
}

// catalogue65 are the defects, in the order in which they are numbered.
var catalogue65 = []defect{
	{"referer-lost-on-push", "The router changes the URL, and ?jwt= goes with it.", rules("token/lost-with-referer carrier/referer-only carrier/depends-on-referer"), rules("referer-only"), ""},
	{"referer-lost-on-redirect", "The page's URL redirects to one without ?jwt=.", rules("token/missing token/lost-with-referer carrier/depends-on-referer"), rules("referer-redirect"), ""},
	{"referer-lost-by-policy", "A Referrer-Policy, by header or meta tag, keeps ?jwt= out of the Referer.", rules("token/missing token/lost-with-referer carrier/depends-on-referer"), rules("referer-policy"), ""},
	{"referer-lost-over-4096", "The page's URL is so long that the browser sends its origin alone.", rules("token/missing token/lost-with-referer carrier/depends-on-referer"), nil, ""},
	{"referer-lost-cross-origin-api", "The API has another origin than the page.", rules("token/missing carrier/depends-on-referer page/cors"), rules("api-elsewhere"), ""},
	{"hard-nav-in-frame", "Links and forms load documents without a token.", rules("token/missing token/lost-with-referer token/qsh"), rules("context-on-page"), ""},
	{"hash-router-masks", "A hash router keeps the first token in the Referer for ever.", rules("carrier/referer-only token/expired"), rules("referer-hash"), ""},
	{"reload-inside-frame", "The frame reloads its URL when the token in it is dead.", rules("token/expired token/qsh"), nil, ""},
	{"static-token", "The token is got once, and kept.", rules("token/expired token/iframe-token-on-api refresh/on-refusal"), rules("token-once meta-token kept-session kept-opaque url-token renews-on-401"), ""},
	{"almost-expired-from-host-cache", "The token is counted from its receipt, and was old then.", rules("token/expired freshness/margin"), rules("own-clock-cache"), ""},
	{"sleep-missed-refresh", "A timer renews the token, and does not run while the machine sleeps.", rules("token/expired"), rules("timer-refresh"), ""},
	{"background-throttle", "A timer renews the token, and is throttled in a hidden tab.", rules("token/expired freshness/margin"), nil, ""},
	{"no-margin", "The token is used to its last second.", rules("freshness/margin token/expired"), rules("no-margin"), ""},
	{"retry-without-refresh", "A refused request is sent again with the same token.", rules("refresh/same-token-again refresh/loop"), rules("retry-same-token retry-for-ever"), ""},
	{"no-retry-on-401", "One refusal strands the user.", rules("refresh/stranded refresh/same-token-again"), rules("gives-up"), ""},
	{"refresh-stampede", "Everything on the page asks for a token at once.", rules("hygiene/refresh-stampede hygiene/get-token-burst"), rules("refresh-stampede token-per-widget"), ""},
	{"timer-interceptor-race", "A timer and an interceptor renew at the same time.", rules("hygiene/refresh-stampede hygiene/needless-calls"), rules("needless-calls"), ""},
	{"gettoken-never-answers", "getToken has no answer, and the app waits for ever.", rules("refresh/waits-for-ever refresh/stranded"), rules("trusting"), ""},
	{"gettoken-fails", "\"JWT undefined\": the token is used before it is there, or when there is none.", rules("token/literal-junk refresh/sent-without refresh/stranded page/no-authentication"), rules("callback-undefined junk-null junk-object trusting kept-failure no-authentication"), ""},
	{"gettoken-slow", "Asking each time takes too long for people.", rules("token/literal-junk token/missing"), rules("callback-undefined"), "that people wait is a matter of measure: the report counts the calls"},
	{"draft-lost-on-expiry", "A form is sent with a dead token, and what was typed is gone.", rules("token/expired"), rules("token-once"), "that the draft is gone is not seen"},
	{"stream-crosses-exp", "Later parts of an upload or a poll carry the first part's token.", rules("token/expired"), nil, "a request that is on its way while its token ends is judged by when it was sent"},
	{"exp-misread", "The app reads exp in the wrong unit, or not at all.", rules("token/expired hygiene/needless-calls"), nil, ""},
	{"client-clock-wrong", "The app compares exp with a clock that is wrong.", rules("token/expired hygiene/needless-calls"), nil, ""},
	{"server-clock-skew", "The back end refuses tokens from a moment in the future.", rules("backend/forgives-skew backend/refuses-future backend/refused-valid"), rules("no-leeway future-accepted"), ""},
	{"websocket-no-token", "A socket is opened without a token.", rules("token/missing backend/needs-token"), rules("socket-without-token any-socket"), ""},
	{"reconnect-stale", "A socket or an event stream reconnects with its first URL.", rules("token/expired refresh/loop"), rules("reconnect-stale"), ""},
	{"download-link", "A link to a file carries no token, or that of the time when it was rendered.", rules("token/missing token/expired"), nil, ""},
	{"sub-resources", "Pictures, fonts and documents behind a token are asked for without one.", rules("token/missing carrier/referer-only"), nil, ""},
	{"form-post", "A form's hidden token is stale, or rides beside one in the query.", rules("carrier/query-and-body token/expired"), rules("query-and-body"), ""},
	{"beacon-on-unload", "What is saved on leaving carries no token.", rules("token/missing"), nil, ""},
	{"worker-fetch", "A worker has no AP, and its Referer is its script.", rules("token/missing"), nil, ""},
	{"lazy-chunk-behind-auth", "A part of the app's own code is refused.", rules("token/missing token/expired"), nil, ""},
	{"popup-window", "A window that the app opened has neither AP nor cookie.", rules("token/missing"), rules("popup-window"), ""},
	{"qsh-vs-context-qsh", "The API wants a real qsh, which a context token has not.", rules("backend/refused-valid backend/error-on-valid backend/api-checks-qsh"), rules("strict-backend error-on-valid page-token-on-api"), ""},
	{"context-qsh-on-page", "A module's page takes a context token.", rules("token/qsh backend/page-checks-qsh backend/notices-tampering"), rules("context-on-page context-opens-page qsh-unread"), ""},
	{"qsh-encoding", "The back end hashes another URL than the host does.", rules("backend/refused-valid backend/hashes-rightly page/loads"), rules("qsh-of-its-own"), ""},
	{"wrong-scheme", "The token stands behind another word than the back end reads.", rules("carrier/scheme token/malformed"), rules("wrong-scheme malformed-token"), ""},
	{"stale-shadows-fresh", "An old token in one place wins over the fresh one in another.", rules("carrier/stale-shadows-fresh carrier/several-tokens"), rules("stale-shadows-fresh two-tokens"), ""},
	{"two-tokens-none", "jwt in the query and in the body counts as none.", rules("carrier/query-and-body"), rules("query-and-body"), ""},
	{"400-not-401", "After a rotation the back end answers 400, which no interceptor waits for.", rules("token/signature"), rules("tampered"), ""},
	{"unsigned-accepted", "The back end takes tokens that the host never made.", rules("backend/needs-token backend/checks-signature backend/checks-algorithm token/algorithm token/signature backend/install-signed backend/install-tenant backend/install-audience backend/install-expiry backend/uninstall-signed"),
		rules("open-api any-socket decode-only none-accepted any-algorithm alg-none tampered install-unsigned install-unverified install-any-tenant install-any-app install-expired uninstall-unsigned"), ""},
	{"expired-accepted", "The back end does not look at exp.", rules("backend/checks-expiry backend/wants-expiry backend/leeway"), rules("expired-accepted endless wide-leeway"), ""},
	{"ap-undefined", "all.js is late, or blocked, or never asked for.", rules("token/missing page/all-js page/content-policy page/exception"), rules("requests-before-bridge no-all-js policy-blocks-bridge throws-early"), ""},
	{"no-window-name", "The page is opened without the host's data.", rules("token/missing token/literal-junk"), rules("no-window-name"), ""},
	{"mock-in-production", "A bridge of one's own, or the secret itself, is in the page.", rules("leak/shared-secret token/signature"), rules("secret-in-page"), ""},
	{"init-request-storm", "The first requests leave before the bridge is up.", rules("token/missing token/literal-junk"), rules("requests-before-bridge callback-undefined"), ""},
	{"frame-denied", "A header forbids to show the page in a frame.", rules("page/loads page/framing"), rules("frame-denied framed-login"), ""},
	{"cacheable-no-jwt", "A cacheable page gets no token, and wants one.", rules("page/cacheable page/loads token/missing"), rules("cacheable-page"), ""},
	{"cached-token", "A page with a token in it is cached.", rules("leak/cacheable leak/no-store token/user"), rules("cached-page page-without-no-store foreign-user stored-token"), ""},
	{"stale-panel-url", "The host opens a panel by an old URL.", rules("token/expired page/loads"), nil, "no scenario has the host open a panel by a URL that it signed long ago"},
	{"dialog-token", "A dialog lives on its parent's token, or past its own.", rules("token/expired token/context"), nil, ""},
	{"frames-share-token", "Frames with different contexts share a token.", rules("token/context leak/storage"), rules("context-elsewhere stored-token"), ""},
	{"third-party-cookie", "A cookie is all that proves who asks.", rules("carrier/cookie-only policy/cookie-blocked token/missing"), rules("cookie-session csrf-cookie"), ""},
	{"cookie-hides-missing", "A cookie hides that the token is missing.", rules("carrier/cookie-only"), rules("cookie-session"), ""},
	{"user-switch", "Another user logs in, and the token stays.", rules("token/user"), rules("foreign-user stored-token sliding-session"), ""},
	{"anonymous", "A token without sub, or of a customer's, is not expected.", rules("token/user backend/refused-valid backend/error-on-valid"), rules("needs-user needs-licence"), ""},
	{"tenant-mix-up", "The token of one site is sent in another.", rules("token/tenant backend/knows-tenant backend/parts-tenants backend/keeps-tenants"), rules("foreign-tenant any-tenant any-secret shared-cache one-tenant"), ""},
	{"client-key-changes", "A new installation of the same site is taken for another.", rules("backend/refused-valid token/tenant"), nil, ""},
	{"secret-rotation", "The secret changes, and something keeps the old one.", rules("token/signature page/loads install/takes-rotation backend/refused-valid backend/error-on-valid"), rules("stored-token old-secret installs-once"), ""},
	{"lifecycle-race", "Lifecycle calls come at the same time.", nil, nil, "calls of the host that cross each other are not played: it sends one after the other"},
	{"shared-storage", "A tab overwrites another tab's token.", rules("leak/storage token/context token/user"), rules("stored-token"), ""},
	{"third-party-leak", "A token gets to somebody else.", rules("leak/other-origin leak/host-location"), rules("token-to-analytics token-in-address"), ""},
	{"token-persisted", "A token is kept in storage, or printed.", rules("leak/storage leak/console"), rules("stored-token printed-token"), ""},
	{"history-back-forward", "Going back brings an old token back.", rules("token/expired token/lost-with-referer carrier/referer-only"), rules("referer-only referer-hash"), ""},
}
