package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text  string
		width       int
		first, rest string
		want        []string
	}{
		{"fits", "one two", 20, "", "", []string{"one two"}},
		{"breaks between words", "one two three", 9, "", "", []string{"one two", "three"}},
		{"hangs", "one two three", 9, "- ", "  ", []string{"- one two", "  three"}},
		{"white space", " one\n\ttwo  ", 20, "", "", []string{"one two"}},
		{"empty", "", 20, "- ", "", []string{"-"}},
		{"long word", "abcdefghij", 4, "", "", []string{"abcd", "efgh", "ij"}},
		{"long word after another", "ab cdefghij", 4, "", "", []string{"ab", "cdef", "ghij"}},
		{"long word starts where there is room", "GET " + strings.Repeat("x", 60), 40, "", "",
			[]string{"GET " + strings.Repeat("x", 36), strings.Repeat("x", 24)}},
		{"address", "http://localhost/abcdef?gh=ij&kl=mn", 30, "", "", []string{"http://localhost/abcdef?gh=ij&", "kl=mn"}},
		{"wide", "課題課題", 4, "", "", []string{"課題", "課題"}},
		{"combining", "e\u0301e\u0301 e\u0301", 2, "", "", []string{"e\u0301e\u0301", "e\u0301"}},
		{"no room at all", "ab", 2, ">> ", ">> ", []string{">> a", ">> b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := wrap(tt.text, tt.width, tt.first, tt.rest)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two three", 9)
	f.Add("課題\xff e\u0301", 1)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = 1 + max(width, -width)%100
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		got := squeeze(strings.Join(wrap(text, width, "", ""), "\n"))
		if want := squeeze(text); got != want {
			t.Errorf("wrap lost something: %q, want %q", got, want)
		}
	})
}

func TestSpan(t *testing.T) {
	for in, want := range map[float64]string{
		0: "00:00.0", 0.04: "00:00.0", 0.05: "00:00.1", 59.96: "01:00.0", 962.14: "16:02.1",
		3600: "1:00:00.0", 3725.06: "1:02:05.1", -0.01: "00:00.0", -90: "-01:30.0", 360000: "100:00:00.0",
	} {
		if got := span(in); got != want {
			t.Errorf("span(%v) = %s, want %s", in, got, want)
		}
	}
}

func TestBrief(t *testing.T) {
	for in, want := range map[string]string{"": "", "abcd": "abcd", "abcde": "abcd… (5 characters)", "課題課題課": "課題課題… (5 characters)"} {
		if got := brief(in, 4); got != want {
			t.Errorf("brief(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestWrapHugeWord: a word of a megabyte must not cost more than it must. Were the
// work square in its length, the test binary's own time limit would end it.
func TestWrapHugeWord(t *testing.T) {
	if n := len(wrap(strings.Repeat("é", 1<<20), 64, "", "")); n != 1<<14 {
		t.Errorf("%d lines, want %d", n, 1<<14)
	}
}
