package har

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// Write writes an archive. No signature of a token and none of the pages' secrets is
// in it. Pages without exchanges are left out. It writes entry by entry, so that what
// it holds does not grow with them. It returns the writer's error.
func Write(w io.Writer, l *Log) error {
	out := &writer{to: bufio.NewWriter(w)}
	out.text("{\n  \"log\": {\n    \"version\": ")
	out.value(Version, "    ")
	out.text(",\n    \"creator\": ")
	out.value(product{Own, l.CreatorVersion}, "    ")
	if l.Browser != "" {
		out.text(",\n    \"browser\": ")
		out.value(browserOf(l.Browser), "    ")
	}
	out.text(",\n    \"pages\": ")
	cut := make([]*cutter, len(l.Pages))
	pages := 0
	for i := range l.Pages {
		if len(l.Pages[i].Exchanges) == 0 {
			continue // it has no beginning
		}
		cut[i] = newCutter(l.Pages[i].Secrets)
		d := pageOf(&l.Pages[i], pageID(i))
		cut[i].all(reflect.ValueOf(&d).Elem())
		out.item(pages, d)
		pages++
	}
	out.end(pages)
	out.text(",\n    \"entries\": ")
	n := 0
	for i := range l.Pages {
		p := &l.Pages[i]
		places := placesOf(p)
		for j := range p.Exchanges {
			out.item(n, entryOf(p, &p.Exchanges[j], pageID(i), places, cut[i]))
			n++
		}
	}
	out.end(n)
	out.text("\n  }\n}\n")
	if out.err != nil {
		return out.err
	}
	return out.to.Flush()
}

// writer writes JSON, and keeps the first error.
type writer struct {
	to  *bufio.Writer
	err error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.to.WriteString(s)
	}
}

func (w *writer) value(v any, indent string) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // URLs are read by people, too
	enc.SetIndent(indent, "  ")
	if err := enc.Encode(v); err != nil && w.err == nil {
		w.err = err
	}
	w.text(string(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))))
}

// item writes the i-th of a list.
func (w *writer) item(i int, v any) {
	if i == 0 {
		w.text("[\n      ")
	} else {
		w.text(",\n      ")
	}
	w.value(v, "      ")
}

// end ends a list of n.
func (w *writer) end(n int) {
	if n == 0 {
		w.text("[]")
		return
	}
	w.text("\n    ]")
}

// browserOf parts "Chromium/156.0.8078.79" into name and version.
func browserOf(text string) product {
	if i := strings.IndexAny(text, "/ "); i > 0 {
		return product{text[:i], text[i+1:]}
	}
	return product{Name: text}
}

func pageID(i int) string { return fmt.Sprintf("page_%d", i+1) }

func pageOf(p *Page, id string) document {
	d := document{ID: id, Title: p.Title, Scenario: p.Scenario, StartedDateTime: instant(p.Exchanges[0].At)}
	if p.Scenario != "" {
		d.Title = p.Scenario
		if p.Title != "" {
			d.Title += ": " + p.Title
		}
	}
	return d
}

// placesOf are the places of a page's exchanges, from 1, by their IDs.
func placesOf(p *Page) map[int]int {
	out := make(map[int]int, len(p.Exchanges))
	for i := range p.Exchanges {
		out[p.Exchanges[i].ID] = i + 1
	}
	return out
}

// instant is a time as HAR has it: to the millisecond, or with all its digits where
// that would lose some. Empty: the zero time.
func instant(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Nanosecond()%1e6 == 0:
		return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")
}
