//go:build linux

package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
	"github.com/standin-dev/standin/fixtures/apps"
	"github.com/standin-dev/standin/fixtures/playwright"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/journey"
	"github.com/standin-dev/standin/scenarios"
)

// repeats is how many scenarios are played of a kind, of which the first pays for the
// browser's start.
const repeats = 21

// oneClick is a scenario of one click: the page is opened, a link pressed, its data there.
var oneClick = harness.Scenario{
	ID: "bench/one-click", Title: "A person opens the app and presses one link.",
	Play: func(ctx context.Context, s *harness.Stage) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		return s.Act(ctx)
	},
}

// BenchmarkAgainstPlaywright is what a scenario of one click costs, as a ratio to the same
// steps by Playwright in the same browser, whose tests have a fresh context each; "fresh-"
// is that of a scenario that asks for one, too.
func BenchmarkAgainstPlaywright(b *testing.B) {
	for b.Loop() {
		theirs := byPlaywright(b, repeats).each(byPlaywright(b, 1), repeats)
		ours := byStandin(b, oneClick, repeats).each(byStandin(b, oneClick, 1), repeats)
		against(b, "", ours, theirs)
		fresh := oneClick
		fresh.Fresh = true
		against(b, "fresh-", byStandin(b, fresh, repeats).each(byStandin(b, fresh, 1), repeats), theirs)
		b.ReportMetric(float64(theirs.wall.Milliseconds()), "playwright-ms")
		b.ReportMetric(float64(theirs.cpu.Milliseconds()), "playwright-cpu-ms")
	}
}

// BenchmarkCatalogue is what the default catalogue costs on a sound sample, the browser's
// start and the survey included, as a multiple of one scenario by Playwright.
func BenchmarkCatalogue(b *testing.B) {
	for b.Loop() {
		theirs := byPlaywright(b, repeats).each(byPlaywright(b, 1), repeats)
		all := measured(b, func() { playAlone(b, sound(), scenarios.All(), nil) })
		b.ReportMetric(float64(all.wall)/float64(theirs.wall), "playwrights")
		b.ReportMetric(all.wall.Seconds(), "s")
		b.ReportMetric(all.cpu.Seconds(), "cpu-s")
	}
}

func against(b *testing.B, kind string, ours, theirs cost) {
	b.ReportMetric(float64(ours.wall)/float64(theirs.wall), kind+"ratio")
	b.ReportMetric(float64(ours.wall.Milliseconds()), kind+"standin-ms")
	b.ReportMetric(float64(ours.cpu.Milliseconds()), kind+"standin-cpu-ms")
}

// byStandin is the cost of a scenario so many times, in one run with a browser of its own.
func byStandin(b *testing.B, s harness.Scenario, times int) cost {
	b.Helper()
	var list []harness.Scenario
	for i := range times {
		s.ID = fmt.Sprintf("bench/one-click-%d", i)
		list = append(list, s)
	}
	return measured(b, func() { playAlone(b, sound(), list, []journey.Step{{Click: "Items"}}) })
}

// BenchmarkPolling is what the default catalogue costs on a sound sample that polls each
// half a second, as a multiple of what it costs on one that does not.
func BenchmarkPolling(b *testing.B) {
	for b.Loop() {
		plain := measured(b, func() { playAlone(b, sound(), scenarios.All(), nil) })
		polls := measured(b, func() { playAlone(b, sound().With(apps.Polls()[0]), scenarios.All(), nil) })
		b.ReportMetric(float64(polls.wall)/float64(plain.wall), "ratio")
		b.ReportMetric(polls.wall.Seconds(), "s")
		b.ReportMetric(polls.cpu.Seconds(), "cpu-s")
	}
}

// playAlone plays scenarios on an app in a browser of the run's own.
func playAlone(b *testing.B, app apps.App, list []harness.Scenario, steps []journey.Step) {
	b.Helper()
	var keys string
	server := serve(app, func() string { return keys })
	defer server.Close()
	r, err := harness.Run(b.Context(), harness.Config{
		App: server.URL, Journey: steps,
		Started: func(env map[string]string) error {
			keys = env["CONNECT_KEYS_CDN_URL"]
			return nil
		},
	}, list)
	if err != nil {
		b.Fatal(err)
	}
	if r.ExitCode() != 0 {
		b.Fatalf("exit code %d of %s", r.ExitCode(), r.Verdict)
	}
}

// sound is the sample that all do as it should.
func sound() apps.App {
	app, _ := apps.ByName("interceptor")
	return app
}

func serve(app apps.App, keys func() string) *httptest.Server {
	var server *httptest.Server
	server = httptest.NewServer(app.New(apps.Options{BaseURL: func() string { return server.URL }, KeysURL: keys}))
	return server
}

// spec does the same with Playwright, so many times: what follows are the address of our
// all.js, the page, and what the link is called.
const spec = `import { test, expect } from "@playwright/test";
for (let i = 0; i < %d; i++) test("one click " + i, async ({ page, request }) => {
  await page.route("https://connect-cdn.atl-paas.net/all*.js", async (route) => {
    const script = await request.get(%q);
    await route.fulfill({ contentType: "text/javascript", body: await script.text() });
  });
  await page.goto(%q);
  const answered = page.waitForResponse((answer) => answer.url().includes("/api/"));
  await page.frameLocator("iframe").getByText(%q, { exact: true }).first().click();
  expect((await answered).ok()).toBe(true);
});
`

// specConfig runs it in standin's browser.
const specConfig = `export default { workers: 1, reporter: "list", outputDir: "results", use: { launchOptions: {
  executablePath: %q,
  args: ["--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE 127.0.0.1", "--disable-background-networking"],
} } };
`

// byPlaywright is the cost of the same steps so many times, in one run of its test runner.
func byPlaywright(b *testing.B, times int) cost {
	b.Helper()
	dir, modules := b.TempDir(), playwrightModules(b)
	var host fakehost.Server
	host.Site = "localhost"
	if err := host.Start(); err != nil {
		b.Fatal(err)
	}
	defer host.Close()
	server := serve(sound(), host.KeysURL)
	defer server.Close()
	app, err := descriptor.Fetch(b.Context(), http.DefaultClient, server.URL)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := host.Install(b.Context(), app, fakehost.InstallOptions{}); err != nil {
		b.Fatal(err)
	}
	module, err := app.Module("")
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"playwright.config.js": fmt.Sprintf(specConfig, chromium(b)),
		"click.spec.js":        fmt.Sprintf(spec, times, host.LocalOrigin()+"/_standin/all.js", host.PageURL(module), "Items"),
		"package.json":         `{"type":"module"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		b.Fatal(err)
	}
	return measured(b, func() {
		cmd := exec.CommandContext(b.Context(), "node", playwright.Runner(modules), "test")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "PWTEST_CACHE_DIR="+filepath.Join(dir, "cache"), "CI=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v:\n%s", err, out)
		}
	})
}

// chromium is the path of the browser that standin drives.
func chromium(b *testing.B) string {
	b.Helper()
	path, err := browser.Find("")
	if err != nil {
		b.Fatal(err)
	}
	return path
}

func playwrightModules(b *testing.B) string {
	b.Helper()
	modules, err := playwright.Prepare(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return modules
}
