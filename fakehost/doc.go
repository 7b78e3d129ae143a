// Package fakehost is a Jira or a Confluence Cloud, as far as an Atlassian
// Connect app can tell: it installs the app with a signed call, shows its
// modules in a cross-site iframe, hands out the 15-minute tokens behind
// AP.context.getToken, and answers a small set of REST calls.
//
// The smallest use:
//
//	var host fakehost.Server
//	if err := host.Start(); err != nil { ... }
//	defer host.Close()
//	app, err := descriptor.Fetch(ctx, http.DefaultClient, "http://127.0.0.1:3000")
//	...
//	tenant, err := host.Install(ctx, app, fakehost.InstallOptions{})
//	...
//	module, err := app.Module("")
//	fmt.Println(host.PageURL(module)) // open this in a browser
//
// # Places
//
// Each module appears where the product has it: on a page of its own, on an
// issue, a board, a dashboard, a project, the service desk's portal, a Confluence
// page with macros and so on, each frame with an id, a context and a token of its
// own. [Server.Places] lists them, and so does the start page. [Server.PageURL]
// leads to one module alone, [Server.MacroPageURL] to a page with a macro many
// times. A module whose display conditions do not hold is not shown;
// [Server.WhyHidden] says by which.
//
// # What goes wrong
//
// [Conditions] are what the host does to an app on purpose: old and short tokens, a
// slow or failing content resolver, a licence that lapses, a session that ends. They
// may be changed while pages are open, by [Server.SetConditions] or the control
// endpoint; each takes effect where production's would, and is in the journal.
//
// # Time
//
// The host mints by its virtual clock alone ([Server.Time]); moving that clock
// ages every token that it gave out. The app's own back end keeps real time, so
// whoever carries a request from the browser to the back end must move its
// tokens through [Server.Translator], which knows every token minted here.
// Lifecycle calls go to the back end without a browser between, so their tokens
// carry real time from the start.
//
// # What it does not do
//
// It is no Jira. REST calls are answered from a built-in handful of made-up data
// and from the user's own files ([Server.Stubs]), to the host's page and to the
// back ends of installed apps; only properties are kept, until the server closes.
// It checks who calls and the scopes of the app ([Server.Scopes]), but no
// permissions, and has one user at a time, whom [Server.SwitchUser] changes. Of the
// conditions of modules it cannot tell those on groups and roles, and no Jira
// expressions: they hide nothing. It listens on loopback only and answers no request
// whose Host header names another place.
//
// # Journal
//
// Everything that it sends, renders, mints and answers is written to a journal
// ([Server.Journal]); [Server.Await] waits for a fact in it, so that nobody has
// to sleep.
package fakehost
