package planview

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/words"
)

// View is a plan as it is shown.
type View struct {
	plans.Report
	// Base and Head are the two states as whoever asks has written them.
	Base, Head string
	// Format is table, wide, markdown, json or yaml; wide is a table with all names.
	Format *printers.Format
	// Names names everybody and every entity in a table, however many.
	Names bool
	Style printers.Style
}

// mostRows is how many changes the table shows: what comes first weighs most.
const mostRows = 25

// Write writes the plan in its format.
func (r *View) Write(w io.Writer) error {
	switch r.Format.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(w, r.Format, r.Data())
	case printers.FormatMD:
		_, err := io.WriteString(w, r.markdown())
		return err
	default:
		_, err := io.WriteString(w, r.text())
		return err
	}
}

func (r *View) everything() bool {
	return r.Names || r.Format.Is(printers.FormatWide)
}

// text is the plan for a terminal.
func (r *View) text() string {
	p := r.Comparison.Plan
	say := plans.Wording{All: r.everything()}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.Span(), r.Style.Bold(say.Headline(p)))
	r.textCounts(&b, say)
	r.textRenames(&b, say)
	r.textNotices(&b, say)
	r.textGuards(&b)
	r.textEscalations(&b, say)
	if len(p.Blocks) > 0 {
		b.WriteString("\n")
	}
	shown := p.Blocks
	if !r.everything() && len(shown) > mostRows {
		shown = shown[:mostRows]
	}
	for i := range shown {
		r.textBlock(&b, say, &shown[i])
	}
	if rest := len(p.Blocks) - len(shown); rest > 0 {
		fmt.Fprintf(&b, "and %s; --names shows everything\n", words.Count(rest, "more change", "more changes"))
	}
	r.textOthers(&b, say)
	r.textAuthors(&b)
	return b.String()
}

func (r *View) textCounts(b *strings.Builder, say plans.Wording) {
	p := r.Comparison.Plan
	c := &p.Counts
	if len(c.NewPeople) > 0 {
		fmt.Fprintf(b, "  access for the first time: %s\n", say.People(c.NewPeople))
	}
	if len(c.GonePeople) > 0 {
		fmt.Fprintf(b, "  no access any more: %s\n", say.People(c.GonePeople))
	}
	lines := say.Table(p)
	if len(lines) == 0 {
		return
	}
	b.WriteString("\n")
	t := &printers.Table{}
	add := func(when string, cells ...string) {
		if len(p.Days) > 0 {
			cells = append([]string{when}, cells...)
		}
		t.Add(cells...)
	}
	add("WHEN", "LEVEL", "PEOPLE", "ENTITIES", "PERMISSIONS")
	for _, l := range lines {
		add(l.When, l.Level, strconv.Itoa(l.People), strconv.Itoa(l.Entities), plans.Sum(l.Gained, l.SensitiveGained, l.Lost, l.SensitiveLost))
	}
	_ = t.Write(b)
}

// textNotices tells what no difference in access does, each in a line.
func (r *View) textNotices(b *strings.Builder, say plans.Wording) {
	for i, n := range r.Notices(say) {
		if i == 0 {
			b.WriteString("\n")
		}
		lead, place := "note: ", ""
		if n.Grave {
			lead = "! "
		}
		if n.At.File != "" {
			place = "  " + r.Style.Faint(n.At.String())
		}
		fmt.Fprintf(b, "%s%s%s\n", lead, n.Text, place)
	}
}

// textRenames tells what is the same under another name, each in a line.
func (r *View) textRenames(b *strings.Builder, say plans.Wording) {
	renames := r.Comparison.Plan.Renames
	if len(renames) > 0 {
		b.WriteString("\n")
	}
	for i := range renames {
		place := ""
		if at := (manifest.Position{File: renames[i].File, Line: renames[i].Line}); at.File != "" {
			place = "  " + r.Style.Faint(at.String())
		}
		fmt.Fprintf(b, "renamed: %s%s\n", say.Renamed(&renames[i]), place)
	}
}

func (r *View) textGuards(b *strings.Builder) {
	if len(r.Findings) > 0 {
		b.WriteString("\n")
	}
	held := 0
	for _, f := range r.Findings {
		if f.Allowed {
			fmt.Fprintf(b, "let through: %s\n", f.Message)
			continue
		}
		if held++; held <= mostOpen {
			fmt.Fprintf(b, "%s: %s\n", r.Style.Bad("held back"), f.Message)
		}
	}
	if held > mostOpen {
		fmt.Fprintf(b, "and %d more are held back\n", held-mostOpen)
	}
	switch trailers := guard.Trailers(r.Findings); len(trailers) {
	case 0:
	case 1:
		fmt.Fprintf(b, "  to let it through, write into the commit message: %s\n", trailers[0])
	default:
		fmt.Fprintf(b, "  to let it through, write into the commit message, each on its own line:\n    %s\n", strings.Join(trailers, "\n    "))
	}
}

