package plans

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/words"
)

// alike tells edits that are alike as one cause: those of one object as always, and those of several by what
// their names have in common, such as "RoleBinding uni/*-exam-board (38): subject added ann".
func (w Wording) alike(p *plan.Plan, places []int) []Cause {
	var names, values, where, commits []string
	note := func(list *[]string, s string) {
		if s != "" && !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	valued := 0
	for _, i := range places {
		e := &p.Edits[i]
		note(&names, directory.Key{Namespace: e.ID.Namespace, Name: e.ID.Name}.String())
		note(&commits, e.Commit)
		note(&values, e.Value)
		if e.Value != "" {
			valued++
		}
		if e.File != "" {
			note(&where, fmt.Sprintf("%s:%d", e.File, e.Line))
		}
	}
	first := &p.Edits[places[0]]
	if len(names) == 1 || first.ID.Kind == directory.KindPerson {
		return w.Edits(p, places)
	}
	c := Cause{
		Text:   fmt.Sprintf("%s %s (%d): ", first.ID.Kind, w.quoted(Pattern(names)), len(names)),
		Commit: w.fewOf(commits, "commit", "commits"),
	}
	switch common := Pattern(values); {
	case len(values) == 0:
		c.Text += string(first.Class)
	case len(values) == 1 || first.Person == "" && common != "*":
		c.Text += string(first.Class) + " " + w.quoted(common)
	case len(values) <= MostInWords || w.All:
		quoted := make([]string, len(values))
		for i, v := range values {
			quoted[i] = w.quoted(v)
		}
		c.Text += string(first.Class) + " " + strings.Join(quoted, ", ")
	default:
		c.Text += fmt.Sprintf("%d x %s", valued, first.Class)
	}
	if len(where) > 0 {
		c.Place = where[0]
	}
	if n := len(where) - 1; n > 0 {
		c.More = " and " + words.Count(n, "other place", "other places")
	}
	return []Cause{c}
}

// Pattern is what names have in common at their beginning and at their end, in whole words, with "*" for the rest.
// One name is itself.
func Pattern(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	if len(names) == 0 {
		return ""
	}
	short := slices.MinFunc(names, func(a, b string) int { return len(a) - len(b) })
	begins, ends := len(short), len(short)
	for _, n := range names {
		for !strings.HasPrefix(n, short[:begins]) {
			begins--
		}
		for !strings.HasSuffix(n, short[len(short)-ends:]) {
			ends--
		}
	}
	beginning := short[:strings.LastIndexAny(short[:begins], "-/ ")+1]
	ending := short[max(len(short)-ends, len(beginning)):]
	if i := strings.IndexAny(ending, "-/ "); i >= 0 {
		ending = ending[i:]
	} else {
		ending = ""
	}
	return beginning + "*" + ending
}
