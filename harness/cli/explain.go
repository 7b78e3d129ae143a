package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

func newExplain(deps Deps) *cobra.Command {
	return &cobra.Command{
		Use:     "explain [ID]",
		Short:   "Explain a scenario or a rule: what, why, what to do",
		Long:    "Explains a scenario or a rule: what it is, why it matters, what to do. Without an ID it lists them all.",
		Example: "  standin explain expiry/idle-then-act\n  standin explain token/expired",
		Args:    atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return explainAll(cmd.OutOrStdout(), deps.Scenarios)
			}
			return explain(cmd.OutOrStdout(), deps.Scenarios, args[0])
		},
	}
}

func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s takes one ID at a time, not %d", cmd.CommandPath(), len(args))
	}
	return nil
}

// explain writes all that there is to say about an id.
func explain(w io.Writer, scenarios []harness.Scenario, id string) error {
	var ids []string
	for _, s := range scenarios {
		if s.ID == id {
			_, err := io.WriteString(w, scenarioText(s))
			return err
		}
		ids = append(ids, s.ID)
	}
	for _, r := range harness.Rules() {
		if r.ID == id {
			_, err := io.WriteString(w, ruleText(r))
			return err
		}
		ids = append(ids, r.ID)
	}
	return fmt.Errorf("no scenario and no rule is called %q; did you mean %q? \"standin explain\" lists them all",
		id, "standin explain "+harness.Nearest(id, ids))
}

func scenarioText(s harness.Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, a scenario\n\n", s.ID)
	for _, text := range []string{s.Title, s.About} {
		if text != "" {
			b.WriteString(wrap(text, "  ", defaultWidth) + "\n")
		}
	}
	if len(s.Bugs) > 0 {
		b.WriteString(field("finds", strings.Join(s.Bugs, ", "), defaultWidth))
	}
	b.WriteString(field("host", hostText(s.Conditions), defaultWidth))
	b.WriteString(field("needs", "a journey that makes the app call its back end and do what the scenario is about: "+
		"yours in standin.yaml, or what standin finds by itself; without one the scenario is not-applicable or inconclusive, never passed", defaultWidth))
	b.WriteString(field("play", "standin run --app URL --scenario "+s.ID, defaultWidth))
	return b.String()
}

// hostText says how the host is set for a scenario.
func hostText(c fakehost.Conditions) string {
	var parts []string
	if c.FirstTokenAge > 0 {
		parts = append(parts, fmt.Sprintf("the token that it renders into its page is %s old", timeline.Span(c.FirstTokenAge)))
	}
	if c.ContextTTL > 0 {
		parts = append(parts, fmt.Sprintf("context tokens live %s", timeline.Span(c.ContextTTL)))
	}
	if c.IframeTTL > 0 {
		parts = append(parts, fmt.Sprintf("the iframe's token lives %s", timeline.Span(c.IframeTTL)))
	}
	if c.ResolverDelay > 0 {
		parts = append(parts, fmt.Sprintf("it takes %s to make a new token", timeline.Span(c.ResolverDelay)))
	}
	if c.ResolverStatus != 0 {
		parts = append(parts, fmt.Sprintf("it answers %d when asked for a new token", c.ResolverStatus))
	}
	if c.GetToken != "" {
		parts = append(parts, "getToken behaves as set: "+string(c.GetToken))
	}
	if c.Licence != "" {
		parts = append(parts, "the app's licence has run out")
	}
	if c.Session != "" {
		parts = append(parts, "the person's session has ended")
	}
	if c.Tracing != "" {
		parts = append(parts, "its URLs carry what request tracing adds")
	}
	if len(parts) == 0 {
		return "behaves as in production"
	}
	return strings.Join(parts, "; ")
}

func ruleText(r *judge.Rule) string {
	severity := "must: a breach fails the scenario"
	if r.Severity == judge.Should {
		severity = "should: a breach is a warning"
	}
	return fmt.Sprintf("%s, a rule\n\n%s\n", r.ID, wrap(r.Sentence, "  ", defaultWidth)) +
		field("severity", severity, defaultWidth) +
		field("why", r.Why, defaultWidth) +
		field("remedy", r.Remedy, defaultWidth) +
		field("source", r.Source, defaultWidth)
}

// explainAll lists everything that can be explained.
func explainAll(w io.Writer, scenarios []harness.Scenario) error {
	var b strings.Builder
	width := 0
	for _, s := range scenarios {
		width = max(width, len(s.ID))
	}
	for _, r := range harness.Rules() {
		width = max(width, len(r.ID))
	}
	b.WriteString("scenarios\n")
	for _, s := range scenarios {
		fmt.Fprintf(&b, "  %s  %s\n", pad(s.ID, width), s.Title)
	}
	b.WriteString("\nrules\n")
	for _, r := range harness.Rules() {
		fmt.Fprintf(&b, "  %s  %s\n", pad(r.ID, width), r.Sentence)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