func (r *View) textEscalations(b *strings.Builder, say plans.Wording) {
	p := r.Comparison.Plan
	say.All = false
	t := &printers.Table{}
	for _, m := range plans.Escalations(p) {
		t.Add("! "+m.Name(), say.People(m.People)+" at "+say.At(m.Entities), m.Meaning())
		t.Mark(0, r.Style.Bad)
	}
	for _, d := range p.Denies {
		what := "SystemDeny " + d.Name + " takes less"
		if d.Deleted {
			what = "SystemDeny " + d.Name + " is gone"
		}
		t.Add("! deny", what, say.Edits(p, d.Edits)[0].Place)
		t.Mark(0, r.Style.Bad)
	}
	for _, l := range p.WithoutAdministrators {
		before := ""
		if len(l.People) > 0 {
			before = "before: " + say.People(l.People)
		}
		t.Add("! last administrator", "nobody can give roles any more at "+l.Entity.String(), before)
		t.Mark(0, r.Style.Bad)
	}
	if !t.Empty() {
		b.WriteString("\n")
		_ = t.Write(b)
	}
}

func (r *View) textBlock(b *strings.Builder, say plans.Wording, block *plan.Block) {
	p, row := r.Comparison.Plan, &block.Row
	mark := "  "
	if len(row.Marks) > 0 {
		mark = r.Style.Bad("! ")
	}
	from := ""
	if !row.From.IsZero() {
		from = ", from " + findings.Day(row.From)
	}
	few := say
	few.All = say.All && len(block.Rows) == 1
	who, where := few.WhoAndWhere(p, block)
	fmt.Fprintf(b, "%s%s at %s%s\n", mark, r.Style.Bold(who), where, from)
	if say.All && len(block.Rows) > 1 {
		for _, i := range block.Rows {
			fmt.Fprintf(b, "      %s at %s\n", say.People(p.Rows[i].People), say.Entities(row.Level, p.Rows[i].Entities))
		}
	}
	if text := say.Gained(row); text != "" {
		marks := ""
		if m := say.Marks(row); len(m) > 0 {
			marks = "  [" + strings.Join(m, ", ") + "]"
		}
		fmt.Fprintf(b, "    %s%s\n", r.Style.Good("+ "+text), marks)
	}
	if text := say.Lost(row); text != "" {
		fmt.Fprintf(b, "    %s\n", r.Style.Bad("- "+text))
	}
	for _, c := range say.Causes(p, row) {
		at := strings.TrimSpace(c.Place + c.More + "  " + c.Lead + c.Text)
		if c.Commit != "" {
			at += "  in " + c.Commit
		}
		fmt.Fprintf(b, "    %s\n", r.Style.Faint(at))
	}
}

func (r *View) textAuthors(b *strings.Builder) {
	if len(r.Authors) == 0 {
		return
	}
	b.WriteString("\n")
	t := &printers.Table{}
	t.Add("COMMIT", "BY", "AUTHORITY")
	for i := range r.Authors {
		a := &r.Authors[i]
		t.Add(a.Commit.Short(), plans.AuthorOf(a), plans.AuthorityOf(a))
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

// textOthers tells the edits that change nobody's access, and what is in no repository.
func (r *View) textOthers(b *strings.Builder, say plans.Wording) {
	if others := r.OtherEdits(); len(others) > 0 {
		b.WriteString(idle(len(others)))
		if !r.everything() {
			b.WriteString("; --names lists them")
			others = nil
		}
		b.WriteString("\n")
		for _, c := range say.Edits(r.Comparison.Plan, others) {
			fmt.Fprintf(b, "    %s\n", r.Style.Faint(strings.TrimSpace(c.Place+c.More+"  "+c.Text)))
		}
	}
	if len(r.Unmanaged) == 0 {
		return
	}
	b.WriteString(unmanaged(len(r.Unmanaged)))
	shown := r.Unmanaged
	if !r.everything() && len(shown) > plans.MostInWords {
		b.WriteString("; --names lists them")
		shown = nil
	}
	b.WriteString(" (\"provost export manifests --unmanaged\" writes them)\n")
	for _, id := range shown {
		fmt.Fprintf(b, "    %s\n", cite.ObjectLabel(id))
	}
}

func idle(edits int) string {
	return "nobody's access changes by " + words.Count(edits, "other edit", "other edits")
}

func unmanaged(objects int) string {
	return "in the cluster and in no repository: " + words.Count(objects, "object", "objects")
}
