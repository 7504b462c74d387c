package plans

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/words"
)

// Cause is a cause as it is told: edits of one object, of one class and one commit.
type Cause struct {
	Text string
	// Place is file:line, and More says how many other lines there are.
	Place, More string
	// Commit is the one that made the edits, where it is said.
	Commit string
	// Lead is "also: " of what would have done the same without what stands before it, and "with: " of what that takes besides.
	Lead string
}

const leadAlso, leadWith = "also: ", "with: "

// Causes tells the edits of one commit, those of one object and class together.
func Causes(edits []plan.Edit) []Cause {
	return Wording{}.Edits(asPlan(edits))
}

// asPlan is edits as those of a plan, with the places of all of them.
func asPlan(edits []plan.Edit) (*plan.Plan, []int) {
	all := make([]int, len(edits))
	for i := range all {
		all[i] = i
	}
	return &plan.Plan{Edits: edits}, all
}

// Causes tells what brought a row about, and then what would have done the same without that. What is alike
// at several entities is told once.
func (w Wording) Causes(p *plan.Plan, r *plan.Row) []Cause {
	out := w.edited(p, r, r.Causes, r.Alike)
	if len(out) == 0 {
		out = []Cause{{Text: "the clock alone"}}
	}
	for i, also := range r.Also {
		if i == MostInWords && !w.All {
			rest := 0
			for _, more := range r.Also[i:] {
				rest += len(more)
			}
			return append(out, Cause{Text: words.Count(rest, "other edit", "other edits"), Lead: leadAlso})
		}
		for j, c := range w.edited(p, r, also, r.AlsoAlike[i]) {
			if c.Lead = leadAlso; j > 0 {
				c.Lead = leadWith
			}
			out = append(out, c)
		}
	}
	return out
}

// edited tells edits of a row, and where it has several parts those together that are alike.
func (w Wording) edited(p *plan.Plan, r *plan.Row, places []int, alike [][]int) []Cause {
	if len(r.Parts) == 1 {
		return w.Edits(p, places)
	}
	var out []Cause
	for _, some := range alike {
		out = append(out, w.alike(p, some)...)
	}
	return out
}

// Edits tells edits, those of one object and class together. With all, those of each commit stand by themselves.
func (w Wording) Edits(p *plan.Plan, places []int) []Cause {
	type key struct {
		id           directory.ID
		class        plan.Class
		gone         bool
		file, commit string
	}
	var order []key
	grouped := map[key][]*plan.Edit{}
	for _, i := range places {
		e := &p.Edits[i]
		k := key{id: e.ID, class: e.Class, gone: e.Gone, file: e.File}
		if e.ID.Kind == directory.KindPerson {
			k.id.Name = ""
		}
		if w.All {
			k.commit = e.Commit
		}
		if grouped[k] == nil {
			order = append(order, k)
		}
		grouped[k] = append(grouped[k], e)
	}
	out := make([]Cause, 0, len(order))
	for _, k := range order {
		c := Cause{Text: w.edit(grouped[k]), Commit: w.commits(grouped[k])}
		c.Place, c.More = linesOf(grouped[k])
		out = append(out, c)
	}
	return out
}

// commits names the commits that made edits; "" where only one is looked at.
func (w Wording) commits(edits []*plan.Edit) string {
	var names []string
	for _, e := range edits {
		if e.Commit != "" && !slices.Contains(names, e.Commit) {
			names = append(names, e.Commit)
		}
	}
	return w.fewOf(names, "commit", "commits")
}

// fewOf is names, or their number where they are many.
func (w Wording) fewOf(names []string, one, many string) string {
	if len(names) > MostInWords {
		return words.Count(len(names), one, many)
	}
	return strings.Join(names, ", ")
}

func (w Wording) edit(edits []*plan.Edit) string {
	e := edits[0]
	label := string(e.ID.Kind) + " " + w.quoted(directory.Key{Namespace: e.ID.Namespace, Name: e.ID.Name}.String())
	if len(edits) > 1 && e.ID.Kind == directory.KindPerson {
		return words.Count(len(edits), "Person", "people") + ": " + string(e.Class)
	}
	var values []string
	for _, e := range edits {
		if e.Value != "" {
			values = append(values, e.Value)
		}
	}
	if len(values) > MostInWords && !w.All {
		return fmt.Sprintf("%s: %d x %s", label, len(values), e.Class)
	}
	for i, v := range values {
		values[i] = w.quoted(v)
	}
	return strings.TrimSpace(label + ": " + string(e.Class) + " " + strings.Join(values, ", "))
}

// linesOf is the place of edits in one file: file:line, file:first-last where they stand
// together, or the first with the number of the others.
func linesOf(edits []*plan.Edit) (place, more string) {
	first, last := edits[0].Line, edits[0].Line
	for _, e := range edits {
		first, last = min(first, e.Line), max(last, e.Line)
	}
	switch place = edits[0].File; {
	case place == "" || first == 0:
		return place, ""
	case first == last:
		return fmt.Sprintf("%s:%d", place, first), ""
	case last-first < 4*len(edits):
		return fmt.Sprintf("%s:%d-%d", place, first, last), ""
	}
	return fmt.Sprintf("%s:%d", place, first), " and " + words.Count(len(edits)-1, "other line", "other lines")
}
