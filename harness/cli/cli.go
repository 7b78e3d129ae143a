// Package cli is standin's command line: flags, words for people, exit codes. The
// engine is package harness; scenarios and samples are handed in by main.
//
// Human text goes to standard error, data to standard output.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness"
)

// Deps is what the command line works with and does not know by itself.
type Deps struct {
	// Scenarios is the catalogue, in the order in which it is played.
	Scenarios []harness.Scenario
	// Samples are the built-in apps that the demo tries.
	Samples []Sample
	// DemoScenarios are patterns of the scenarios that the demo plays when neither
	// samples nor scenarios are named. None: all.
	DemoScenarios []string
}

// Sample is an app that the demo can serve by itself.
type Sample struct {
	// Name is short and unique, as "token-once".
	Name string
	// About says in one line what the app does.
	About string
	// Defect says what is wrong with it. Empty: it is sound.
	Defect string
	// Fails are the ids of the scenarios that it must fail; none for a sound app.
	Fails []string
	// Warns are the ids of those that it must get through with a warning.
	Warns []string
	// Demo says that the demo tries it when no sample is named.
	Demo bool
	// New makes a fresh instance. baseURL gives the app's own address, keysURL that
	// of the host's public keys; both are asked when a request arrives.
	New func(baseURL, keysURL func() string) http.Handler
}

// Exit codes that no report gives. Those of a report are its ExitCode.
const (
	exitOK           = 0
	exitFailed       = 1
	exitUsage        = 2 // usage, config, descriptor, or an app that cannot be tried
	exitHarnessError = 3
	exitInconclusive = 4
)

// Main runs one command and returns the exit code. args are without the program's
// name. When ctx ends, what runs is ended in order and the report so far written.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, deps Deps) int {
	root := newRoot(deps)
	root.SetArgs(append([]string{}, args...)) // nil would be the program's own
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	var told *exitError
	if err != nil && !(errors.As(err, &told) && told.err == nil) {
		// The app's own words may stand in an error, and tokens in those.
		fmt.Fprintf(stderr, "standin: %s\n", token.Redact(err.Error()))
	}
	return exitCode(err)
}

// exitError ends the program with a code of its own.
type exitError struct {
	code int
	err  error // nil: everything was said already
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// exit is the error that ends the program with a code and no further word.
func exit(code int) error {
	if code == exitOK {
		return nil
	}
	return &exitError{code: code}
}

// exitCode is the code for an error: what comes before there is a report is bad
// usage, a bad config or an app that cannot be tried, except where the machine is
// to blame.
func exitCode(err error) int {
	var own *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &own):
		return own.code
	case errors.Is(err, harness.ErrHarness):
		return exitHarnessError
	}
	return exitUsage
}

// newRoot is the tree of commands.
func newRoot(deps Deps) *cobra.Command {
	root := &cobra.Command{
		Use:           "standin",
		Short:         "Stands in for Jira and Confluence, to see whether a Connect app keeps proving who asks",
		Long:          rootHelp,
		Version:       harness.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.ErrOrStderr()) // nobody asked for it as data
			_ = cmd.Help()
			return exit(exitUsage)
		},
	}
	root.SetVersionTemplate("standin {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newRun(deps), newServe(), newJudge(), newList(deps), newExplain(deps), newDoctor(), newDemo(deps))
	root.SetHelpCommand(newHelp())
	return root
}
