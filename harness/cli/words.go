package cli

import (
	"strings"
	"unicode/utf8"
)

// defaultWidth is the number of columns where nobody says how many there are.
const defaultWidth = 80

// wrap breaks text at blanks into lines of at most width columns, each indented.
func wrap(text, indent string, width int) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}

// field is a label and a wrapped value in a column behind it.
func field(label, value string, width int) string {
	const column = 10
	indent := strings.Repeat(" ", column)
	text := wrap(value, indent, width)
	return "  " + label + strings.Repeat(" ", max(column-2-len(label), 1)) + text[column:]
}

// pad appends blanks until s takes n columns.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(n-utf8.RuneCountInString(s), 0))
}
