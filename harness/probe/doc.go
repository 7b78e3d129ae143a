// Package probe asks a back end again what it was seen to answer, with tokens that it
// must refuse, and with a few that it must accept: no token, another key, the
// algorithm none, a life that has ended, another site, an address that was changed.
//
// Everything here happens in real time, for that is what a back end lives in, and
// without a browser. Nothing is sent but what the app itself had sent before, with
// another token in its place, and only by methods that change nothing unless the
// caller says otherwise.
package probe
