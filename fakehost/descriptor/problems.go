package descriptor

import (
	"fmt"
	"strings"
)

// Problem is one breach of the rules of a descriptor, or one oddity.
type Problem struct {
	Field string // where, as a path such as modules.generalPages[0].url; empty: the document
	Rule  string // what holds there
	Fix   string // what to do
}

// String is the problem in one line.
func (p Problem) String() string {
	field := p.Field
	if field == "" {
		field = "the document"
	}
	return fmt.Sprintf("%s: %s; %s", field, p.Rule, p.Fix)
}

// Problems is the error of Parse: every complaint about one descriptor. errors.Is finds ErrInvalid in it.
type Problems struct {
	From string // where the descriptor came from; empty: unknown
	List []Problem
}

// Error names each complaint on a line of its own.
func (p *Problems) Error() string {
	from := p.From
	if from == "" {
		from = "the descriptor"
	}
	lines := []string{fmt.Sprintf("descriptor: %s breaks %d rule(s):", from, len(p.List))}
	for _, problem := range p.List {
		lines = append(lines, "  "+problem.String())
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is find ErrInvalid.
func (p *Problems) Unwrap() error {
	return ErrInvalid
}

// complaints gathers problems and warnings while a descriptor is read.
type complaints struct {
	problems, warnings []Problem
}

func (c *complaints) refuse(field, rule, fix string) {
	c.problems = append(c.problems, Problem{Field: field, Rule: rule, Fix: fix})
}

func (c *complaints) warn(field, rule, fix string) {
	c.warnings = append(c.warnings, Problem{Field: field, Rule: rule, Fix: fix})
}
