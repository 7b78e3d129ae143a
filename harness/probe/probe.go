package probe

import "slices"

// The probes, in the order in which they are asked.
var (
	None = Probe{
		ID: "verify/none", Title: "What the app was given with a token is asked for again without one.",
		About: "Each address that gave the app an answer is asked by standin itself, without token and without cookies. A back end " +
			"that gives the same answer gives it to anybody.",
		Calls: true, attempts: noToken,
	}
	WrongKey = Probe{
		ID: "verify/wrong-key", Title: "The back end is sent tokens that another key has signed, or none.",
		About: "The claims are right, the signature is not. A back end that decodes tokens without verifying them accepts what anybody can write.",
		Bugs:  []string{"unsigned-accepted"}, Pages: true, Calls: true, attempts: wrongKey,
	}
	AlgNone = Probe{
		ID: "verify/alg-none", Title: "The back end is sent tokens whose header names the algorithm none.",
		About: "JWT knows an algorithm without a signature. A library that takes the algorithm from the token accepts it, in one spelling or another.",
		Bugs:  []string{"alg-confusion"}, Pages: true, Calls: true, attempts: algNone,
	}
	OtherAlgorithm = Probe{
		ID: "verify/other-algorithm", Title: "The back end is sent a token that names RS256 and is signed with the shared secret.",
		About: "Connect's calls are signed with HS256. Who does not compare the header's word with what he verifies has left the choice to the token.",
		Bugs:  []string{"alg-confusion"}, Pages: true, Calls: true, attempts: otherAlgorithm,
	}
	Expired = Probe{
		ID: "verify/expired", Title: "The back end is sent tokens that expired an hour ago, and six minutes ago.",
		About: "Where exp is not compared, a leaked token is good for ever, and a front end that keeps its token for ever seems sound.",
		Bugs:  []string{"expired-accepted"}, Pages: true, Calls: true, attempts: expired,
	}
	NoExpiry = Probe{
		ID: "verify/no-exp", Title: "The back end is sent a token without exp.",
		About: "Many libraries take it for one that never ends.",
		Bugs:  []string{"expired-accepted"}, Pages: true, Calls: true, attempts: noExpiry,
	}
	Future = Probe{
		ID: "verify/future-iat-leeway", Title: "The back end is sent tokens made five seconds from now, and an hour from now.",
		About: "Clocks differ by seconds: such a token must do. By an hour they do not.",
		Bugs:  []string{"server-clock-skew"}, Pages: true, Calls: true, attempts: future,
	}
	OtherTenant = Probe{
		ID: "verify/other-tenant", Title: "The back end is sent a token that speaks for another site, signed with this site's secret.",
		About: "Each site has a secret of its own, and iss says whose it must be. A back end that finds the secret in another way lets one customer be any other. " +
			"The site is made up first; then the app is installed on a second one for as long as this takes, and asked with each site's name under the other's secret, and with the second one's own token for what told of the first.",
		Bugs: []string{"tenant-mix-up"}, Pages: true, Calls: true, Second: true, attempts: anotherTenant,
	}
	WebSockets = Probe{
		ID: "verify/websocket", Title: "The WebSockets whose handshake carried a token are opened again without one, and with tokens that are no good.",
		About: "A handshake is a GET that many frameworks lead past the middleware that looks at tokens. It is sent without a token, with one that another key has signed, and with one that expired " +
			"an hour ago. A socket that its server closes before it says anything counts as refused. Each is closed as soon as it has said something, or nothing for three seconds.",
		Bugs: []string{"websocket-no-token", "unsigned-accepted", "expired-accepted"}, Sockets: true, attempts: socketAttempts,
	}
	ContextOnPage = Probe{
		ID: "verify/context-on-module-url", Title: "A module's page is asked for with a context token.",
		About: "The page's token is bound to its address by qsh. A context token is not, and must not open it.",
		Bugs:  []string{"qsh-vs-context-qsh"}, Pages: true, attempts: contextOnPage,
	}
	QSHOnAPI = Probe{
		ID: "verify/qsh-on-api", Title: "The calls are sent the token of a page's URL.",
		About: "It stands in addresses, logs and Referers. A call that takes it makes each of them a key.",
		Bugs:  []string{"iframe-token-on-api"}, Calls: true, attempts: iframeOnCall,
	}
	TamperedParam = Probe{
		ID: "verify/tampered-param", Title: "A module's page is asked for at a changed address, with the token of the right one.",
		About: "qsh ties the token to all parameters. A page that does not compare it believes whatever stands in its address.",
		Pages: true, attempts: tampered,
	}
	QSHEncodings = Probe{
		ID: "verify/qsh-encodings", Title: "A module's page is asked for at rightly signed addresses with odd characters.",
		About: "Blanks, plus signs, commas, umlauts, repeated and empty parameters: a home-made hash is wrong in one of them, and the page is refused to the customers whose names hold it.",
		Bugs:  []string{"qsh-encoding"}, Pages: true, attempts: oddEncodings,
	}
)

// The probes of the lifecycle routes.
var (
	InstallUnsigned = Probe{
		ID: "verify/install-unsigned", Title: "The back end is sent an installed that the product has not signed for it.",
		About: "An installed brings the secret with which a site's tokens are signed from then on. It is sent for made-up tenants: without a token, signed with another key, " +
			"made for another tenant or another app, expired. What is accepted is taken back by an uninstalled. It takes POST requests, so it is asked where standin started the app itself, or by --probes all.",
		Bugs: []string{"unsigned-accepted"}, Lifecycle: Installed,
	}
	UninstallUnsigned = Probe{
		ID: "verify/uninstall-unsigned", Title: "The back end is sent an uninstalled that the product has not signed.",
		About: "A made-up tenant is installed as the product does it; then its uninstalled is sent without a token, and signed with another key. The tenant's own token tells whether the " +
			"app knows it still. It takes POST requests, so it is asked where standin started the app itself, or by --probes all.",
		Bugs: []string{"unsigned-accepted"}, Lifecycle: Uninstalled,
	}
)

var probes = []Probe{
	None, WrongKey, AlgNone, OtherAlgorithm, Expired, NoExpiry, Future, OtherTenant, ContextOnPage, QSHOnAPI, TamperedParam, QSHEncodings, WebSockets,
	InstallUnsigned, UninstallUnsigned,
}

// All are the probes, in their order.
func All() []Probe { return slices.Clone(probes) }
