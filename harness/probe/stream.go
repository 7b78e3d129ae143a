package probe

import (
	"context"
	"io"
	"strings"
	"time"
)

// readEvents takes in what an event stream says first. It is waited for no longer than
// quiet, and then a sixth of that whether the stream ends with it: whoever refuses has
// nothing more to say.
func readEvents(body io.Reader, quiet time.Duration, hangUp context.CancelFunc) (said []byte, ended bool) {
	waiting := time.AfterFunc(quiet, hangUp)
	defer waiting.Stop()
	chunk := make([]byte, 4<<10)
	heard := false
	for len(said) < bodyLimit {
		n, err := body.Read(chunk)
		if !heard {
			said = append(said, chunk[:n]...)
		}
		if err != nil {
			return said, err == io.EOF
		}
		if _, ok := firstEvent(said); ok && !heard {
			heard = true
			waiting.Reset(quiet / 6)
		}
	}
	return said, false
}

// An event is one of a stream.
type event struct{ name, data string }

// firstEvent reads the first event that has a name or data. false: there is none that
// is complete. (HTML Living Standard, section 9.2.6.)
func firstEvent(said []byte) (event, bool) {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(said))
	var e event
	lines := strings.Split(text, "\n")
	for _, line := range lines[:len(lines)-1] {
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && e != (event{}):
			return e, true
		case field == "event":
			e.name = value
		case field == "data" && e.data != "":
			e.data += "\n" + value
		case field == "data":
			e.data = value
		}
	}
	return event{}, false
}

// compareEvents compares the first event of a stream with those that a valid token
// gets.
func compareEvents(a Answer, controls []Answer, loose bool) likeness {
	got, said := firstEvent(a.body)
	var data [][]byte
	ended, silent := false, true
	for _, c := range controls {
		want, any := firstEvent(c.body)
		data = append(data, []byte(want.data))
		ended, silent = ended || c.ended, silent && !any
		if want.name == got.name && said && any {
			continue
		}
		switch {
		case said && refusing(got.name) && !refusing(want.name):
			return other
		case a.ended && !c.ended:
			return other
		case !said && !any && a.ended == c.ended:
		case !said && any && a.ended:
			return other
		default:
			return unclear
		}
	}
	if silent {
		return same
	}
	found := compareBodies("", []byte(got.data), data, loose)
	if found == same && a.ended && !ended {
		return unclear // it is hung up on
	}
	return found
}
