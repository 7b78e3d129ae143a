package report

import (
	"encoding/json"
	"io"
)

// JSON writes r as a standin.report/v1 document, indented by two blanks. It returns
// the writer's error.
func JSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	// URLs are read by people too: an ampersand stays one.
	enc.SetEscapeHTML(false)
	return enc.Encode(clean(r))
}
