package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/standin-dev/standin"

// A wall says who must not import what, and why. Packages are patterns: a path
// below the module ("fakehost"), with "/..." for all that is under it as well;
// what has a dot in its first part or starts with "std:" is foreign.
type wall struct {
	name   string
	of     []string // the packages that the wall is built around
	except []string // those of them that may
	never  []string // what they must not import
	direct bool     // only the imports in their own files count, not what those import
	only   []string // besides std, all that they may import; nil: no such limit
	why    string
}

// ioPackages do input or output, or lead to it. Of net/http, which is missing here,
// the words are welcome: see TestJudgeUsesTheWordsOfHTTP.
var ioPackages = []string{
	"std:os", "std:os/exec", "std:os/signal", "std:io/ioutil", "std:net", "std:net/http/httptest",
	"std:net/rpc", "std:net/smtp", "std:database/sql", "std:log", "std:log/slog", "std:syscall", "std:path/filepath",
}

var walls = []wall{
	{
		name: "the clock stands alone",
		of:   []string{"fakehost/clock"}, only: []string{},
		why: "everything depends on the clock, so that it may depend on std only",
	},
	{
		name: "fakehost is a library of its own",
		of:   []string{"fakehost/..."},
		never: []string{"harness/...", "scenarios/...", "fixtures/...", "github.com/chromedp/...",
			"std:testing", "std:net/http/httptest"},
		why: "people embed the fake host in their own programs and tests; it must not bring a browser, a test framework or our opinions along",
	},
	{
		name: "the judge sees no browser",
		of:   []string{"harness/judge/..."},
		never: []string{"harness/browser/...", "harness/journey/...", "harness/process/...", "harness/cli/...",
			"fakehost", "fakehost/bridge", "github.com/chromedp/..."},
		why: "the judge turns a recorded timeline into findings, so that each rule can be tried without a browser or a host",
	},
	{
		name: "the judge does no I/O",
		of:   []string{"harness/judge/..."}, never: ioPackages, direct: true,
		why: "the same exchanges must always give the same findings, whatever the machine",
	},
	{
		name: "fixtures share no code with the host",
		of:   []string{"fixtures/..."}, never: []string{"fakehost/...", "harness/...", "scenarios/..."},
		why: "an app and a host that share token code share its bugs, and neither would show those of the other",
	},
	{
		name: "the engine knows no scenario",
		of:   []string{"harness/..."}, never: []string{"scenarios/..."},
		why: "outsiders bring scenarios of their own: the engine takes a list and must run without ours",
	},
	{
		name: "the report sees results, not browsers",
		of:   []string{"harness/report/..."},
		never: []string{"harness/browser/...", "harness/journey/...", "harness/judge/...", "harness/process/...",
			"fakehost", "fakehost/bridge", "github.com/chromedp/..."},
		why: "the report is a published document; it must not change because the way to get at the results does",
	},
	{
		name: "archives are files, not browsers",
		of:   []string{"harness/har/..."},
		never: []string{"harness/browser/...", "harness/journey/...", "harness/judge/...", "harness/process/...", "harness/report/...",
			"fakehost", "fakehost/bridge", "github.com/chromedp/..."},
		why: "an archive is read wherever it was recorded, and judged by somebody else",
	},
	{
		name: "one room for the browser",
		of:   []string{"./..."}, except: []string{"harness/browser/..."},
		never: []string{"github.com/chromedp/..."}, direct: true,
		why: "chromedp stays replaceable, and what Chromium does is written down in one place",
	},
	{
		name: "testing stays out of the binary",
		of:   []string{"./..."}, except: []string{"harness/apptest/..."},
		never: []string{"std:testing", "std:testing/...", "harness/apptest/..."},
		why:   "testing registers its flags in every program that links it; harness/apptest is the adapter for those who want it",
	},
}

// pkg is what `go list -json` says about a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

// TestWalls checks what the packages import, test files apart: a test may look over
// any wall.
func TestWalls(t *testing.T) {
	pkgs := listPackages(t)
	for _, w := range walls {
		t.Run(w.name, func(t *testing.T) {
			breaches, err := w.breaches(pkgs)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range breaches {
				t.Error(b)
			}
		})
	}
}

// listPackages loads the packages of the module and all that they import.
func listPackages(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-buildvcs=false", "-deps",
		"-json=ImportPath,Standard,Imports,Deps", "./...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	pkgs := map[string]pkg{}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		pkgs[p.ImportPath] = p
	}
}

// breaches lists who climbs the wall, with the reason why not to. A wall around no
// package at all is an error: it would hold whatever happens, as after a rename.
func (w wall) breaches(pkgs map[string]pkg) ([]string, error) {
	var found []string
	guarded := 0
	for _, path := range sorted(pkgs) {
		p := pkgs[path]
		if !matchAny(w.of, p) || matchAny(w.except, p) {
			continue
		}
		guarded++
		for _, dep := range w.reached(p) {
			if q := lookUp(pkgs, dep); w.forbids(q) {
				found = append(found, fmt.Sprintf("%s must not import %s%s: %s",
					p.ImportPath, dep, via(pkgs, p, dep), w.why))
			}
		}
	}
	if guarded == 0 {
		return nil, fmt.Errorf("no package matches %v: the wall guards nothing", w.of)
	}
	return found, nil
}

