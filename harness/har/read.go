package har

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/standin-dev/standin/harness/timeline"
)

// Read reads an archive that anybody wrote. It is lenient with what is missing or
// odd, and keeps one entry at a time besides what it returns, so that the bodies of
// answers cost nothing. Secrets are texts that no answer should have; those that do are
// told. Its error is ErrNotHAR, with the reason, or the reader's.
func Read(r io.Reader, secrets ...string) (*Log, error) {
	in, err := open(r)
	if err != nil {
		return nil, err
	}
	a := &archive{log: &Log{}, secrets: secrets, pages: map[string]*reading{}}
	found := false
	err = in.object(func(name string) error {
		if name != "log" {
			return in.skip()
		}
		found = true
		return in.object(func(name string) error { return a.member(in, name) })
	})
	switch {
	case err != nil:
		return nil, a.explain(err)
	case !found:
		return nil, notHAR("there is no \"log\" in it")
	case !a.entries:
		return nil, notHAR("its \"log\" has no list of \"entries\"")
	}
	return a.close(), nil
}

func notHAR(format string, args ...any) error {
	return fmt.Errorf("%w: %s; save one in the network panel of a browser's developer tools, or with Playwright or a proxy",
		ErrNotHAR, fmt.Sprintf(format, args...))
}

// beginnings are those of files that are taken for archives.
var beginnings = []struct{ bytes, what string }{
	{"\x1f\x8b", "it is compressed by gzip: unpack it first"},
	{"PK\x03\x04", "it is a ZIP file: unpack it first"},
	{"\xff\xfe", "it is UTF-16: save it as UTF-8"},
	{"\xfe\xff", "it is UTF-16: save it as UTF-8"},
}

// open begins to read, behind the mark that some put before UTF-8.
func open(r io.Reader) (*jsonReader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, b := range beginnings {
		if bytes.HasPrefix(head, []byte(b.bytes)) {
			return nil, notHAR("%s", b.what)
		}
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(3)
	}
	return &jsonReader{json.NewDecoder(buffered)}, nil
}

// archive is what was read so far.
type archive struct {
	log     *Log
	secrets []string
	entries bool                // the list was there
	count   int                 // of the entries that were read
	titles  []object            // the pages of the document
	pages   map[string]*reading // by their id, in the document
	order   []string            // of their first entries
}

func (a *archive) member(in *jsonReader, name string) error {
	switch name {
	case "creator", "browser":
		var o object
		if err := in.loose(&o); err != nil {
			return err
		}
		if name == "creator" {
			a.log.Creator, a.log.CreatorVersion = o.text("name"), o.text("version")
		} else if a.log.Browser = o.text("name"); o.text("version") != "" {
			a.log.Browser += " " + o.text("version")
		}
		return nil
	case "pages":
		return in.list(func() error {
			var o object
			err := in.loose(&o)
			a.titles = append(a.titles, o)
			return err
		})
	case "entries":
		a.entries = true
		return in.list(func() error {
			var o object
			if err := in.loose(&o); err != nil {
				return err
			}
			a.count++
			a.entry(o)
			return nil
		})
	}
	return in.skip()
}

// entry adds an entry to its page.
func (a *archive) entry(o object) {
	id := o.text("pageref")
	p := a.pages[id]
	if p == nil {
		p = &reading{}
		a.pages[id] = p
		a.order = append(a.order, id)
	}
	if !p.add(o, a.secrets) {
		a.log.Skipped++
	}
}

// close makes pages of what was read: those of our own archives as they are, for each
// had a browser context of its own; those of others as one.
func (a *archive) close() *Log {
	scenarios := map[string]object{}
	for _, t := range a.titles {
		if t.text("_scenario") != "" {
			scenarios[t.text("id")] = t
		}
	}
	if len(scenarios) == 0 || a.log.Creator != Own {
		all := &reading{}
		for _, id := range a.order {
			all.join(a.pages[id])
		}
		slices.SortStableFunc(all.entries, func(x, y read) int { return x.exchange.At.Compare(y.exchange.At) })
		a.log.Pages = []Page{all.page("", "")}
		return a.log
	}
	for _, id := range a.order {
		t := scenarios[id]
		a.log.Pages = append(a.log.Pages, a.pages[id].page(t.text("_scenario"), titleOf(t)))
	}
	return a.log
}

// titleOf is a page's title without the scenario's id, which Write puts before it.
func titleOf(page object) string {
	scenario, title := page.text("_scenario"), page.text("title")
	if title == scenario {
		return ""
	}
	if n := len(scenario) + 2; len(title) >= n && title[:n] == scenario+": " {
		return title[n:]
	}
	return title
}

// explain says what is wrong with a document.
func (a *archive) explain(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, ErrNotHAR):
		return err
	case errors.Is(err, io.EOF) && a.count == 0 && !a.entries:
		return notHAR("it is empty, or ends before its entries")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return notHAR("it ends in the middle, after %d entries", a.count)
	case errors.As(err, &syntax):
		return notHAR("it is no JSON: %v, at byte %d", err, syntax.Offset)
	}
	return err
}

// read is one entry that was read.
type read struct {
	exchange timeline.Exchange
	brought  []timeline.Event
	findings []string
	to       string // where it redirects to; empty: nowhere
	of       int    // _redirectOf
	hint     string // Sec-Fetch-Dest
	window   bool
}
