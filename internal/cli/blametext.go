package cli

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/cli/cite"
	"provost.dev/provost/internal/cli/planview"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/visible"
)

func (b *blame) write(f *printers.Format) error {
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(b.Out, f, b.data())
	case printers.FormatName:
		if len(b.turns) > 0 {
			_, _ = fmt.Fprintln(b.Out, b.turns[len(b.turns)-1].Commit.Hash)
		}
		return nil
	}
	return b.writeText()
}

// writeText writes the answer, what decided it, and the turns before, the newest first.
func (b *blame) writeText() error {
	s := printers.NewStyle(b.Out)
	var out strings.Builder
	out.WriteString(b.verdict(s) + "\n")
	for i, t := range slices.Backward(b.turns) {
		out.WriteString("\n" + b.headline(&t, s) + "\n")
		var causes []*printers.Branch
		for _, c := range b.causes(&t) {
			causes = append(causes, &printers.Branch{Label: c.Text, Columns: []string{c.Place}})
		}
		if err := printers.WriteForest(&out, s, nested(causes)...); err != nil {
			return err
		}
		if i == len(b.turns)-1 && t.drawn != "" {
			out.WriteString("\n" + t.drawn)
		}
	}
	_, err := fmt.Fprint(b.Out, out.String())
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

func (b *blame) verdict(s printers.Style) string {
	word, verb := s.Good("yes"), "is a member of "
	if !b.holds() {
		word, verb = s.Bad("no"), "is no member of "
	}
	what := cite.GroupLabel(b.group)
	if b.permission != nil {
		verb, what = "may "+b.permission.ID+" at ", b.entity.String()
		if !b.holds() {
			verb = "may not " + b.permission.ID + " at "
		}
	}
	text := word + ": " + b.person + " " + verb + what
	if len(b.turns) == 0 {
		return text + ", and never before"
	}
	last := &b.turns[len(b.turns)-1]
	if text += ", since " + printers.Day(last.Time); last.reason != "" {
		text += "; " + last.reason
	}
	return text
}

// headline is a turn in a line.
func (b *blame) headline(t *turnOf, s printers.Style) string {
	verb := s.Good("given")
	if !t.Holds {
		verb = s.Bad("taken")
	}
	if t.Step == nil {
		return s.Bold(printers.Day(t.Time)) + "  " + verb + " by the clock"
	}
	return fmt.Sprintf("%s  %s by %s  %s  %s", s.Bold(printers.Day(t.Time)), verb, s.Bold(t.Commit.Short()),
		visible.Line(author(t.Commit.Author, t.Commit.Email)), visible.Line(t.Commit.Subject()))
}

func author(name, email string) string {
	if email == "" {
		return name
	}
	return name + " <" + email + ">"
}

// causes are the edits of a turn, those of one object and class together, or the windows of the clock.
func (b *blame) causes(t *turnOf) []planview.Cause {
	if t.Step != nil {
		return planview.Causes(t.Causes)
	}
	var out []planview.Cause
	for _, id := range t.Windows {
		out = append(out, planview.Cause{Text: "the time of " + cite.ObjectLabel(id), Place: b.world.Locate(id, "").String()})
	}
	return out
}
