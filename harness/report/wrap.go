package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wrap breaks text into lines of at most width columns. The first line starts with
// first, the others with rest. Words stay whole unless they alone are wider than a
// line. Runs of white space count as one blank, and newlines as blanks.
func wrap(text string, width int, first, rest string) []string {
	var lines []string
	line, empty := first, true
	for _, word := range strings.Fields(text) {
		size := columns(word)
		if !empty && columns(line)+1+size <= width {
			line += " " + word
			continue
		}
		if overlong := columns(rest)+size > width; overlong && !empty && columns(line)+minCut < width {
			line += " " // It must be cut anyway, so that it may as well start here.
		} else if !empty {
			lines, line = append(lines, line), rest
		}
		// A line takes one character at least, however little room there is.
		for columns(line)+size > width {
			head, tail := cutWord(word, width-columns(line))
			if tail == "" {
				break
			}
			lines, line, word, size = append(lines, line+head), rest, tail, size-columns(head)
		}
		line, empty = line+word, false
	}
	if !empty || len(lines) == 0 {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// minCut is the least room in which it is worth to start a word that must be cut.
const minCut = 24

// cutWord splits word so that the head takes at most n columns, but one character
// at least. An address is rather split behind one of its parts.
func cutWord(word string, n int) (head, tail string) {
	used := 0
	for i, r := range word {
		used += runeColumns(r)
		if used > n && i > 0 {
			if seam := strings.LastIndexAny(word[:i], "/?&;,") + 1; seam > i/2 {
				i = seam
			}
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// pad appends blanks until s takes n columns.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(n-columns(s), 0))
}

// columns is the room that s takes on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is the room that one character takes: none for marks that sit on the
// one before, two for the scripts of East Asia and for emoji, else one.
func runeColumns(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303E, // punctuation of Chinese and Japanese
		r >= 0xFF01 && r <= 0xFF60, // full-width forms
		r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	}
	return 1
}

// brief shortens what is longer than most characters: its start, and how much of it
// there was. A report in full is the JSON document.
func brief(text string, most int) string {
	n := utf8.RuneCountInString(text)
	if n <= most {
		return text
	}
	return fmt.Sprintf("%s… (%d characters)", string([]rune(text)[:most]), n)
}
