package planview

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/text/termsafe"
	"provost.dev/provost/internal/text/words"
)

// Report is a plan with what the guards and the signatures say of it.
type Report struct {
	// Base and Head are the two states as whoever asks has written them.
	Base, Head string
	Comparison *history.Comparison
	Findings   []guard.Finding
	// Authors are told where they were asked for.
	Authors []history.Authorship
	// Format is table, wide, markdown, json or yaml; wide is a table with all names.
	Format *printers.Format
	// Names names everybody and every entity in a table, however many.
	Names bool
	Style printers.Style
}

// mostRows is how many changes the table shows: what comes first weighs most.
const mostRows = 25

// Write writes the plan in its format.
func (r *Report) Write(w io.Writer) error {
	switch r.Format.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(w, r.Format, r.data())
	case printers.FormatMD:
		_, err := io.WriteString(w, r.markdown())
		return err
	default:
		_, err := io.WriteString(w, r.text())
		return err
	}
}

func (r *Report) everything() bool {
	return r.Names || r.Format.Is(printers.FormatWide)
}

// text is the plan for a terminal.
func (r *Report) text() string {
	p := r.Comparison.Plan
	say := wording{quote: asIs, all: r.everything()}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.span(), r.Style.Bold(say.headline(p)))
	r.textCounts(&b, say)
	r.textGuards(&b)
	r.textEscalations(&b, say)
	if len(p.Rows) > 0 {
		b.WriteString("\n")
	}
	shown := p.Rows
	if !r.everything() && len(shown) > mostRows {
		shown = shown[:mostRows]
	}
	for i := range shown {
		r.textRow(&b, say, &shown[i])
	}
	if rest := len(p.Rows) - len(shown); rest > 0 {
		fmt.Fprintf(&b, "and %s; --names shows everything\n", words.Count(rest, "more change", "more changes"))
	}
	if n := r.otherEdits(); n > 0 {
		fmt.Fprintf(&b, "%s by %s\n", "nobody's access changes", words.Count(n, "other edit", "other edits"))
	}
	r.textAuthors(&b)
	return b.String()
}

// span names the two states.
func (r *Report) span() string {
	c := r.Comparison
	text := c.Base.Name + " to " + strings.TrimPrefix(c.Head.Name, "commit ")
	if c.Base.Commit == nil || c.Head.Commit == nil {
		text = c.Base.Name + " to " + c.Head.Name
	}
	if n := len(c.Commits); n > 1 {
		text += fmt.Sprintf(" (%d commits)", n)
	}
	return text
}

// otherEdits counts the edits that caused nothing.
func (r *Report) otherEdits() int {
	p := r.Comparison.Plan
	used := map[int]bool{}
	for i := range p.Rows {
		for _, e := range p.Rows[i].Causes {
			used[e] = true
		}
	}
	return len(p.Edits) - len(used)
}

func (r *Report) textCounts(b *strings.Builder, say wording) {
	p := r.Comparison.Plan
	c := &p.Counts
	if len(c.NewPeople) > 0 {
		fmt.Fprintf(b, "  access for the first time: %s\n", say.people(c.NewPeople))
	}
	if len(c.GonePeople) > 0 {
		fmt.Fprintf(b, "  no access any more: %s\n", say.people(c.GonePeople))
	}
	if len(c.Levels) == 0 {
		return
	}
	b.WriteString("\n")
	t := &printers.Table{}
	t.Add("LEVEL", "PEOPLE", "ENTITIES", "PERMISSIONS")
	for _, l := range c.Levels {
		t.Add(l.Level.String(), strconv.Itoa(l.People), strconv.Itoa(l.Entities), sum(l.Gained, l.SensitiveGained, l.Lost, l.SensitiveLost))
	}
	if len(c.Levels) > 1 {
		t.Add("all", strconv.Itoa(c.People), strconv.Itoa(c.Entities), sum(c.Gained, c.SensitiveGained, c.Lost, c.SensitiveLost))
	}
	_ = t.Write(b)
}

func (r *Report) textGuards(b *strings.Builder) {
	if len(r.Findings) > 0 {
		b.WriteString("\n")
	}
	for _, f := range r.Findings {
		if f.Allowed {
			fmt.Fprintf(b, "let through: %s\n", f.Message)
			continue
		}
		fmt.Fprintf(b, "%s: %s\n  to let it through, write into the commit message: %s\n", r.Style.Bad("held back"), f.Message, f.Trailer)
	}
}