// reached is what p imports, as far as the wall looks.
func (w wall) reached(p pkg) []string {
	if w.direct {
		return p.Imports
	}
	return p.Deps
}

// forbids reports whether p is on the other side of the wall.
func (w wall) forbids(p pkg) bool {
	if w.only != nil && !p.Standard && !matchAny(w.only, p) {
		return true
	}
	return matchAny(w.never, p)
}

// via names the import by which p comes to dep, when it is not its own.
func via(pkgs map[string]pkg, p pkg, dep string) string {
	if slices.Contains(p.Imports, dep) {
		return ""
	}
	for _, i := range p.Imports {
		if slices.Contains(pkgs[i].Deps, dep) {
			return " (by way of " + i + ")"
		}
	}
	return ""
}

// lookUp is the package of that path, or what can be said of one that did not load.
func lookUp(pkgs map[string]pkg, path string) pkg {
	if p, ok := pkgs[path]; ok {
		return p
	}
	first, _, _ := strings.Cut(path, "/")
	return pkg{ImportPath: path, Standard: !strings.Contains(first, ".")}
}

func matchAny(patterns []string, p pkg) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, p) })
}

// match reports whether p is one of the packages that pattern stands for.
func match(pattern string, p pkg) bool {
	first, _, _ := strings.Cut(pattern, "/")
	switch name, std := strings.CutPrefix(pattern, "std:"); {
	case std:
		if !p.Standard {
			return false
		}
		pattern = name
	case first == ".":
		pattern = module + strings.TrimPrefix(pattern, ".")
	case !strings.Contains(first, "."):
		pattern = module + "/" + pattern
	}
	if parent, deep := strings.CutSuffix(pattern, "/..."); deep {
		return p.ImportPath == parent || strings.HasPrefix(p.ImportPath, parent+"/")
	}
	return p.ImportPath == pattern
}

func sorted(pkgs map[string]pkg) []string {
	var paths []string
	for path := range pkgs {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// TestWallsHold tries the walls on made-up packages, for a wall that never says no
// is none.
func TestWallsHold(t *testing.T) {
	world := map[string]pkg{}
	for path, imports := range map[string][]string{
		"fakehost/clock":  {"time", "github.com/other/dep"},
		"fakehost":        {module + "/fakehost/clock", module + "/harness/helper"},
		"fakehost/quiet":  {module + "/fakehost/clock", "os"},
		"harness/helper":  {module + "/scenarios", "github.com/chromedp/cdproto/page"},
		"harness/judge":   {"os"},
		"harness/browser": {"github.com/chromedp/chromedp"},
		"harness/apptest": {"testing"},
		"fixtures/apps":   {module + "/fakehost/quiet"},
		"scenarios":       {"testing"},
	} {
		world[module+"/"+path] = pkg{ImportPath: module + "/" + path, Imports: imports}
	}
	for path, p := range world {
		p.Deps = closure(world, p)
		world[path] = p
	}
	tests := []struct {
		wall string
		want []string // "package > import" of each breach
	}{
		{"the clock stands alone", []string{"fakehost/clock > github.com/other/dep"}},
		{"fakehost is a library of its own", []string{
			"fakehost > github.com/chromedp/cdproto/page", "fakehost > harness/helper", "fakehost > scenarios", "fakehost > testing"}},
		{"the judge sees no browser", nil},
		{"the judge does no I/O", []string{"harness/judge > os"}},
		{"fixtures share no code with the host", []string{"fixtures/apps > fakehost/clock", "fixtures/apps > fakehost/quiet"}},
		{"the engine knows no scenario", []string{"harness/helper > scenarios"}},
		{"one room for the browser", []string{"harness/helper > github.com/chromedp/cdproto/page"}},
		{"testing stays out of the binary", []string{"fakehost > testing", "harness/helper > testing", "scenarios > testing"}},
	}
	for _, tt := range tests {
		t.Run(tt.wall, func(t *testing.T) {
			i := slices.IndexFunc(walls, func(w wall) bool { return w.name == tt.wall })
			if i < 0 {
				t.Fatal("there is no such wall")
			}
			breaches, err := walls[i].breaches(world)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range breaches {
				if !strings.HasSuffix(b, walls[i].why) {
					t.Errorf("%q does not say why", b)
				}
				from, rest, _ := strings.Cut(b, " must not import ")
				to, _, _ := strings.Cut(rest, " ")
				short := strings.NewReplacer(module+"/", "", ":", "").Replace
				got = append(got, short(from)+" > "+short(to))
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("breaches %q, want %q", got, tt.want)
			}
		})
	}
	if _, err := walls[0].breaches(map[string]pkg{}); err == nil {
		t.Error("a wall around nothing must be an error")
	}
}

// closure is all that p imports, its imports import, and so on.
func closure(world map[string]pkg, p pkg) []string {
	seen := map[string]bool{}
	var visit func(pkg)
	visit = func(p pkg) {
		for _, i := range p.Imports {
			if !seen[i] {
				seen[i] = true
				visit(world[i])
			}
		}
	}
	visit(p)
	var deps []string
	for i := range seen {
		deps = append(deps, i)
	}
	slices.Sort(deps)
	return deps
}
