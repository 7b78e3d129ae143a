// Package egress is the way out of an app's back end while it is under test: a
// forward proxy on loopback that refuses by default. The app's command is told of
// it by the usual environment variables, so that the app runs unmodified.
//
// What it answers for is led to the fake host, on this machine:
//
//   - connect-install-keys.atlassian.com and
//     asap-distribution.us-west-2.prod.atl-asap.net, from which back ends fetch the
//     key of an install (atlassian-connect-express 11.5.3
//     lib/middleware/verify-installation.js),
//   - the tenant's site, by the name that the app was told,
//   - oauth-2-authorization-server.services.atlassian.com and, for older apps,
//     auth.atlassian.io, where they ask for a token to act as a user (DOC "User
//     impersonation for Connect apps"),
//   - api.atlassian.com, the same REST calls below /ex/jira/CLOUDID and
//     /ex/confluence/CLOUDID (DOC "OAuth 2.0 (3LO) apps").
//
// Everything else is answered with 403 and one line that names the host, and is
// noted. Nothing leaves the machine: the one dialer refuses what is not loopback,
// whatever was to be dialled. What ignores the variables goes its own way, which no
// proxy can prevent; docs/egress.md says how to make it listen.
//
// TLS is spoken with a certificate authority that is made anew in each run. Its key
// stays in memory and is good for the names above alone; its certificate lies in a
// folder that is removed with the run.
//
// The proxy itself is github.com/elazarl/goproxy 1.9.2 (BSD 3-clause): it has been
// kept well since 2012, needs no more than golang.org/x/net, tells TLS from plain
// HTTP inside a tunnel, and lets us decide about each CONNECT. The other candidate,
// github.com/google/martian, had its last release in 2022. Its built-in certificate
// authority, which is public, is never used, nor is any of its defaults for dialling.
package egress
