package judge

// CookieBlocked is about cookies that a frame of another site's page does not get to
// send, or to keep.
var CookieBlocked = &Rule{
	ID:       "policy/cookie-blocked",
	Sentence: "What an app needs in its frame must not rest on a cookie that the frame cannot send.",
	Severity: Must,
	Why:      "The app's frame is of another site than the page around it. There a browser neither keeps nor sends cookies without SameSite=None and Secure, and those with them only where third-party cookies are not blocked. A check against forgery that compares such a cookie, or a login that was made in a tab of its own, fails in the frame for ever.",
	Remedy:   "Take the cookie out of the way: a request with a context token in a header cannot be forged, so that it needs no CSRF cookie; and know the person by the token's sub, not by a session of your own. Where it must be a cookie: SameSite=None; Secure; Partitioned, set by the frame itself.",
	Source:   "RFC 6265bis, section 5.2 (SameSite) and the CHIPS explainer; github.com/atlassian/github-for-jira, pull requests 387 and 439",
}
