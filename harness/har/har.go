// Package har writes and reads HTTP archives, HAR 1.2: what the network panels of
// browsers, Playwright and proxies record, and show.
//
// What HAR has no field for stands in fields that begin with an underscore, as HAR
// wants it: in those of Chrome's developer tools where they have one (_initiator,
// _resourceType, _fromCache, _webSocketMessages), else in some of standin's own.
package har

import (
	"errors"

	"github.com/standin-dev/standin/harness/timeline"
)

// Version is the version of the format.
const Version = "1.2"

// Own is the name of the creator of an archive that Write wrote.
const Own = "standin"

// Cut stands in the place of a token's signature: of the same alphabet, so that the
// rest of the token can be read as before.
const Cut = "signature_is_cut"

// ErrNotHAR is what errors about files are that are no HTTP archive.
var ErrNotHAR = errors.New("no HTTP archive (HAR)")

// Log is an archive.
type Log struct {
	// Creator names the program that wrote it, CreatorVersion its version. Write
	// puts Own for the first.
	Creator, CreatorVersion string
	// Browser names the browser whose requests these are, with its version. Empty:
	// not said.
	Browser string
	// Pages are its parts, in order. What others recorded is one page, whatever
	// pages it has: their frames live on from one to the next.
	Pages []Page
	// Skipped counts the entries that Read left out, for they have no address or no
	// date.
	Skipped int
}

// Page is a part of an archive: what one scenario caused.
type Page struct {
	// Scenario is the scenario's id, and Title what it does. Empty: there is none.
	Scenario, Title string
	// Exchanges are the requests, in order. Read numbers them from 1, and leaves
	// their Tokens empty.
	Exchanges []timeline.Exchange
	// Findings has the ids of the rules that each exchange broke, by its ID.
	Findings map[int][]string
	// Secrets are texts that Write must not let through, besides signatures.
	Secrets []string

	// Windows are the frames that are windows of their own.
	Windows map[string]bool
	// Brought tells, of an archive that was read, which tokens and secrets came with
	// its answers.
	Brought []timeline.Event
}
