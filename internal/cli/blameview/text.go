package blameview

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/blames"
	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/whyview"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/text/termsafe"
)

// View is the answer to a question about a history as it is shown.
type View struct {
	blames.Report
	Style printers.Style

	// drawn is how the person has it since the last turn, as text.
	drawn string
}

// Add adds a turn, while it is looked at.
func (r *View) Add(turn *history.Turn) {
	x := r.Report.Add(turn)
	if len(turn.Renames) > 0 && x == nil {
		return
	}
	r.drawn = ""
	if x == nil || !turn.Holds {
		return
	}
	view := whyview.View{Explanation: x, Style: r.Style}
	var drawn strings.Builder
	if err := printers.WriteForest(&drawn, r.Style, view.Forest()...); err == nil {
		r.drawn = drawn.String()
	}
}

// Write writes the answer in a form of output; name is the commit of the last turn.
func (r *View) Write(w io.Writer, f *printers.Format) error {
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(w, f, r.Data())
	case printers.FormatName:
		if last := r.Last(); last != nil {
			_, _ = fmt.Fprintln(w, last.Commit.Hash)
		}
		return nil
	}
	return r.writeText(w)
}

// writeText writes the answer, what decided it, and the turns before, the newest first.
func (r *View) writeText(w io.Writer) error {
	s := r.Style
	var out strings.Builder
	out.WriteString(r.verdict(s) + "\n")
	for i, t := range slices.Backward(r.Turns) {
		out.WriteString("\n" + r.headline(&t, s) + "\n")
		var causes []*printers.Branch
		for _, c := range t.Because() {
			causes = append(causes, &printers.Branch{Label: c.Text, Columns: []string{c.Place}})
		}
		if err := printers.WriteForest(&out, s, nested(causes)...); err != nil {
			return err
		}
		if i == len(r.Turns)-1 && r.drawn != "" {
			out.WriteString("\n" + r.drawn)
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

func (r *View) verdict(s printers.Style) string {
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
	last := r.Last()
	if last == nil {
		return text + ", and never before"
	}
	if text += ", since " + findings.Day(last.Time); last.Reason != "" {
		text += "; " + last.Reason
	}
	return text
}

// headline is a turn in a line.
func (r *View) headline(t *blames.Turn, s printers.Style) string {
	verb := s.Good("given")
	switch {
	case len(t.Renames) > 0:
		verb = "renamed"
	case !t.Holds:
		verb = s.Bad("taken")
	}
	if t.Step == nil {
		return s.Bold(findings.Day(t.Time)) + "  " + verb + " by the clock"
	}
	return fmt.Sprintf("%s  %s by %s  %s  %s", s.Bold(findings.Day(t.Time)), verb, s.Bold(t.Commit.Short()),
		termsafe.Line(author(t.Commit.Author, t.Commit.Email)), termsafe.Line(t.Commit.Subject()))
}

func author(name, email string) string {
	if email == "" {
		return name
	}
	return name + " <" + email + ">"
}
