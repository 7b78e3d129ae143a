package differential

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

	"github.com/standin-dev/standin/fixtures/published"
)

// fidelityFile is the document whose table excuses what is typed and missing.
const fidelityFile = "../../docs/fidelity.md"

// productOf says which product alone has a module; others have no entry.
var productOf = map[string]string{"jira": "jira", "confluence": "confluence", "customContent": "confluence"}

// TestSurface holds our AP, in a frame of our host, against @types/atlassian-connect-js: what is typed is
// there, or docs/fidelity.md says why not. What the document excuses must indeed be missing.
func TestSurface(t *testing.T) {
	typed := typedNames(t)
	if len(typed) < 90 {
		t.Fatalf("only %d names are typed: %q", len(typed), typed)
	}
	excused := excusedNames(t)
	missing := map[string]bool{}
	p := newPlayer(t, bothOurs)
	for _, product := range []string{"jira", "confluence"} {
		p.openScene(declaredScene{Name: "surface", sceneSettings: sceneSettings{
			Product: product, Frames: []frameSettings{{Key: "page"}},
		}})
		if err := p.tab.Loaded(t.Context(), patience, true); err != nil {
			t.Fatal(err)
		}
		p.settle()
		var names []string
		for _, name := range typed {
			module, _, _ := strings.Cut(name, ".")
			if only := productOf[module]; only == "" || only == product {
				names = append(names, name)
			}
		}
		for _, name := range absent(t, p, names) {
			missing[name] = true
			if !excused[name] {
				t.Errorf("on %s, AP.%s is typed and missing; %s has no line for it under %q", product, name, fidelityFile, excuses)
			}
		}
	}
	for name := range excused {
		if !missing[name] {
			t.Errorf("%s excuses AP.%s, which is not missing; take the line out", fidelityFile, name)
		}
	}
}

// typedNames asks TypeScript what the types declare.
func typedNames(t *testing.T) []string {
	t.Helper()
	modules, err := published.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	types := filepath.Join(modules, "@types", "atlassian-connect-js", "index.d.ts")
	out, err := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "surface.mjs"), modules, types).CombinedOutput()
	if err != nil {
		t.Fatalf("list the types: %v\n%s", err, out)
	}
	return strings.Fields(string(out))
}

// absent lists the names for which the frame has no function. What a call gives is looked for in what it
// gives here, when it is called as an app would.
func absent(t *testing.T, p *player, names []string) []string {
	t.Helper()
	script := fmt.Sprintf(`(() => {
		const samples = {
			'dialog.create': () => AP.dialog.create({ key: 'dialog' }),
			'dialog.getButton': () => AP.dialog.getButton('submit'),
			'dialog.createButton': () => AP.dialog.createButton({ text: 'x', identifier: 'x' }),
			'flag.create': () => AP.flag.create({ title: 'x', body: 'x' }),
			'customContent.getEditComponent': () => AP.customContent.getEditComponent(),
		};
		const given = {};
		const value = (name) => {
			const [call, member] = name.split('().');
			if (member === undefined) return call.split('.').reduce((at, key) => at && at[key], AP);
			if (!samples[call]) throw new Error('no sample for ' + call);
			given[call] = given[call] || { value: samples[call]() };
			return given[call].value && given[call].value[member];
		};
		return %s.split(' ').filter((name) => typeof value(name) !== 'function');
	})()`, "`"+strings.Join(names, " ")+"`")
	var list []string
	if err := p.tab.EvalFrame(t.Context(), script, &list); err != nil {
		t.Fatal(err)
	}
	p.settle() // before the page goes, what was called is noted
	return list
}

// excuses is the heading of the table.
const excuses = "Typed and missing"

var excuseRow = regexp.MustCompile("(?m)^\\| `AP\\.([^`]+)` \\| *([^|]*)\\|$")

// excusedNames reads the table of the document.
func excusedNames(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(fidelityFile)
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "## "+excuses+"\n")
	if !found {
		t.Fatalf("%s has no section %q", fidelityFile, excuses)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	names := map[string]bool{}
	for _, row := range excuseRow.FindAllStringSubmatch(section, -1) {
		if len(strings.Fields(row[2])) < 4 {
			t.Errorf("%s does not say why AP.%s is missing", fidelityFile, row[1])
		}
		names[row[1]] = true
	}
	return names
}

// A document about tests must not name any that is not there.
func TestFidelityNamesTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(fidelityFile)
	if err != nil {
		t.Fatal(err)
	}
	var scenes []string
	declared := regexp.MustCompile("(?m)^ *(?:scene|optionScene)\\(['`]([a-z-]+)")
	for _, folder := range []string{"scenes", "wire"} {
		for _, name := range matching("testdata/" + folder + "/*.js") {
			source, err := testdata.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range declared.FindAllStringSubmatch(string(source), -1) {
				scenes = append(scenes, match[1])
			}
		}
	}
	for _, match := range regexp.MustCompile("scenes? ((?:`[a-z*-]+`(?:, | and )?)+)").FindAllStringSubmatch(string(text), -1) {
		for _, name := range regexp.MustCompile("[a-z*-]+").FindAllString(strings.ReplaceAll(match[1], " and ", " "), -1) {
			if !slices.ContainsFunc(scenes, func(scene string) bool { return like(name, scene) }) {
				t.Errorf("%s names a scene %q; there are: %s", fidelityFile, name, strings.Join(scenes, ", "))
			}
		}
	}
	tests := testNames(t)
	for _, name := range regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w+`).FindAllString(string(text), -1) {
		if !tests[name] {
			t.Errorf("%s names %s, and there is no such test", fidelityFile, name)
		}
	}
}

// testNames are the tests of the whole module.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "node_modules":
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		for _, match := range declared.FindAllStringSubmatch(string(source), -1) {
			names[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
