package bridge

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// lists names the two bundles for the tests that look at both.
var lists = map[string]struct {
	files  []string
	bundle []byte
	global string
}{
	"host.js": {hostFiles, HostJS, "standinHost"},
	"all.js":  {allFiles, AllJS, "AP"},
}

func embedded(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := sources.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryFileIsListed(t *testing.T) {
	t.Parallel()
	for _, name := range embedded(t) {
		if !slices.Contains(hostFiles, name) && !slices.Contains(allFiles, name) {
			t.Errorf("%s is embedded but in no list, so it never runs", name)
		}
	}
	for script, list := range lists {
		for i, name := range list.files {
			if slices.Contains(list.files[:i], name) {
				t.Errorf("%s lists %s twice", script, name)
			}
			if dir := strings.SplitN(name, "/", 2)[0]; dir == "plugin" && script == "host.js" || dir == "host" && script == "all.js" {
				t.Errorf("%s lists %s, which is the other end's", script, name)
			}
			if !strings.Contains(string(list.bundle), read(t, name)) {
				t.Errorf("%s does not hold %s", script, name)
			}
		}
	}
}

func TestBundleRefusesAMissingFile(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("bundle accepted a file that is not embedded")
		}
	}()
	bundle([]string{"host/none.js"})
}

// Two functions of one name would silently replace each other, for a bundle is one scope.
func TestNoNameIsUsedTwice(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^(?:async )?(?:function|const|let|class) (\w+)`)
	for script, list := range lists {
		seen := map[string]string{}
		for _, name := range list.files {
			for _, match := range declared.FindAllStringSubmatch(read(t, name), -1) {
				if other, ok := seen[match[1]]; ok {
					t.Errorf("%s: %s is declared in %s and in %s", script, match[1], other, name)
				}
				seen[match[1]] = name
			}
		}
	}
}

func TestOneGlobalName(t *testing.T) {
	t.Parallel()
	assigned := regexp.MustCompile(`(?:window|globalThis|self)\.(\w+) = `)
	for script, list := range lists {
		for _, match := range assigned.FindAllStringSubmatch(string(list.bundle), -1) {
			if match[1] != list.global {
				t.Errorf("%s sets the global %s; only %s is its own", script, match[1], list.global)
			}
		}
	}
}

func TestForbiddenText(t *testing.T) {
	t.Parallel()
	rules := []struct {
		pattern, only, reason string
	}{
		{`\beval\(|new Function|\bFunction\(|import\(|document\.write|set(?:Timeout|Interval)\(['"` + "`]", "", "runs text as code"},
		{`innerHTML|insertAdjacentHTML|outerHTML`, "host/", "an app's text would become markup of the host page"},
		{`set(?:Timeout|Interval)`, "host/journal.js", "the page's timers may stand still"},
		{`setInterval`, "", "a virtual clock that runs far would run it thousands of times"},
		{`\?\?=|\|\|=|&&=|\.replaceAll\(|\.at\(|Object\.hasOwn\(|structuredClone\(|static \{|this\.#`, "", "is newer than ES2020"},
		{`https?://`, "", "names an address of the outside world"},
		{`(top|parent)(["']\])?\s*[!=]==?\s*(window|self)\b|\b(window|self)\s*[!=]==?\s*((window|self)\.)?(top|parent)\b|\b(top|parent)\.(location|frames)\b`, "",
			"is rewritten by Cypress, so that pages do not notice the frame that it shows them in; this one must"},
		{`\bsessionStorage|\blocalStorage`, "", "the product keeps its token cache in memory"},
	}
	for _, rule := range rules {
		forbidden := regexp.MustCompile(rule.pattern)
		for _, name := range embedded(t) {
			if found := forbidden.FindString(read(t, name)); found != "" && strings.HasPrefix(name, rule.only) {
				t.Errorf("%s: %q %s", name, found, rule.reason)
			}
		}
	}
}

func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is not installed; the README names it among what tests need")
	}
	return path
}

func write(t *testing.T, dir, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkSyntax compiles each file named on its command line and runs none.
const checkSyntax = `for (const path of process.argv.slice(1)) {
  try { new (require('vm').Script)(require('fs').readFileSync(path, 'utf8'), { filename: path }); }
  catch (error) { console.log(error.stack.split('\n').slice(0, 5).join('\n')); process.exitCode = 1; }
}`

func TestSyntax(t *testing.T) {
	t.Parallel()
	program := node(t)
	dir := t.TempDir()
	arguments := []string{"-e", checkSyntax, write(t, dir, "host.js", HostJS), write(t, dir, "all.js", AllJS)}
	for _, name := range embedded(t) {
		arguments = append(arguments, write(t, dir, name, []byte(read(t, name))))
	}
	if out, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestBehaviour runs both ends against each other in two windows that are made of nothing but what
// they need; see testdata/world.mjs.
func TestBehaviour(t *testing.T) {
	t.Parallel()
	program := node(t)
	dir := t.TempDir()
	// The scripts are read here and not by node alone, or go test would take an old result for theirs.
	for _, name := range []string{"world.mjs", "run.mjs", "bridge.test.mjs", "product.test.mjs"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, text)
	}
	host, all := write(t, dir, "host.js", HostJS), write(t, dir, "all.js", AllJS)
	for _, name := range []string{"bridge.test.mjs", "product.test.mjs"} {
		out, err := exec.Command(program, filepath.Join(dir, name), host, all).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
			continue
		}
		t.Log(name, strings.TrimSpace(string(out)))
	}
}

// The documentation names the modules; it must not fall behind the scripts.
func TestDocumentationNamesEveryModule(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	defined := regexp.MustCompile(`defineModule\('(\w+)'`).FindAllStringSubmatch(string(HostJS), -1)
	if len(defined) < 15 {
		t.Fatalf("found %d modules only; the pattern no longer fits the scripts", len(defined))
	}
	for _, match := range defined {
		if !strings.Contains(string(doc), fmt.Sprintf("AP.%s", match[1])) {
			t.Errorf("doc.go does not say what AP.%s does", match[1])
		}
	}
}