func (r *Report) textEscalations(b *strings.Builder, say wording) {
	p := r.Comparison.Plan
	say.all = false
	t := &printers.Table{}
	for _, m := range escalations(p) {
		t.Add("! "+m.name(), say.people(m.people)+" at "+say.at(m.entities), m.meaning())
		t.Mark(0, r.Style.Bad)
	}
	for _, d := range p.Denies {
		what := "SystemDeny " + d.Name + " takes less"
		if d.Deleted {
			what = "SystemDeny " + d.Name + " is gone"
		}
		t.Add("! deny", what, say.edits(p, d.Edits)[0].Place)
		t.Mark(0, r.Style.Bad)
	}
	for _, l := range p.Bereft {
		before := ""
		if len(l.People) > 0 {
			before = "before: " + say.people(l.People)
		}
		t.Add("! last administrator", "nobody can give roles any more at "+l.Entity.String(), before)
		t.Mark(0, r.Style.Bad)
	}
	if !t.Empty() {
		b.WriteString("\n")
		_ = t.Write(b)
	}
}

func (r *Report) textRow(b *strings.Builder, say wording, row *plan.Row) {
	mark := "  "
	if len(row.Marks) > 0 {
		mark = r.Style.Bad("! ")
	}
	from := ""
	if !row.From.IsZero() {
		from = ", from " + words.Day(row.From)
	}
	fmt.Fprintf(b, "%s%s at %s%s\n", mark, r.Style.Bold(say.people(row.People)), say.entities(row.Level, row.Entities), from)
	if text := say.gained(row); text != "" {
		marks := ""
		if m := say.marks(row); len(m) > 0 {
			marks = "  [" + strings.Join(m, ", ") + "]"
		}
		fmt.Fprintf(b, "    %s%s\n", r.Style.Good("+ "+text), marks)
	}
	if text := say.lost(row); text != "" {
		fmt.Fprintf(b, "    %s\n", r.Style.Bad("- "+text))
	}
	for _, c := range say.causes(r.Comparison.Plan, row) {
		at := strings.TrimSpace(c.Place + c.more + "  " + c.Text)
		if c.commit != "" {
			at += "  in " + c.commit
		}
		fmt.Fprintf(b, "    %s\n", r.Style.Faint(at))
	}
}

func (r *Report) textAuthors(b *strings.Builder) {
	if len(r.Authors) == 0 {
		return
	}
	b.WriteString("\n")
	t := &printers.Table{}
	t.Add("COMMIT", "BY", "AUTHORITY")
	for i := range r.Authors {
		a := &r.Authors[i]
		t.Add(a.Commit.Short(), authorOf(a), authorityOf(a))
		if !a.OK() {
			t.Mark(2, r.Style.Bad)
		}
	}
	_ = t.Write(b)
	for i := range r.Authors {
		for _, refused := range r.Authors[i].Refusals {
			fmt.Fprintf(b, "%s  %s  %s\n", r.Authors[i].Commit.Short(), refused.Position, cite.ObjectLabel(refused.ID))
			for _, m := range refused.Missing {
				fmt.Fprintf(b, "    %s\n", m)
			}
		}
	}
}

// authorOf is who made a commit: proved, or claimed.
func authorOf(a *history.Authorship) string {
	switch {
	case a.Signer == nil:
		return "claims to be " + termsafe.Line(a.Claimed())
	case a.Person != "" && a.Person != a.Signer.Name():
		return a.Signer.Name() + ", who is " + a.Person
	}
	return a.Signer.Name()
}

// authorityOf is whether that is enough.
func authorityOf(a *history.Authorship) string {
	objects := words.Count(a.Objects, "object", "objects")
	switch a.Standing {
	case history.Authorised:
		return "enough for " + objects
	case history.Nothing:
		return "changes no object"
	case history.Unreadable:
		return "cannot be read, and changes nothing"
	case history.Unverified:
		return fmt.Sprintf("unverified: %v", a.Problem)
	}
	return fmt.Sprintf("not enough for %d of %s", len(a.Refusals), objects)
}
