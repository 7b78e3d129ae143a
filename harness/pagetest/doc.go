// Package pagetest holds no code: its tests open the fake host's pages in a real
// browser, with an app of several modules on them. They look at what only a
// browser shows: that the frames of one app on one page keep apart, that what
// opens by a click opens, and how long a page full of macros takes.
package pagetest
