package planview

import (
	"fmt"
	"strings"
	"unicode"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/words"
)

// marker is the first line of the markdown, by which whoever posts it finds the comment to replace.
const marker = "<!-- provost plan -->"

// mostMarkdown is how long a comment may be, in characters, and reserve what is kept for its end.
const (
	mostMarkdown = 65536
	reserve      = 1200
)

// mostOpen is how many changes are shown without unfolding anything.
const mostOpen = 8

// mostListed is how many edits that change nothing, or objects of nobody's, are listed.
const mostListed = 50

// comment builds a text of limited length. Its length is counted in bytes, which are never fewer than characters.
type comment struct {
	strings.Builder
	cut bool
}

// fits adds a text where there is room for it.
func (c *comment) fits(text string) bool {
	if c.cut || c.Len()+len(text) > mostMarkdown-reserve {
		c.cut = true
		return false
	}
	c.WriteString(text)
	return true
}

// codeSpan is a name in markdown: nothing in it means anything, and nobody is notified.
func codeSpan(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '`':
			return '\''
		case r == '|':
			return '¦' // ends a cell of a table even within a span
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, name)
	if clean == "" {
		return ""
	}
	return "`" + clean + "`"
}

// plainMarkdown is running text that holds names: nothing in it is markup.
func plainMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("\\`*_[]<>#|~@&", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// markdown is the plan as a comment of a pull request: the summary open, the rest folded.
func (r *View) markdown() string {
	p := r.Comparison.Plan
	say := plans.Wording{Quote: codeSpan}
	b := &comment{}
	fmt.Fprintf(b, "%s\n### Access: %s\n\n", marker, say.Headline(p))
	b.WriteString(r.summary(say) + "\n")
	r.markdownRenames(b, say)
	r.markdownNotices(b, say)
	r.markdownGuards(b)
	r.markdownEscalations(b, say)
	if len(p.Blocks) > 0 {
		b.fits("\n" + tableHead)
	}
	shown := 0
	for ; shown < min(len(p.Blocks), mostOpen) && b.fits(r.markdownBlock(say, &p.Blocks[shown])); shown++ {
	}
	r.markdownAuthors(b)
	r.markdownLevels(b)
	if shown < len(p.Blocks) {
		shown += r.markdownRest(b, say, shown)
	}
	r.markdownNames(b, say)
	r.markdownOthers(b, say)
	if shown < len(p.Blocks) || b.cut {
		fmt.Fprintf(b, "\n> **Cut here.** A comment has no room for all of it: %s of %d are shown. "+
			"To see everything, run\n> `provost plan %s %s --names`\n",
			words.Count(shown, "change", "changes"), len(p.Blocks), safeArgument(r.Base), safeArgument(r.Head))
	}
	return b.String()
}

// markdownNotices tells what no difference in access does, each in a line.
func (r *View) markdownNotices(b *comment, say plans.Wording) {
	for i, n := range r.Notices(say) {
		lead := "- Note: "
		if n.Grave {
			lead = "- **!** "
		}
		if i == 0 {
			lead = "\n" + lead
		}
		b.fits(lead + n.Text + "\n")
	}
}

// markdownRenames tells what is the same under another name, each in a line.
func (r *View) markdownRenames(b *comment, say plans.Wording) {
	renames := r.Comparison.Plan.Renames
	for i := range renames {
		lead := ""
		if i == 0 {
			lead = "\n"
		}
		b.fits(lead + "- Renamed: " + say.Renamed(&renames[i]) + "\n")
	}
}

func safeArgument(s string) string { return strings.Trim(codeSpan(s), "`") }

// summary is one paragraph: the numbers, and of what.
func (r *View) summary(say plans.Wording) string {
	p := r.Comparison.Plan
	c := &p.Counts
	var parts []string
	if c.Gained > 0 {
		noun := words.Noun(c.Gained, "permission", "permissions")
		parts = append(parts, fmt.Sprintf("**+%d** %s%s", c.Gained, noun, plans.OfThem(c.SensitiveGained)))
	}
	if c.Lost > 0 {
		parts = append(parts, fmt.Sprintf("**−%d**%s", c.Lost, plans.OfThem(c.SensitiveLost)))
	}
	text := strings.Join(parts, " and ")
	if text != "" {
		text += fmt.Sprintf(" for %s at %s", words.Count(c.People, "person", "people"), words.Count(c.Entities, "entity", "entities"))
		if n := len(p.Blocks); n > 1 {
			text += fmt.Sprintf(", in %d changes", n)
		}
		text += ". "
	}
	if p.Later.People > 0 {
		var days []string
		for _, l := range say.Table(p) {
			if l.When != "now" && l.When != "" {
				days = append(days, fmt.Sprintf("%s for %s %s", plans.Sum(l.Gained, l.SensitiveGained, l.Lost, l.SensitiveLost),
					words.Count(l.People, "person", "people"), onDay(l.When)))
			}
		}
		text += "Later, by the clock: " + strings.Join(days, "; ") + ". "
	}
	if len(c.NewPeople) > 0 {
		text += "Access for the first time: " + say.People(c.NewPeople) + ". "
	}
	if len(c.GonePeople) > 0 {
		text += "No access any more: " + say.People(c.GonePeople) + ". "
	}
	return strings.TrimSpace(strings.TrimSpace(text) + "\n\n<sub>" + plainMarkdown(r.Span()) + "</sub>")
}

// onDay is a day in a sentence; "after 2027-06-30" is one as it is.
func onDay(when string) string {
	if strings.HasPrefix(when, "after ") {
		return when
	}
	return "on " + when
}

func (r *View) markdownGuards(b *comment) {
	var held []string
	for _, f := range r.Findings {
		if f.Allowed {
			b.fits("\n> [!NOTE]\n> Let through: " + plainMarkdown(f.Message) + ".\n")
			continue
		}
		held = append(held, "> **Held back:** "+plainMarkdown(f.Message)+".")
	}
	if len(held) == 0 {
		return
	}
	if len(held) > mostOpen {
		held = append(held[:mostOpen], fmt.Sprintf("> and %d more are held back.", len(held)-mostOpen))
	}
	b.fits("\n> [!CAUTION]\n" + strings.Join(held, "<br>\n") + "\n> If that is meant, write into the commit message: `" +
		strings.Join(guard.Trailers(r.Findings), "` and `") + "`\n")
}

func (r *View) markdownEscalations(b *comment, say plans.Wording) {
	p := r.Comparison.Plan
	var lines []string
	for _, m := range plans.Escalations(p) {
		lines = append(lines, fmt.Sprintf("**%s** (%s): %s at %s", m.Name(), m.Meaning(), say.People(m.People), say.At(m.Entities)))
	}
	for _, d := range p.Denies {
		what := "takes less than before"
		if d.Deleted {
			what = "is gone"
		}
		lines = append(lines, fmt.Sprintf("**deny**: SystemDeny %s %s", codeSpan(d.Name), what))
	}
	for i, l := range p.WithoutAdministrators {
		if i == mostOpen {
			lines = append(lines, fmt.Sprintf("and %d entities more where nobody can", len(p.WithoutAdministrators)-i))
			break
		}
		lines = append(lines, "**last administrator**: nobody can give roles any more at "+codeSpan(l.Entity.String()))
	}
	if len(lines) > 0 {
		b.fits("\n> [!WARNING]\n> " + strings.Join(lines, "<br>\n> ") + "\n")
	}
}

const tableHead = "| | who | where | what | because of |\n|---|---|---|---|---|\n"

func (r *View) markdownBlock(say plans.Wording, block *plan.Block) string {
	row := &block.Row
	mark := ""
	if len(row.Marks) > 0 {
		mark = "⚠️"
	}
	who, where := say.WhoAndWhere(r.Comparison.Plan, block)
	if !row.From.IsZero() {
		where += "<br>from " + findings.Day(row.From)
	}
	var what, why []string
	if text := say.Gained(row); text != "" {
		what = append(what, "**+** "+text)
	}
	if text := say.Lost(row); text != "" {
		what = append(what, "**−** "+text)
	}
	causes := say.Causes(r.Comparison.Plan, row)
	for i, c := range causes {
		if i == plans.MostInWords {
			why = append(why, fmt.Sprintf("and %d more", len(causes)-i))
			break
		}
		text := c.Lead + c.Text
		if c.Place != "" {
			text += "<br>" + codeSpan(c.Place) + c.More
		}
		if c.Commit != "" {
			text += " in " + c.Commit
		}
		why = append(why, text)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n",
		mark, who, where, strings.Join(what, "<br>"), strings.Join(why, "<br>"))
}

// markdownRest folds the changes that are not open, and returns how many of them had room.
func (r *View) markdownRest(b *comment, say plans.Wording, from int) int {
	rows := r.Comparison.Plan.Blocks
	shown := 0
	if !b.fits(fmt.Sprintf("\n<details><summary>%s</summary>\n\n%s", words.Count(len(rows)-from, "more change", "more changes"), tableHead)) {
		return 0
	}
	for i := from; i < len(rows) && b.fits(r.markdownBlock(say, &rows[i])); i++ {
		shown++
	}
	b.WriteString("\n</details>\n")
	return shown
}

func (r *View) markdownLevels(b *comment) {
	p := r.Comparison.Plan
	lines := plans.Wording{}.Table(p)
	if len(lines) == 0 {
		return
	}
	title, when := "By level", ""
	if len(p.Days) > 0 {
		title, when = "By level and day", "| when "
	}
	text := "\n<details><summary>" + title + "</summary>\n\n" +
		when + "| level | people | entities | gained | sensitive | lost | sensitive |\n" +
		strings.Repeat("|---", strings.Count(when, "|")) + "|---|--:|--:|--:|--:|--:|--:|\n"
	for _, l := range lines {
		if len(p.Days) > 0 {
			text += "| " + l.When + " "
		} else if l.Level == "all" {
			continue
		}
		text += fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d |\n",
			l.Level, l.People, l.Entities, l.Gained, l.SensitiveGained, l.Lost, l.SensitiveLost)
	}
	b.fits(text + "\n</details>\n")
}

