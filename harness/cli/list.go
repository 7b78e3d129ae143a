package cli

import (
	"encoding/json"
	"fmt"
	"io"

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

func listText(w io.Writer, scenarios []harness.Scenario) error {
	width := 0
	for _, s := range scenarios {
		width = max(width, len(s.ID))
	}
	for _, s := range scenarios {
		if _, err := fmt.Fprintf(w, "%s  %s\n", pad(s.ID, width), s.Title); err != nil {
			return err
		}
	}
	return nil
}
