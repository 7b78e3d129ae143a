package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/report"
)

// runFlags are the flags of "standin run".
type runFlags struct {
	app, module, config     string
	baseURL                 string
	out, json, junit, har   string
	listen, allJS, browser  string
	site, stubs             string
	egress                  bool
	clientKey, sharedSecret string
	sessionSecret           string
	product, install        choice
	probes                  choice
	scenarios               []string
	timeout                 time.Duration
	refererDifferential     bool
	records                 bool // the command sees requests of its own
	verbose                 bool
	parallel                int
	everyTick               bool
}

func newRun(deps Deps) *cobra.Command {
	f := &runFlags{records: true}
	cmd := &cobra.Command{
		Use:     "run --app URL [-- COMMAND]",
		Short:   "Run the scenarios on an app",
		Long:    runHelp,
		Example: runExamples,
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return f.run(cmd, args, deps) },
	}
	f.define(cmd.Flags())
	return cmd
}

// define says which flags there are, in the order in which help shows them.
func (f *runFlags) define(flags *pflag.FlagSet) {
	f.product.words = []string{"jira", "confluence"}
	f.install.words = []string{"signed", "unsigned", "skip"}
	f.probes.words = []string{string(harness.ProbesSafe), string(harness.ProbesAll), string(harness.ProbesOff)}
	flags.SortFlags = false
	flags.StringVar(&f.app, "app", "", "the app's base `URL`, or its descriptor's")
	flags.StringVar(&f.baseURL, "base-url", "", "the app's own `URL`, as https://jira.example.com, where it has that built in\n(default: what its descriptor says)")
	flags.StringVar(&f.module, "module", "", "`KEY` of the module to play, KEY:editor for another of its iframes, or all\n(default: look at all, play the one that calls its back end most)")
	flags.StringArrayVar(&f.scenarios, "scenario", nil, "play only these, by `GLOB`; may be repeated")
	flags.StringVar(&f.config, "config", "", "config `FILE`; - is standard input (default: standin.yaml, if there)")
	flags.Var(&f.product, "product", "stand in for this product (default: what the app's modules are of, else jira)")
	flags.StringVar(&f.out, "out", "", "write report.json, junit.xml, report.txt and requests.har into `DIR`")
	flags.StringVar(&f.json, "json", "", "write the JSON report to `FILE`; - is standard output")
	flags.StringVar(&f.junit, "junit", "", "write the JUnit report to `FILE`; - is standard output")
	flags.StringVar(&f.har, "har", "", "write all requests to `FILE`, as an HTTP archive (docs/har.md); - is standard\noutput")
	flags.StringVar(&f.listen, "listen", "", "pin the host's `ADDR`, as 127.0.0.1:8899 (default: a free port)")
	flags.BoolVar(&f.egress, "egress", true, "let the app's command reach the Atlassian addresses that standin answers for,\nand nothing else outside (docs/egress.md)")
	flags.StringVar(&f.site, "site", "", "give the site this `NAME`, as acme.atlassian.net (default: a loopback address;\nin a run such a name where the app takes no other; docs/egress.md)")
	flags.StringVar(&f.stubs, "stubs", "", "answer REST calls by the files of this `DIR`, before the built-in answers\n(docs/stubs.md)")
	flags.StringVar(&f.allJS, "all-js", "", "serve this `FILE`, as Atlassian's iframe.js, in place of our all.js")
	flags.Var(&f.install, "install", "how the app is installed (default signed)")
	flags.StringVar(&f.clientKey, "client-key", "", "`KEY` of the tenant (default: made up; --install skip needs it)")
	flags.StringVar(&f.sharedSecret, "shared-secret", "", "`SECRET` of the tenant (default: $"+secretEnv+", which no shell history\nkeeps; else made up; --install skip needs it)")
	flags.StringVar(&f.sessionSecret, "session-secret", "", "`SECRET` that the back end signs tokens of its own with, if not the\ntenant's (default: $"+sessionSecretEnv+"; docs/time.md)")
	flags.Var(&f.probes, "probes", "which requests standin itself sends to the back end, to see what it refuses:\nsafe is GET and HEAD alone (docs/verify.md; default safe)")
	flags.StringVar(&f.browser, "browser", "", "`PATH` of the browser (default: $STANDIN_BROWSER, else what is found)")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up a wait for the app's pages after this `LENGTH` of time\n(default: 15s to load, 10s to become quiet)")
	flags.BoolVar(&f.everyTick, "every-tick", false, "play each repetition of what the app does again and again\nas time passes, such as a poll (docs/time.md)")
	flags.IntVar(&f.parallel, "parallel", 0, "play `N` scenarios at a time, each on a site of its own\n(default: half of the cores, 4 at most; docs/performance.md)")
	flags.BoolVar(&f.refererDifferential, "referer-differential", false, "play every scenario a second time without Referers: what the back end\nrefuses then depended on them")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "tell whole timelines, and what the app's command prints")
}

