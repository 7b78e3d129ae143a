package cli

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/harness"
)

func newList(deps Deps) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the scenarios",
		Long:  "Lists the scenarios. \"standin explain ID\" says more about one.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return listJSON(cmd.OutOrStdout(), deps.Scenarios)
			}
			return listText(cmd.OutOrStdout(), deps.Scenarios)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a JSON array, for programs")
	return cmd
}

// listed is a scenario in the JSON list: fields are added, never renamed.
type listed struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	About string   `json:"about"`
	Bugs  []string `json:"bugs"`
}

func listJSON(w io.Writer, scenarios []harness.Scenario) error {
	out := []listed{}
	for _, s := range scenarios {
		out = append(out, listed{ID: s.ID, Title: s.Title, About: s.About, Bugs: append([]string{}, s.Bugs...)})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

// listText has a line a scenario, for grep and the like; on a terminal the titles
// are wrapped behind the ids.
func listText(w io.Writer, scenarios []harness.Scenario) error {
	wide := 0
	if isTerminal(w) {
		wide = columns()
	}
	return listWrapped(w, scenarios, wide)
}

// listWrapped wraps at wide columns; 0: not at all.
func listWrapped(w io.Writer, scenarios []harness.Scenario, wide int) error {
	width := 0
	for _, s := range scenarios {
		width = max(width, len(s.ID))
	}
	for _, s := range scenarios {
		line := pad(s.ID, width) + "  " + s.Title + "\n"
		if wide > 0 {
			indent := strings.Repeat(" ", width+2)
			line = pad(s.ID, width+2) + wrap(s.Title, indent, wide)[width+2:]
		}
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
	}
	return nil
}
