package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
	"github.com/standin-dev/standin/harness/report"
)

// demo runs the scenarios on built-in apps.
type demo struct {
	scenarios []string
	browser   string
	all, list bool

	deps    Deps
	p       *progress
	w       io.Writer
	running *browser.Browser
}

func newDemo(deps Deps) *cobra.Command {
	d := &demo{deps: deps}
	cmd := &cobra.Command{
		Use:     "demo [SAMPLE...]",
		Short:   "Try the built-in sample apps, broken and sound",
		Long:    demoHelp,
		Example: "  standin demo\n  standin demo token-once interceptor\n  standin demo --list",
		Args:    cobra.ArbitraryArgs,
		RunE:    d.run,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&d.all, "all", false, "try all samples")
	flags.BoolVar(&d.list, "list", false, "list the samples; * marks those that are tried when none is named")
	flags.StringArrayVar(&d.scenarios, "scenario", nil, "play only these, by `GLOB`; may be repeated")
	flags.StringVar(&d.browser, "browser", "", "`PATH` of the browser (default: $STANDIN_BROWSER, else what is found)")
	return cmd
}

func (d *demo) run(cmd *cobra.Command, args []string) error {
	if d.list {
		return listSamples(cmd.OutOrStdout(), d.deps.Samples)
	}
	samples, err := d.pick(args)
	if err != nil {
		return err
	}
	patterns := d.scenarios
	if len(args) == 0 && len(patterns) == 0 && !d.all {
		patterns = d.deps.DemoScenarios
	}
	chosen, err := harness.Select(d.deps.Scenarios, patterns)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	if d.running, err = browser.Launch(ctx, browser.Options{Path: d.browser}); err != nil {
		return fmt.Errorf("%w: %w", harness.ErrHarness, err)
	}
	defer d.running.Close()
	d.w = cmd.ErrOrStderr()
	fmt.Fprintf(d.w, "standin %s, %s\n\n", harness.Version, d.running.Version())
	return d.tryAll(ctx, samples, chosen)
}

// tryAll tries one sample after the other and sums up.
func (d *demo) tryAll(ctx context.Context, samples []Sample, chosen []harness.Scenario) error {
	var results []trial
	for i, s := range samples {
		d.p = newProgress(d.w)
		d.heading(s, i+1, len(samples))
		r, err := d.try(ctx, s, chosen)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		results = append(results, judged(s, r))
		if story := telling(r); story != nil {
			fmt.Fprintf(d.w, "\n%s", report.Story(*story, report.TextOptions{Width: d.p.width}))
		}
		if r.Interrupted {
			break
		}
	}
	summary(d.w, results)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(d.w, "\ninterrupted")
		return exit(exitInconclusive)
	case slices.ContainsFunc(results, func(t trial) bool { return len(t.wrong) > 0 }):
		return exit(exitFailed)
	}
	return nil
}

// pick chooses the samples: those that are named, all, or those marked for it.
func (d *demo) pick(names []string) ([]Sample, error) {
	var picked []Sample
	switch {
	case d.all && len(names) > 0:
		return nil, fmt.Errorf("--all tries every sample; leave out %s, or --all", strings.Join(names, " "))
	case d.all:
		return d.deps.Samples, nil
	case len(names) == 0:
		for _, s := range d.deps.Samples {
			if s.Demo {
				picked = append(picked, s)
			}
		}
		return picked, nil
	}
	var known []string
	for _, s := range d.deps.Samples {
		known = append(known, s.Name)
	}
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, fmt.Errorf("there is no sample %q; did you mean %q? \"standin demo --list\" shows all", name, harness.Nearest(name, known))
		}
		picked = append(picked, d.deps.Samples[i])
	}
	return picked, nil
}

func listSamples(w io.Writer, samples []Sample) error {
	width := 0
	for _, s := range samples {
		width = max(width, len(s.Name))
	}
	var b strings.Builder
	for _, s := range samples {
		sign := " "
		if s.Demo {
			sign = "*"
		}
		fmt.Fprintf(&b, "%s %s  %s\n", sign, pad(s.Name, width), s.state())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// state says in a line whether the sample is sound.
func (s Sample) state() string {
	if s.Defect == "" {
		return "sound: " + s.About
	}
	return "broken: " + s.Defect
}

// heading says which app comes, and what is wrong with it.
func (d *demo) heading(s Sample, n, of int) {
	if n > 1 {
		fmt.Fprintln(d.w)
	}
	title := fmt.Sprintf("━━ %s, %d of %d ", s.Name, n, of)
	fmt.Fprintln(d.w, title+strings.Repeat("━", max(d.p.width-len([]rune(title)), 0)))
	fmt.Fprint(d.w, field("app", s.About, d.p.width))
	defect := s.Defect
	if defect == "" {
		defect = "none: it is sound"
	}
	fmt.Fprint(d.w, field("defect", defect, d.p.width)+"\n")
}
