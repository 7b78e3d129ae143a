package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/harness"
)

// unknownCommand refuses a first word that is no command before its flags are
// looked at, for those would be refused first, and mislead.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[0], "__") {
		return nil
	}
	if args[0] == "completion" {
		return nil // cobra adds it when it executes
	}
	names := commandNames(root)
	for _, c := range append(root.Commands(), newHelp()) {
		if c.Name() == args[0] || c.HasAlias(args[0]) {
			return nil
		}
	}
	return fmt.Errorf("there is no command %q; did you mean %q? The commands are %s",
		args[0], "standin "+harness.Nearest(args[0], names), strings.Join(names, ", "))
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError says in our words what is wrong with a flag, and what was meant.
func flagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	help := fmt.Sprintf("%q shows all", cmd.CommandPath()+" --help")
	switch {
	case errors.As(err, &missing):
		given, flag := missing.GetSpecifiedName(), "--"+missing.GetSpecifiedName()
		if letters := missing.GetSpecifiedShortnames(); letters != "" {
			given, flag = letters, "-"+letters // as in -app, which is read as four letters
		}
		return fmt.Errorf("%s knows no flag %s%s %s", cmd.CommandPath(), flag, meantFlag(cmd, given), help)
	case errors.As(err, &empty):
		_, usage := pflag.UnquoteUsage(empty.GetFlag())
		return fmt.Errorf("--%s wants a value: %s; %s", empty.GetFlag().Name, usage, help)
	case errors.As(err, &wrong) && wrong.GetFlag().Value.Type() == "duration":
		return fmt.Errorf("--%s cannot be %q: it is a length of time such as 30s", wrong.GetFlag().Name, wrong.GetValue())
	case errors.As(err, &wrong):
		return fmt.Errorf("--%s cannot be %q: %w", wrong.GetFlag().Name, wrong.GetValue(), wrong.Unwrap())
	}
	return fmt.Errorf("%w; %s", err, help)
}

// meantFlag says which flag was meant: the same one, of another command; or one of this
// command's with nearly that name. It ends what is said before it.
func meantFlag(cmd *cobra.Command, given string) string {
	var others []string
	for _, other := range cmd.Root().Commands() {
		if slices.Contains(flagNames(other), given) {
			others = append(others, other.CommandPath())
		}
	}
	if own := cmd.Flags().Lookup(given); own == nil && len(others) > 0 {
		return ", which belongs to " + strings.Join(others, ", ") + ";"
	}
	if near := harness.Nearest(given, flagNames(cmd)); harness.Distance(given, near) <= max(1, len(given)/3) {
		return "; did you mean --" + near + "?"
	}
	return ";"
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, and was given %q; %q says more", cmd.CommandPath(), args[0], cmd.CommandPath()+" --help")
	}
	return nil
}

// choice is a flag that takes one of a few words.
type choice struct {
	words []string
	value string
}

var _ pflag.Value = (*choice)(nil)

// String is the flag's value.
func (c *choice) String() string { return c.value }

// Type is what help calls it.
func (c *choice) Type() string { return strings.Join(c.words, "|") }

// Set takes one of the words.
func (c *choice) Set(s string) error {
	for _, w := range c.words {
		if s == w {
			c.value = s
			return nil
		}
	}
	return fmt.Errorf("it is %s; did you mean %s?", oneOf(c.words), harness.Nearest(s, c.words))
}

// oneOf is "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// newHelp is "standin help COMMAND".
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say more about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := unknownCommand(cmd.Root(), args); err != nil {
				return err
			}
			of, _, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}
