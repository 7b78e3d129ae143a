// Package differential holds no code but tests: they play one script on the published bridge and on
// ours, and compare. The published one is atlassian-connect-js 5.3.190 (which brings simple-xdm 2.3.3),
// on a page with the product's own libraries, AUI and jQuery.
//
// # The script
//
// A scene is a page with one or more frames, and steps: AP calls in a frame, deeds of a person in the
// product page, the clock set forward. testdata/scenes holds them. Each is played on these set-ups:
//
//	reference     the published all.js in a page made with the published connect-host.js
//	our host      the published all.js in a page made with our host.js
//	our all.js    our all.js in a page made with the published connect-host.js
//
// The scenes named sub-*, in which the app hosts extensions in its own frame, are also played with our
// all.js in the one of the two frames and the published one in the other.
//
// The scenes of testdata/wire need a module that no product has: one that throws, that breaks its
// promise, that has classes. Their page is made with simple-xdm's own dist/host.js, so they are played
// with the published and with our all.js.
//
// connect-host.js has no modules for context, user, history, navigator, cookie, request and for what a
// single product adds: products bring those themselves, and theirs are not published. The reference page
// has some of them in testdata/pages/product.js, written after what is known of a product's. In those
// modules a comparison shows how the wire carries a call and its answer, not what a product answers.
//
// # What is compared
//
// For every step and every frame, three lists: what the app's frame said to the product page, what it
// heard from it, and what the app noticed (results, rejections, events, sizes). For the page itself: what
// a person sees and what the address says. Within a list the order counts; between lists it does not, for
// they are written by two processes. Random ids are renamed by what they belong to. Left out are the
// published all.js's own measurements (page load times, web vitals), which are sent when the machine is
// idle, and the repetition of a size just reported: no two runs agree on them.
//
// What the reference did is kept in testdata/kept, with a fingerprint of the scenes and of the packages'
// versions: it is played again by -update, and by make soak, which holds it against what is kept.
//
// differences.yaml lists what may differ, with the reason. A difference that is not listed fails the
// test, and so does a listed one that does not occur any more.
//
// # Beside the script
//
// TestSurface holds our AP against the types of @types/atlassian-connect-js, TestHostile and TestHostileApp
// post what no honest frame would post, TestGetTokenFromCache measures. docs/fidelity.md says what is
// covered by what.
package differential
