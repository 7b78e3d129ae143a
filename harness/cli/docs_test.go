package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/playwright"
	"github.com/standin-dev/standin/harness/browser"
)

// example is a block of code in the docs whose first line names its file.
var example = regexp.MustCompile("(?s)```js\n// ([a-z./]+)\n(.*?)```")

// examples are those of one section of a document, by file.
func examples(t *testing.T, document, section string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+section+"\n")
	if !found {
		t.Fatalf("%s has no section %q", document, section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	files := map[string]string{}
	for _, block := range example.FindAllStringSubmatch(rest, -1) {
		files[block[1]] = block[2]
	}
	return files
}

// ownConfig has the config of the docs started with the browser of this machine,
// which reaches nothing else.
const ownConfig = `import config from "./playwright.config.js";
export default {
  ...config,
  workers: 1,
  reporter: "list",
  outputDir: "results",
  use: {
    ...config.use,
    launchOptions: {
      executablePath: %q,
      args: ["--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE 127.0.0.1", "--disable-background-networking"],
    },
  },
};
`

// TestPlaywrightExamples runs the examples of docs/serve.md as they stand there, but
// for the two ports: Playwright starts standin, which starts the app, and both end
// with it.
func TestPlaywrightExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a browser and seconds")
	}
	path, err := browser.Find("")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := playwright.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	app, err := playwright.App()
	if err != nil {
		t.Fatal(err)
	}
	if err := build(); err != nil {
		t.Fatal(err)
	}
	files := examples(t, "../../docs/serve.md", "Playwright")
	for _, name := range []string{"playwright.config.js", "app.spec.js"} {
		if files[name] == "" {
			t.Fatalf("docs/serve.md has no example %s", name)
		}
	}
	files["own.config.js"] = fmt.Sprintf(ownConfig, path)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(app)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	ports := strings.NewReplacer("3000", freePort(t), "8899", freePort(t))
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(ports.Replace(text)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := startProgram(t, dir, []string{
		"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "STANDIN_SECRET=", "NO_UPDATE_NOTIFIER=1",
		"PWTEST_CACHE_DIR=" + filepath.Join(dir, "cache"),
	}, "node", playwright.Runner(modules), "test", "--config", "own.config.js")
	code := s.code()
	if said := s.stdout.String(); code != 0 || !strings.Contains(said, "nobody is logged in") || !strings.Contains(said, "1 passed") {
		t.Errorf("exit code %d; Playwright said\n%s\n%s", code, said, s.stderr.String())
	}
}
