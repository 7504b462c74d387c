package blameview

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/text/termsafe"
	"provost.dev/provost/internal/text/words"
)

// Write writes the answer in a form of output; name is the commit of the last turn.
func (r *Report) Write(w io.Writer, f *printers.Format) error {
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(w, f, r.data())
	case printers.FormatName:
		if len(r.turns) > 0 {
			_, _ = fmt.Fprintln(w, r.turns[len(r.turns)-1].Commit.Hash)
		}
		return nil
	}
	return r.writeText(w)
}

// writeText writes the answer, what decided it, and the turns before, the newest first.
func (r *Report) writeText(w io.Writer) error {
	s := r.Style
	var out strings.Builder
	out.WriteString(r.verdict(s) + "\n")
	for i, t := range slices.Backward(r.turns) {
		out.WriteString("\n" + r.headline(&t, s) + "\n")
		var causes []*printers.Branch
		for _, c := range r.causes(&t) {
			causes = append(causes, &printers.Branch{Label: c.Text, Columns: []string{c.Place}})
		}
		if err := printers.WriteForest(&out, s, nested(causes)...); err != nil {
			return err
		}
		if i == len(r.turns)-1 && t.drawn != "" {
			out.WriteString("\n" + t.drawn)
		}
	}
	_, err := fmt.Fprint(w, out.String())
	return err
}

// nested indents lines as what belongs to the line above.
func nested(lines []*printers.Branch) []*printers.Branch {
	for i, l := range lines {
		mark := "├─ "
		if i == len(lines)-1 {
			mark = "└─ "
		}
		l.Label = mark + l.Label
	}
	return lines
}

func (r *Report) verdict(s printers.Style) string {
	word, verb := s.Good("yes"), "is a member of "
	if !r.Holds() {
		word, verb = s.Bad("no"), "is no member of "
	}
	what := cite.GroupLabel(r.Group)
	if r.Permission != nil {
		verb, what = "may "+r.Permission.ID+" at ", r.Entity.String()
		if !r.Holds() {
			verb = "may not " + r.Permission.ID + " at "
		}
	}
	text := word + ": " + r.Person + " " + verb + what
	if len(r.turns) == 0 {
		return text + ", and never before"
	}
	last := &r.turns[len(r.turns)-1]
	if text += ", since " + words.Day(last.Time); last.reason != "" {
		text += "; " + last.reason
	}
	return text
}

// headline is a turn in a line.
func (r *Report) headline(t *toldTurn, s printers.Style) string {
	verb := s.Good("given")
	if !t.Holds {
		verb = s.Bad("taken")
	}
	if t.Step == nil {
		return s.Bold(words.Day(t.Time)) + "  " + verb + " by the clock"
	}
	return fmt.Sprintf("%s  %s by %s  %s  %s", s.Bold(words.Day(t.Time)), verb, s.Bold(t.Commit.Short()),
		termsafe.Line(author(t.Commit.Author, t.Commit.Email)), termsafe.Line(t.Commit.Subject()))
}

func author(name, email string) string {
	if email == "" {
		return name
	}
	return name + " <" + email + ">"
}

// causes are the edits of a turn, those of one object and class together, or the windows of the clock.
func (r *Report) causes(t *toldTurn) []plans.Cause {
	if t.Step != nil {
		return plans.Causes(t.Causes)
	}
	var out []plans.Cause
	for i, id := range t.Windows {
		out = append(out, plans.Cause{Text: "the time of " + cite.ObjectLabel(id), Place: t.windows[i].String()})
	}
	return out
}
