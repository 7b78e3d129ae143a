package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/report"
)

func newJudge() *cobra.Command {
	f := &runFlags{}
	cmd := &cobra.Command{
		Use:     "judge FILE",
		Short:   "Judge requests that were recorded elsewhere, as an HTTP archive (HAR)",
		Long:    judgeHelp,
		Example: judgeExamples,
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return f.judge(cmd, args) },
	}
	f.defineJudge(cmd.Flags())
	return cmd
}

// defineJudge says which of the flags a recording has use for.
func (f *runFlags) defineJudge(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringVar(&f.app, "app", "", "the app's base `URL` (default: that of the page which the host opened)")
	flags.StringVar(&f.config, "config", "", "config `FILE`; - is standard input (default: standin.yaml, if there)")
	flags.StringVar(&f.out, "out", "", "write report.json, junit.xml and report.txt into `DIR`")
	flags.StringVar(&f.json, "json", "", "write the JSON report to `FILE`; - is standard output")
	flags.StringVar(&f.junit, "junit", "", "write the JUnit report to `FILE`; - is standard output")
	flags.StringVar(&f.clientKey, "client-key", "", "`KEY` of the tenant (default: that of the page's token)")
	flags.StringVar(&f.sharedSecret, "shared-secret", "", "`SECRET` of the tenant (default: $"+secretEnv+", which no shell history\nkeeps; else no signature is checked)")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "tell whole timelines")
}

func (f *runFlags) judge(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s wants one file, an HTTP archive (HAR), and was given %d; %q says more", cmd.CommandPath(), len(args), cmd.CommandPath()+" --help")
	}
	if args[0] == stdoutName && f.config == stdoutName {
		return errors.New("the recording and --config both are standard input; give one of them as a file")
	}
	var cfg harness.Config
	if err := readConfig(&cfg, f.config, cmd.InOrStdin()); err != nil {
		return err
	}
	secret := f.sharedSecret
	if secret == "" {
		secret = os.Getenv(secretEnv)
	}
	log, err := readArchive(args[0], cmd.InOrStdin(), secret)
	if err != nil {
		return err
	}
	rec := harness.Recording{
		Log: log, Name: filepath.Base(args[0]), App: f.app, Maybe: cfg.App, Policy: cfg.Policy, Origins: cfg.Origins, Margin: cfg.Margin,
		ClientKey: f.clientKey, SharedSecret: secret,
	}
	if args[0] == stdoutName {
		rec.Name = "the recording"
	}
	r, err := harness.JudgeRecording(rec)
	if err != nil {
		return err
	}
	outs, err := f.openOutputs(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	if err := outs.spare(args[0]); err != nil {
		outs.discard()
		return err
	}
	p := newProgress(cmd.ErrOrStderr())
	return f.finish(p, outs, r, report.TextOptions{Width: p.width, Verbose: f.verbose})
}

// readArchive reads a recording from a file, or from standard input.
func readArchive(name string, stdin io.Reader, secret string) (*har.Log, error) {
	from := stdin
	if name != stdoutName {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		from = file
	}
	log, err := har.Read(from, secret)
	if err != nil {
		if name == stdoutName {
			name = "standard input"
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return log, nil
}
