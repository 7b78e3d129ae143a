package report

import (
	"fmt"
	"math"
	"strings"
)

// Widths of the table's columns; the id takes what is left.
const (
	markWidth    = 2
	leastID      = 16
	mostID       = 36
	verdictWidth = 14
	virtualWidth = 10
	realWidth    = 9
	judgedWidth  = 8
)

// Line is the result of one scenario in one line without its newline: mark, id,
// verdict, virtual and real time, number of judged requests. It becomes two where
// width columns cannot hold them. Width as in TextOptions.
func Line(s Scenario, width int) string {
	s = cleanScenario(s)
	verdict := string(s.Verdict)
	if s.NotPlayed {
		verdict = "not played"
	}
	return row(lineWidth(width), mark(s.Verdict), s.Label(), verdict,
		span(s.VirtualSeconds), seconds(s.RealSeconds), fmt.Sprint(s.Judged))
}

// Label is what a person reads of a scenario: its id, and the module where that is one
// of several.
func (s Scenario) Label() string {
	if s.Several && s.Module != "" {
		return s.ID + " on " + s.Module
	}
	return s.ID
}

// Heading is the line that names the columns of Line.
func Heading(width int) string {
	return row(lineWidth(width), "", "scenario", "verdict", "virtual", "real", "judged")
}

// row lays out one line of the table.
func row(width int, mark, id, verdict, virtual, real, judged string) string {
	numbers := fmt.Sprintf("%*s%*s%*s", virtualWidth, virtual, realWidth, real, judgedWidth, judged)
	room := width - markWidth - 1 - verdictWidth - virtualWidth - realWidth - judgedWidth
	room = min(room, mostID)
	left := pad(mark, markWidth)
	if room < leastID || columns(id) > room {
		return left + id + "\n" + strings.Repeat(" ", markWidth) +
			pad(verdict, verdictWidth) + numbers
	}
	return left + pad(id, room+1) + pad(verdict, verdictWidth) + numbers
}

// mark is the sign by which the eye finds a verdict.
func mark(v Verdict) string {
	switch v {
	case Pass:
		return "✓"
	case Warn:
		return "~"
	case Fail:
		return "✗"
	case Inconclusive:
		return "?"
	case NotApplicable:
		return "-"
	}
	return "!"
}

// seconds is a length of real time.
func seconds(s float64) string {
	return fmt.Sprintf("%.1f s", s)
}

// span is a length of virtual time, as 00:00.4, 16:02.1 or 1:16:02.1.
func span(s float64) string {
	tenths := int64(math.Round(math.Abs(s) * 10))
	sign := ""
	if s < 0 && tenths > 0 {
		sign = "-"
	}
	hours, minutes := tenths/36000, tenths/600%60
	rest := fmt.Sprintf("%02d:%02d.%d", minutes, tenths/10%60, tenths%10)
	if hours > 0 {
		rest = fmt.Sprintf("%d:%s", hours, rest)
	}
	return sign + rest
}
