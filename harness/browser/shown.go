package browser

import (
	"context"
	_ "embed"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"

	"github.com/standin-dev/standin/harness/timeline"
)

//go:embed shown.js
var shownJS string

// shownLimit bounds the wait for a frame to say what it shows, and usesLimit how many
// places in its code are kept.
const (
	shownLimit = 5 * time.Second
	usesLimit  = 8
)

// usesBridge matches, in the words of Go's expressions and the page's alike, code that
// uses the bridge or loads it. The names are those of the public API.
const usesBridge = `\bAP\s*\.\s*(addonKey|context|confluence|cookie|customContent|define|dialog|env|events|flag|getLocation|getToken|history|host|inlineDialog|jira|navigator|onDialogMessage|registerAny|request|require|resize|scrollPosition|sizeToParent|theming|user)\b|/all(-debug)?\.js\b`

var bridgeName = regexp.MustCompile(`/all(-debug)?\.js([?#]|$)`)

var usesBridgeIn = regexp.MustCompile(usesBridge)

// Shown puts on the timeline what the app's frame shows now, and where its code uses the
// bridge. It fails with ErrNoFrame when there is no frame.
func (c *Context) Shown(ctx context.Context) (timeline.PageState, error) {
	ctx, cancel := bound(ctx, shownLimit, "the app's page to say what it shows")
	defer cancel()
	var state timeline.PageState
	f := c.appFrame()
	if f == nil {
		return state, ErrNoFrame
	}
	var told struct {
		Words       string   `json:"words"`
		ContentType string   `json:"contentType"`
		Empty       bool     `json:"empty"`
		Bare        bool     `json:"bare"`
		AP          bool     `json:"ap"`
		Within      []string `json:"within"`
	}
	script := strings.TrimSuffix(shownJS, "\n") + "(/" + strings.ReplaceAll(usesBridge, "/", `\/`) + "/)"
	if err := f.eval(ctx, script, "", &told); err != nil {
		return state, err
	}
	state = timeline.PageState{Words: told.Words, ContentType: told.ContentType, Empty: told.Empty, Bare: told.Bare, AP: told.AP}
	var err error
	state.Uses, err = f.uses(ctx, told.Within)
	c.Note(timeline.Event{Kind: timeline.Shown, Frame: string(f.id), Page: &state})
	return state, err
}

// uses are the places that use the bridge: those found within the document, and those in
// its scripts.
func (f *frame) uses(ctx context.Context, within []string) ([]timeline.Use, error) {
	var tree page.GetResourceTreeResult
	err := f.ask(ctx, func(ctx context.Context) (err error) {
		tree, err = call(ctx, f.session, page.GetResourceTree, cdp.Empty{})
		return err
	})
	if err != nil || tree.FrameTree == nil || tree.FrameTree.Frame == nil {
		return nil, err
	}
	top := tree.FrameTree
	var out []timeline.Use
	for _, text := range within[:min(len(within), usesLimit)] {
		out = append(out, timeline.Use{URL: top.Frame.URL, Text: plain(text)})
	}
	var addresses []string
	for _, r := range top.Resources {
		// The bridge is no use of itself.
		if r.Type == network.ResourceTypeScript && !r.Failed && !r.Canceled && !bridgeName.MatchString(r.URL) {
			addresses = append(addresses, r.URL)
		}
	}
	yes := true
	for _, address := range addresses {
		r, err := call(ctx, f.session, page.SearchInResource, page.SearchInResourceParams{
			FrameID: top.Frame.ID, URL: address, Query: usesBridge, CaseSensitive: &yes, IsRegex: &yes,
		})
		if err != nil {
			if ctx.Err() != nil {
				return out, err
			}
			continue // of this one the browser keeps no text
		}
		for _, m := range r.Result {
			if len(out) == usesLimit {
				return out, nil
			}
			out = append(out, timeline.Use{URL: address, Line: int(m.LineNumber) + 1, Text: plain(usesBridgeIn.FindString(m.LineContent))})
		}
	}
	return out, nil
}

// plain is a match without white space and its first slash.
func plain(match string) string {
	return strings.TrimPrefix(strings.Join(strings.Fields(match), ""), "/")
}
