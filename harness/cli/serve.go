package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/harness"
)

// controlSecretEnv holds the secret of the control endpoints, for scripts that must
// know it beforehand.
const controlSecretEnv = "STANDIN_SECRET"

// serveFlags are the flags of "standin serve": those of run that are about the app and
// the host, and its own.
type serveFlags struct {
	runFlags
	tokenLife time.Duration
	asJSON    bool
}

func newServe() *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use:     "serve --app URL [-- COMMAND]",
		Short:   "Keep a host with the app up, for any browser",
		Long:    serveHelp,
		Example: serveExamples,
		Args:    cobra.ArbitraryArgs,
		RunE:    f.serve,
	}
	f.define(cmd.Flags())
	return cmd
}

// define says which flags there are, in the order in which help shows them.
func (f *serveFlags) define(flags *pflag.FlagSet) {
	var all pflag.FlagSet
	f.runFlags.define(&all)
	flags.SortFlags = false
	for _, name := range []string{"app", "base-url", "config", "product", "listen"} {
		flags.AddFlag(all.Lookup(name))
	}
	flags.DurationVar(&f.tokenLife, "token-life", 0, "let tokens live for this `LENGTH` of time, so that one sees\nthem expire by hand (default: 15m)")
	flags.BoolVar(&f.asJSON, "json", false, "print the address and the control secret as JSON on standard output")
	for _, name := range []string{"egress", "site", "stubs", "all-js", "install", "client-key", "shared-secret"} {
		flags.AddFlag(all.Lookup(name))
	}
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "tell what the app's command prints")
}

func (f *serveFlags) serve(cmd *cobra.Command, args []string) error {
	if cmd.Flags().Changed("token-life") && f.tokenLife <= 0 {
		return fmt.Errorf("--token-life cannot be %s: it is a length of time such as 60s", f.tokenLife)
	}
	cfg, err := f.settings(cmd, args)
	if err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr())
	cfg.Progress = p.hooks()
	if f.verbose {
		cfg.CommandOutput = &appOutput{p: p}
	}
	err = harness.Serve(cmd.Context(), cfg, harness.ServeOptions{
		TokenLife: f.tokenLife, Secret: os.Getenv(controlSecretEnv),
		Ready: func(up harness.Served) { f.announce(p, cmd.OutOrStdout(), up) },
	})
	if err != nil {
		return advise(err, cfg)
	}
	p.say("ended")
	return nil
}

// announce tells where to look.
func (f *serveFlags) announce(p *progress, stdout io.Writer, up harness.Served) {
	for _, w := range up.Warnings {
		p.say("descriptor: " + w)
	}
	p.say("open " + up.URL + " in a browser; Ctrl-C ends it")
	if f.asJSON {
		// Nobody is left to be told that standard output is closed.
		_ = json.NewEncoder(stdout).Encode(map[string]string{"url": up.URL, "secret": up.Secret, "app": up.AppKey})
	}
}
