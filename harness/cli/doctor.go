package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
)

// doctor looks at this machine with the eyes of a run.
type doctor struct{ browser, config, listen string }

func newDoctor() *cobra.Command {
	d := &doctor{}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check that everything is here that a run needs",
		Long: "Checks, by trying it, that everything is here that a run needs, and says what to do about what is not.\n" +
			"It exits with 0 when a run can work here, else with 3.",
		Args: noArgs,
		RunE: d.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&d.browser, "browser", "", "`PATH` of the browser (default: $STANDIN_BROWSER, else what is found)")
	flags.StringVar(&d.config, "config", "", "config `FILE` (default: standin.yaml, if there)")
	flags.StringVar(&d.listen, "listen", "", "`ADDR` that the host will listen at (default: a free port)")
	return cmd
}

// check is one thing that a run needs. do says what there is, or what to do.
type check struct {
	what string
	do   func(context.Context) (string, error)
}

func (d *doctor) run(cmd *cobra.Command, _ []string) error {
	ok := true
	for _, c := range []check{
		{"browser", d.findBrowser},
		{"browser starts", d.startBrowser},
		{"cookies", d.measureCookies},
		{"localhost", d.serveOn("localhost")},
		{"127.0.0.1", d.serveOn("127.0.0.1")},
		{"temporary folder", writeTemp},
		{"config", d.readConfig},
	} {
		text, err := c.do(cmd.Context())
		sign := "✓"
		if err != nil {
			sign, text, ok = "✗", err.Error(), false
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s %s %s\n", sign, pad(c.what, 16), text)
	}
	if !ok {
		return exit(exitHarnessError)
	}
	return nil
}

func (d *doctor) findBrowser(context.Context) (string, error) { return browser.Find(d.browser) }

// startBrowser starts the browser and opens an empty page.
func (d *doctor) startBrowser(ctx context.Context) (string, error) {
	if _, err := browser.Find(d.browser); err != nil {
		return "", errors.New("there is none to start")
	}
	b, err := browser.Launch(ctx, browser.Options{Path: d.browser})
	if err != nil {
		return "", fmt.Errorf("%w; try it by hand, or install chromium-headless-shell", err)
	}
	page, err := b.NewContext(ctx, browser.ContextOptions{})
	if err == nil {
		err = page.Close()
	}
	if err = errors.Join(err, b.Close()); err != nil {
		return "", fmt.Errorf("it starts but opens no page: %w; is there memory left, and /dev/shm?", err)
	}
	return b.Version(), nil
}

// measureCookies shows a frame in a browser of each mode, and says which cookies come back.
func (d *doctor) measureCookies(ctx context.Context) (string, error) {
	if _, err := browser.Find(d.browser); err != nil {
		return "", errors.New("there is no browser to ask")
	}
	var told []string
	for _, m := range []struct {
		mode browser.CookieMode
		name string
	}{{browser.CookiesSent, "in a frame"}, {browser.CookiesBlocked, "in cookies/blocked"}} {
		b, err := browser.Launch(ctx, browser.Options{Path: d.browser, Cookies: m.mode})
		if err != nil {
			return "", err
		}
		reach, err := b.MeasureCookies(ctx)
		if err = errors.Join(err, b.Close()); err != nil {
			return "", err
		}
		if !reach.Is(m.mode) {
			return "", fmt.Errorf("third-party cookies %s: %s, though they are to be %s; use another browser, for verdicts on cookies are not to be believed with this one", m.name, reach, m.mode)
		}
		told = append(told, m.name+": "+reach.String())
	}
	return strings.Join(told, "; "), nil
}

// serveOn starts a host under one of the names of this machine and asks it for a
// page, as a browser will.
func (d *doctor) serveOn(site string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		host := &fakehost.Server{Site: site, Addr: d.listen}
		if err := host.Start(); err != nil {
			return "", fmt.Errorf("the host cannot listen: %w", err)
		}
		defer host.Close()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, host.Origin(), nil)
		if err != nil {
			return "", err
		}
		client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		response, err := client.Do(request)
		if err != nil {
			return "", fmt.Errorf("the host does not answer there: %w; see that %s is this machine in /etc/hosts", err, site)
		}
		_ = response.Body.Close()
		return "a host listens and answers at " + host.Origin(), nil
	}
}

// writeTemp writes where the browser's profile will be.
func writeTemp(context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "standin-doctor-")
	if err != nil {
		return "", fmt.Errorf("%w; set TMPDIR to a folder that can be written to", err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "file"), make([]byte, 1<<20), 0o600); err != nil {
		return "", fmt.Errorf("%w; set TMPDIR to a folder with room", err)
	}
	return os.TempDir(), nil
}

func (d *doctor) readConfig(context.Context) (string, error) {
	path := d.config
	if path == "" {
		path = defaultConfig
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return "no " + defaultConfig + " here, and none is needed", nil
		}
	}
	var cfg harness.Config
	return path, readConfig(&cfg, path, nil)
}
