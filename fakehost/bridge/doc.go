// Package bridge holds the JavaScript of both ends of the Connect bridge: HostJS, which the fake
// product page runs, and AllJS, which an app loads as all.js. Both are classic scripts for Chromium,
// joined from the files of this folder by explicit lists, with no build step.
//
// Either end speaks the published wire (simple-xdm 2.3.3 and atlassian-connect-js 5.3.190), so that an
// app may bring the published all.js, and our all.js works in a page that runs the published host.
//
// # The page
//
// HostJS reads the JSON of the element #standin-page, mounts each of its extensions in an iframe within
// the element #embedded-<extension_id>, has the page's buttons open the extensions of its triggers in a
// dialog, an inline dialog or a panel, and sets one global name, window.standinHost:
//
//	flush()          a promise: the server has acknowledged every journal entry made so far;
//	                 it rejects when the server refused one, which then stays queued
//	unsaid()         how much of the journal the server has not acknowledged; 0 is nothing
//	pending()        how many calls were received and are still to be answered; calls that are
//	                 never answered do not count
//	bridges()        {extension_id: true} of the established extensions
//	setTheme(name)   dresses the page: "light", "dark", or "" for no theme
//	registerExistingExtension(id, data)
//	                 from now on calls are taken from an extension that an app opened within its own
//	                 frame; data.extension has addon_key, key, url and options, data.initCallback hears
//	                 of its first init. No product does this by itself
//	destroy(id)      ends an extension, as the removal of its iframe does
//	setGetToken(f)   from now on AP.context.getToken behaves as f says: "" normally, "hang" never
//	                 answers, "empty" gives an empty string, "reject" fails
//
// Journal entries are of the kinds bridge, call, delivered, not-emulated, refused, and fault, which is a
// call that is left without an answer, as the product leaves it. They are posted at once, or where
// holdJournal is set when flush is called, 48 KiB have gathered or the page goes; always
// without timers, for the page's timers may follow a virtual clock. Date.now() is the only clock here.
//
// # What is emulated
//
//	AP.context         getToken and getContext with the product's own cache: one entry an extension,
//	                   renewed only by a call that finds it older than 30 seconds, by a content resolver
//	                   request that blocks that call and is shared by those that follow; never by exp.
//	                   A failed request leaves the calls unanswered for ever, as the product does
//	AP.request         REST calls to this page's own origin, with the headers Accept, If-Match and
//	                   If-None-Match; fails with {xhr, statusText, err}
//	AP.events          emit, emitPublic, emitToDataProvider; events wait 30 seconds for a late frame
//	AP.env             getLocation, resize (gathered for 50 ms), sizeToParent, hideFooter; the same
//	                   four as globals, though AP.resize stays the frame's own
//	AP.navigator       go to the documented targets, reload; getLocation on a Confluence content page
//	AP.history         pushState, replaceState, back, forward, go, getState, popState on the #! anchor
//	AP.user            getCurrentUser, getUser, getTimeZone, getLocale
//	AP.flag            flags with actions, closing and their events
//	AP.messages        the older notes, with clear and onClose
//	AP.dialog          create, close, getCustomData, getButton with its methods, createButton, events;
//	                   no isCloseOnEscape, which the published host does not have either; what the
//	                   descriptor says of the dialog module holds where create says nothing
//	AP.inlineDialog    hide: it closes the inline dialogs that web items opened, by a click or by
//	                   hovering, as the options of their targets say
//	AP.cookie          save, read, erase, under the app's key; their life counts in real time
//	AP.host            focus; getSelectedText gives "", as the product does
//	AP.page            setTitle on a full page
//	AP.scrollPosition  getPosition and setVerticalPosition on a full page, scroll.nearTop and nearBottom
//	AP.theming         initializeTheming and theme_changed, with the theme in the page's root; an empty
//	                   one for a page without, so that published all.js loads no style sheet
//	AP.dropdown        menus with headings, used by keyboard; dropdown-item-selected
//	AP.jira            the dialogs to create an issue, look at one, write JQL and pick a date; title and
//	                   Configure of dashboard items; workflow functions; refreshIssuePage makes the
//	                   frames on an issue anew; isNativeApp answers false
//	AP.confluence      macros in their editor and property panel, with its controls; content properties
//	AP.customContent   the page on which a custom content is edited
//	AP.addRequestMarshal, and what ends in V2 of AP.confluence
//	                   exist and are not emulated
//	AP._analytics, AP._featureFlag
//	                   what all.js asks for itself: nothing is counted, every flag is false
//
// A call that is not emulated, or not known, is noted with its arguments and never answered. One that
// makes no sense on the page, such as saveMacro without an editor, is noted as refused, and ends as in
// production: with nothing. What is taken from one source alone is listed in docs/fidelity.md.
//
// # Where our all.js differs from the published one
//
// It sends no performance metrics. AP.request takes success and error callbacks, AP.history.getState gives a value
// without a callback, AP.history.popState calls its callback each time, and functions within the objects
// that AP.jira and AP.confluence take are kept (plugin/product.js); the published file, which the product
// extends, does none of the four.
//
// # Extensions within an app's frame
//
// With AP.subCreate, AP.defineModule and AP.defineGlobal an app hosts extensions of its own, with every
// peculiarity of the published file: all.js claims env.resize for itself, so that a product page takes an
// extension without targets of its own for tampered with; a global that the app defines is looked for at
// the top; what a method of the product promises is refused on its way through the app's frame.
//
// What else the published files do, both ends do, slips included: onAnyPublic silences the public events
// of its frame, a class called with new loses its arguments, a dialog's button cannot be triggered,
// sizeToParent never hides the footer. Package harness/differential plays both and compares.
package bridge