func (f *runFlags) run(cmd *cobra.Command, args []string, deps Deps) error {
	cfg, err := f.settings(cmd, args)
	if err != nil {
		return err
	}
	chosen, err := harness.Select(deps.Scenarios, f.scenarios)
	if err != nil {
		return err
	}
	outs, err := f.openOutputs(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	cfg.Record = outs.record()
	p := newProgress(cmd.ErrOrStderr())
	cfg.Progress = p.hooks()
	if f.verbose {
		cfg.CommandOutput = &appOutput{p: p}
	}
	r, err := play(cmd.Context(), p, cfg, chosen)
	if err != nil {
		outs.discard()
		return advise(err, cfg)
	}
	return f.finish(p, outs, r, report.TextOptions{Width: p.width, Verbose: f.verbose, SkipLines: true})
}

// play runs the scenarios. An interruption before there is a report gives an empty
// one that says so.
func play(ctx context.Context, p *progress, cfg harness.Config, chosen []harness.Scenario) (*report.Report, error) {
	defer context.AfterFunc(ctx, func() {
		p.say("interrupted: ending what was started; interrupt again to stop at once")
	})()
	r, err := harness.Run(ctx, cfg, chosen)
	if err != nil && ctx.Err() != nil {
		r = &report.Report{Generator: "standin " + harness.Version, App: report.App{BaseURL: cfg.App}}
		r.Interrupt()
		return r, nil
	}
	return r, err
}

// advise adds what to do about a refused install where the fake host, which knows no
// command line, cannot: without a command or a pinned address, the app had no chance
// to know where the key is.
func advise(err error, cfg harness.Config) error {
	var refused *fakehost.InstallError
	if !errors.As(err, &refused) || len(cfg.Command) > 0 || cfg.Listen != "" {
		return err
	}
	signed := cfg.Install.Mode == "" || cfg.Install.Mode == fakehost.Signed
	switch refused.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		if signed {
			refused.Hint = "let standin start it, with its command behind \"--\"; or give --listen 127.0.0.1:8899 and start the app with " +
				"CONNECT_KEYS_CDN_URL=http://127.0.0.1:8899/_standin/keys; or, for an app that checks no signature, --install unsigned"
		}
	}
	return err
}

// finish writes the reports, tells the person what was found, and gives the exit
// code.
func (f *runFlags) finish(p *progress, outs *outputs, r *report.Report, o report.TextOptions) error {
	files, failed := outs.write(r)
	if err := tell(p, r, o); err != nil && failed == nil {
		failed = err
	}
	if len(files) > 0 {
		p.say(told(files))
	}
	code := r.ExitCode()
	if failed == nil {
		return exit(code)
	}
	if code != exitFailed {
		code = exitHarnessError // a report that nobody gets is no success
	}
	return &exitError{code: code, err: fmt.Errorf("cannot write the report: %s", token.Redact(failed.Error()))}
}

// tell prints the report for a person.
func tell(p *progress, r *report.Report, o report.TextOptions) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(r.Scenarios) > 0 {
		if _, err := io.WriteString(p.w, "\n"); err != nil {
			return err
		}
	}
	return report.Text(p.w, r, o)
}