// mostNames is how many lines of names are folded into a comment: whoever wants more asks the command.
const mostNames = 30

// markdownNames folds the names of the people and entities that rows only count.
func (r *View) markdownNames(b *comment, say plans.Wording) {
	say.All = true
	p := r.Comparison.Plan
	var lines []string
	for i := range p.Blocks {
		for _, at := range p.Blocks[i].Rows {
			row := &p.Rows[at]
			if len(row.People) > plans.MostInWords || len(row.Entities) > plans.MostInWords || len(p.Blocks[i].Rows) > 1 {
				lines = append(lines, fmt.Sprintf("- %s at %s\n", say.People(row.People), say.Entities(row.Level, row.Entities)))
			}
		}
	}
	if rest := len(lines) - mostNames; rest > 0 {
		lines = append(lines[:mostNames], fmt.Sprintf("- and %s, which `--names` shows\n", words.Count(rest, "more line", "more lines")))
	}
	opened := false
	for _, text := range lines {
		if !opened {
			text = "\n<details><summary>Names</summary>\n\n" + text
		}
		if !b.fits(text) {
			break
		}
		opened = true
	}
	if opened {
		b.WriteString("\n</details>\n")
	}
}

func (r *View) markdownAuthors(b *comment) {
	if len(r.Authors) == 0 {
		return
	}
	text, bad := "\n| commit | by | authority |\n|---|---|---|\n", 0
	for i := range r.Authors {
		a := &r.Authors[i]
		if !a.OK() {
			bad++
		}
		text += fmt.Sprintf("| %s | %s | %s |\n", a.Commit.Short(), plainMarkdown(plans.AuthorOf(a)), plainMarkdown(plans.AuthorityOf(a)))
		for _, f := range a.Refusals {
			text += fmt.Sprintf("| | %s<br>%s | %s |\n",
				codeSpan(cite.ObjectLabel(f.ID)), codeSpan(f.Position.String()), plainMarkdown(strings.Join(f.Missing, "; ")))
		}
	}
	open := ""
	summary := "Authors: all had the authority"
	if bad > 0 {
		open, summary = " open", fmt.Sprintf("Authors: %d of %d commits without proven authority", bad, len(r.Authors))
	}
	b.fits(fmt.Sprintf("\n<details%s><summary>%s</summary>\n%s\n</details>\n", open, summary, text))
}

// markdownOthers tells, folded, the edits that change nobody's access, and what is in the cluster and in no repository.
func (r *View) markdownOthers(b *comment, say plans.Wording) {
	others := r.OtherEdits()
	var lines []string
	for _, c := range say.Edits(r.Comparison.Plan, others) {
		lines = append(lines, fmt.Sprintf("- %s: %s%s", c.Text, codeSpan(c.Place), c.More))
	}
	b.list(idle(len(others)), lines)
	lines = nil
	for _, id := range r.Unmanaged {
		lines = append(lines, "- "+codeSpan(cite.ObjectLabel(id)))
	}
	b.list(unmanaged(len(r.Unmanaged)), lines)
}

// list is as much of a folded list as there is room for, if there is anything in it.
func (c *comment) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	text := "\n<details><summary>" + strings.ToUpper(title[:1]) + title[1:] + "</summary>\n\n"
	end := "\n</details>\n"
	if more := len(lines) - mostListed; more > 0 {
		lines, end = lines[:mostListed], "- and "+words.Count(more, "more", "more")+"\n"+end
	}
	c.fits(text + strings.Join(lines, "\n") + "\n" + end)
}
