package plans

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// Wording writes the parts of a plan in words. Names go through quote, which makes them safe for what is written.
type Wording struct {
	Quote func(string) string
	// All names everybody and everything, however many.
	All bool
}

// MostInWords is how many names stand in a sentence before they are only counted.
const MostInWords = 3

// quoted is a name as it may stand in what is written; without Quote, as it is.
func (w Wording) quoted(name string) string {
	if w.Quote == nil {
		return name
	}
	return w.Quote(name)
}

// list is names in a sentence, or their number where they are many.
func (w Wording) list(names []string, one, many string) string {
	if len(names) > MostInWords && !w.All {
		return words.Count(len(names), one, many)
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = w.quoted(n)
	}
	return suggest.List(quoted, "and")
}

// People is who a row is about.
func (w Wording) People(names []string) string { return w.list(names, "person", "people") }

var entityNouns = [catalogue.LevelCount][2]string{
	{"organisation", "organisations"}, {"campus", "campuses"}, {"course", "courses"},
	{"module", "modules"}, {"session", "sessions"}, {"task", "tasks"},
}

// Entities are those of a row: by name, or as "12 courses of acme".
func (w Wording) Entities(level catalogue.Level, entities []directory.EntityKey) string {
	names := make([]string, len(entities))
	for i, e := range entities {
		names[i] = e.String()
	}
	if len(names) > MostInWords && !w.All {
		return w.entityCount(level, entities)
	}
	noun := entityNouns[level]
	return w.list(names, noun[0], noun[1])
}

// entityCount is "12 courses of acme".
func (w Wording) entityCount(level catalogue.Level, entities []directory.EntityKey) string {
	var namespaces []string
	for _, e := range entities {
		if !slices.Contains(namespaces, e.Namespace) {
			namespaces = append(namespaces, e.Namespace)
		}
	}
	text := words.Count(len(entities), entityNouns[level][0], entityNouns[level][1]) + " of "
	if len(namespaces) == 1 {
		return text + w.quoted(namespaces[0])
	}
	return text + words.Count(len(namespaces), "namespace", "namespaces")
}

// permissions is a set: by name where they are few, and how many of them are sensitive.
func (w Wording) permissions(level catalogue.Level, set catalogue.Set) string {
	ids := set.IDs(level)
	sensitive := (set & level.Sensitive()).Len()
	if len(ids) <= MostInWords || w.All {
		for i, id := range ids {
			ids[i] = w.quoted(id)
		}
		text := strings.Join(ids, ", ")
		switch {
		case sensitive == 0:
			return text
		case sensitive == len(ids):
			return text + " (sensitive)"
		}
		return fmt.Sprintf("%s (%d sensitive)", text, sensitive)
	}
	text := words.Count(len(ids), "permission", "permissions")
	switch {
	case sensitive == 0:
		return text
	case sensitive == len(ids):
		return text + ", all sensitive"
	}
	return fmt.Sprintf("%s, %d sensitive", text, sensitive)
}

// Gained is what a row brings; "" where it is nothing.
func (w Wording) Gained(r *plan.Row) string {
	return w.change(r.Level, r.RolesGained, r.Gained)
}

// Lost is what a row takes; "" where it is nothing.
func (w Wording) Lost(r *plan.Row) string {
	return w.change(r.Level, r.RolesLost, r.Lost)
}

func (w Wording) change(level catalogue.Level, roles []string, set catalogue.Set) string {
	if set == 0 {
		return ""
	}
	if len(roles) == 0 {
		return w.permissions(level, set)
	}
	return w.list(roles, "role", "roles") + ": " + w.permissions(level, set)
}

// Headline is the plan in one line.
func (w Wording) Headline(p *plan.Plan) string {
	c := &p.Counts
	verb := func(n int, one, many string) string {
		if n == 1 {
			return "1 person " + one
		}
		return fmt.Sprintf("%d people %s", n, many)
	}
	switch {
	case !p.Differs():
		return "nobody's access differs"
	case c.People == 0:
		return "nobody's access differs now; " + verb(p.Later.People, "is concerned later", "are concerned later")
	case c.Losing == 0:
		return verb(c.Gaining, "gains", "gain") + " access"
	case c.Gaining == 0:
		return verb(c.Losing, "loses", "lose") + " access"
	}
	return verb(c.Gaining, "gains", "gain") + " access, " + verb(c.Losing, "loses", "lose") + " some"
}

// Sum is numbers of permissions: "+63 permissions (21 sensitive), -3".
func Sum(gained, sensitiveGained, lost, sensitiveLost int) string {
	var parts []string
	if gained > 0 {
		parts = append(parts, fmt.Sprintf("+%d%s", gained, OfThem(sensitiveGained)))
	}
	if lost > 0 {
		parts = append(parts, fmt.Sprintf("-%d%s", lost, OfThem(sensitiveLost)))
	}
	return strings.Join(parts, ", ")
}

// OfThem says how many of some permissions are sensitive: " (21 sensitive)".
func OfThem(sensitive int) string {
	if sensitive == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d sensitive)", sensitive)
}
