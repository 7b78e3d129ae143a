package browser

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// The page clock makes Date, performance and the timers of one realm follow
// standin's virtual clock, and tells standin of each navigation in the moment in
// which the page makes it. It runs before the first script of every document and
// worker. docs/time.md says what follows it and what does not.
//
//go:embed pageclock/*.js
var pageClockFiles embed.FS

// pageClockParts are the files of the page clock in the order in which they run:
// each may use what those before it put into the kit.
var pageClockParts = []string{
	"core", "date", "stirs", "errands", "performance", "timers", "waits", "storage", "lifecycle", "control", "navigation",
}

// builtIns are what the page clock uses of the language, as it finds it when it begins:
// a page may put others in their place.
var builtIns = []string{
	"Array", "Infinity", "JSON", "Map", "Math", "Number", "Object", "Promise", "Proxy", "Reflect", "Set", "String", "WeakMap", "WeakRef", "WeakSet",
}

// pageClockJS is the page clock but for its configuration: one expression, a
// function of it.
var pageClockJS = sync.OnceValue(func() string {
	var b strings.Builder
	fmt.Fprintf(&b, "(config => {\n'use strict';\nconst { %s } = globalThis;\n", strings.Join(builtIns, ", "))
	b.WriteString("if (Object.prototype.hasOwnProperty.call(globalThis, config.name)) return;\nconst kit = { config };\n")
	for _, part := range pageClockParts {
		text, err := pageClockFiles.ReadFile("pageclock/" + part + ".js")
		if err != nil {
			panic(err) // the files are part of the program
		}
		fmt.Fprintf(&b, "(%s)(kit);\n", strings.TrimSpace(withoutComment(string(text))))
	}
	b.WriteString("})")
	return b.String()
})

// withoutComment drops the lines before the expression that a part is.
func withoutComment(text string) string {
	for strings.HasPrefix(text, "//") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// clockNames are what the page clock is called in this context: new each time,
// so that no app can come to know them.
type clockNames struct{ clock, binding, begin string }

// life is the state of the tab and its pages, which documents that come later
// begin with.
type life struct{ hidden, frozen bool }

// clockScript is the page clock, as of now, for a realm that is there.
func (f *frame) clockScript() string { return pageClockJS() + "(" + f.clockConfig() + ")" }

// clockSource puts the page clock into a realm, where it waits for its beginning: the
// long part, which is the same at any time.
func (f *frame) clockSource() string {
	return fmt.Sprintf("globalThis[%q] = %s", f.context.names.begin, pageClockJS())
}

// clockBeginning lets the page clock begin as of now, and leaves no trace of how.
func (f *frame) clockBeginning() string {
	return fmt.Sprintf("(begin => {\ndelete globalThis[%[1]q];\nif (begin) begin(%[2]s);\n})(globalThis[%[1]q])", f.context.names.begin, f.clockConfig())
}

// clockConfig is the page clock's argument, as of now.
func (f *frame) clockConfig() string {
	c := f.context
	var life life
	if f.livesWithTab() {
		c.mu.Lock()
		life = c.life
		c.mu.Unlock()
	}
	config, _ := json.Marshal(map[string]any{ // strings, numbers and truth: never fails
		"name": c.names.clock, "binding": c.names.binding,
		"offset": c.offset(), "hidden": life.hidden, "frozen": life.frozen,
	})
	return string(config)
}

// offset is how far the clock of the person's machine is from the real one, in
// milliseconds: the virtual clock, and what the person's is ahead of that.
func (c *Context) offset() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return (c.opts.Clock.Offset() + c.ahead).Milliseconds()
}

// clockCall is the source of a call to the page clock. A document that has none,
// such as a picture, answers null.
func (c *Context) clockCall(method string, args ...any) string {
	list := make([]string, len(args))
	for i, a := range args {
		raw, _ := json.Marshal(a) // strings, numbers and truth: never fails
		list[i] = string(raw)
	}
	return fmt.Sprintf("globalThis[%q] ? globalThis[%q].%s(%s) : null", c.names.clock, c.names.clock, method, strings.Join(list, ","))
}
