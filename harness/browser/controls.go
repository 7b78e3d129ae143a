package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Control is something that one could click.
type Control struct {
	Text     string `json:"text"`
	CSS      string `json:"css"`
	Unique   bool   `json:"unique"` // no other control reads the same
	Leaves   bool   `json:"leaves"` // a link to another place
	Opens    bool   `json:"opens"`  // a link of the app's own that opens a window
	Download bool   `json:"download"`
	// Layer is where it is: "" in the app's page, TabLayer in a window of its own, else the
	// name of the dialog. Closes says that it is the product's own, and closes the dialog.
	Layer  string `json:"-"`
	Closes bool   `json:"-"`
	Action string `json:"action"` // everything that its markup says of what it does
	Fields []struct {
		CSS  string `json:"css"`
		Kind string `json:"kind"`
	} `json:"fields"` // empty fields of the form that it submits
}

// dialogBars are the product's bars above and below the content of the app's dialogs.
const dialogBars = ".aui-dialog2-header, .aui-dialog2-footer"

// Controls lists what one could click in the app, in the order of its places, and in the
// bars of its dialog.
func (c *Context) Controls(ctx context.Context) ([]Control, error) {
	places, err := c.places(ctx)
	if err != nil {
		return nil, err
	}
	places = uncovered(places)
	var out []Control
	for i, p := range places {
		var list []Control
		if err := p.look(ctx, &list, "controls"); err != nil {
			if len(places) > 1 && errors.Is(err, errMoved) {
				continue
			}
			return nil, err
		}
		if i == 0 || p.layer != places[i-1].layer {
			out = append(out, layered(list, p.layer)...)
			continue
		}
		// What reads like a control of the place before cannot be pointed at.
		for _, control := range layered(list, p.layer) {
			if !slices.ContainsFunc(out, func(o Control) bool { return o.Layer == p.layer && o.Text == control.Text && o.Text != "" }) {
				out = append(out, control)
			}
		}
	}
	if inDialog(places) {
		bars, err := c.bars(ctx, places)
		if err != nil {
			return nil, err
		}
		out = append(out, bars...)
	}
	return out, nil
}

func layered(list []Control, layer string) []Control {
	for i := range list {
		list[i].Layer = layer
	}
	return list
}

// bars are the controls of the product around the app's dialog. One of them closes it:
// the cross, or, where there is none, Cancel.
func (c *Context) bars(ctx context.Context, places []place) ([]Control, error) {
	script, err := personCall(fmt.Sprintf("within(%q).controls", dialogBars))
	if err != nil {
		return nil, err
	}
	var list, closing []Control
	if err := c.EvalHost(ctx, script, &list); err != nil {
		return nil, ignoreMoved(err)
	}
	layer := places[slices.IndexFunc(places, func(p place) bool { return p.layer != "" && p.layer != TabLayer })].layer
	var out []Control
	for _, control := range layered(list, layer) {
		if strings.Contains(control.Action, "aui-dialog2-header-close") {
			control.Closes = true
			closing = append([]Control{control}, closing...)
		} else if control.Text == "Cancel" {
			control.Closes = true
			closing = append(closing, control)
		} else {
			out = append(out, control)
		}
	}
	if len(closing) > 0 {
		out = append(out, closing[0])
	}
	return out, nil
}
