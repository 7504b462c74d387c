package cli

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/plan"
)

// planWords writes the parts of a plan in words. Names go through quote, which makes them safe for what is written.
type planWords struct {
	quote func(string) string
	// all names everybody and everything, however many.
	all bool
}

// mostInWords is how many names stand in a sentence before they are only counted.
const mostInWords = 3

// list is names in a sentence, or their number where they are many.
func (w planWords) list(names []string, one, many string) string {
	if len(names) > mostInWords && !w.all {
		return count(len(names), one, many)
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = w.quote(n)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1]
}

func (w planWords) people(names []string) string { return w.list(names, "person", "people") }

var entityNouns = [catalogue.LevelCount][2]string{
	{"organisation", "organisations"}, {"campus", "campuses"}, {"course", "courses"},
	{"module", "modules"}, {"session", "sessions"}, {"task", "tasks"},
}

// entities are those of a row: by name, or as "12 courses of acme".
func (w planWords) entities(level catalogue.Level, entities []directory.EntityKey) string {
	names := make([]string, len(entities))
	var namespaces []string
	for i, e := range entities {
		names[i] = e.String()
		if !slices.Contains(namespaces, e.Namespace) {
			namespaces = append(namespaces, e.Namespace)
		}
	}
	noun := entityNouns[level]
	text := w.list(names, noun[0], noun[1])
	if len(names) > mostInWords && !w.all {
		if len(namespaces) == 1 {
			return text + " of " + w.quote(namespaces[0])
		}
		return text + " of " + count(len(namespaces), "namespace", "namespaces")
	}
	return text
}

// permissions is a set: by name where they are few, and how many of them are sensitive.
func (w planWords) permissions(level catalogue.Level, set catalogue.Set) string {
	ids := set.IDs(level)
	sensitive := (set & level.Sensitive()).Len()
	if len(ids) <= mostInWords || w.all {
		for i, id := range ids {
			ids[i] = w.quote(id)
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
	text := count(len(ids), "permission", "permissions")
	switch {
	case sensitive == 0:
		return text
	case sensitive == len(ids):
		return text + ", all sensitive"
	}
	return fmt.Sprintf("%s, %d sensitive", text, sensitive)
}

// gained and lost are what a row brings and takes; "" where it is nothing.
func (w planWords) gained(r *plan.Row) string {
	return w.change(r.Level, r.RolesGained, r.Gained)
}

func (w planWords) lost(r *plan.Row) string {
	return w.change(r.Level, r.RolesLost, r.Lost)
}

func (w planWords) change(level catalogue.Level, roles []string, set catalogue.Set) string {
	if set == 0 {
		return ""
	}
	if len(roles) == 0 {
		return w.permissions(level, set)
	}
	return w.list(roles, "role", "roles") + ": " + w.permissions(level, set)
}

// marks are why a row is an escalation: "superadmin" says all, and otherwise each is named.
func (w planWords) marks(r *plan.Row) []string {
	var out []string
	for _, m := range r.Marks {
		out = append(out, markNames[m.Kind])
		if m.Kind == plan.MarkSuperadmin {
			break
		}
	}
	return out
}

var markNames = map[plan.MarkKind]string{
	plan.MarkSuperadmin: "superadmin", plan.MarkAdmin: "admin", plan.MarkAssign: "assign", plan.MarkOwnership: "ownership",
	plan.MarkBilling: "billing", plan.MarkWallet: "wallet", plan.MarkManage: "manage", plan.MarkDenyLifted: "deny lifted",
}

// markMeanings say what is new for somebody with a mark.
var markMeanings = map[plan.MarkKind]string{
	plan.MarkSuperadmin: "every permission of the level", plan.MarkAdmin: "the level's admin role", plan.MarkAssign: "may give roles",
	plan.MarkOwnership: "may say to whom it belongs", plan.MarkBilling: "may handle money", plan.MarkWallet: "may use the wallet",
	plan.MarkManage: "may manage what is sensitive", plan.MarkDenyLifted: "a SystemDeny took it until now",
}

// planCause is a cause as it is told: edits of one object, of one class and one commit.
type planCause struct {
	text, place, commit string
}

func (w planWords) causes(p *plan.Plan, r *plan.Row) []planCause {
	if len(r.Causes) == 0 {
		return []planCause{{text: "the clock alone"}}
	}
	return w.edits(p, r.Causes)
}

// edits tells edits, those of one object and class together. With all, those of each commit stand by themselves.
func (w planWords) edits(p *plan.Plan, places []int) []planCause {
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
		if w.all {
			k.commit = e.Commit
		}
		if grouped[k] == nil {
			order = append(order, k)
		}
		grouped[k] = append(grouped[k], e)
	}
	out := make([]planCause, 0, len(order))
	for _, k := range order {
		out = append(out, planCause{text: w.edit(grouped[k]), place: linesOf(grouped[k]), commit: w.commits(grouped[k])})
	}
	return out
}

// commits names the commits that made edits; "" where only one is looked at.
func (w planWords) commits(edits []*plan.Edit) string {
	var names []string
	for _, e := range edits {
		if e.Commit != "" && !slices.Contains(names, e.Commit) {
			names = append(names, e.Commit)
		}
	}
	if len(names) > mostInWords {
		return count(len(names), "commit", "commits")
	}
	return strings.Join(names, ", ")
}

func (w planWords) edit(edits []*plan.Edit) string {
	e := edits[0]
	label := string(e.ID.Kind) + " " + w.quote(directory.Key{Namespace: e.ID.Namespace, Name: e.ID.Name}.String())
	if len(edits) > 1 && e.ID.Kind == directory.KindPerson {
		return count(len(edits), "Person", "people") + ": " + string(e.Class)
	}
	var values []string
	for _, e := range edits {
		if e.Value != "" {
			values = append(values, e.Value)
		}
	}
	if len(values) > mostInWords && !w.all {
		return fmt.Sprintf("%s: %d x %s", label, len(values), e.Class)
	}
	for i, v := range values {
		values[i] = w.quote(v)
	}
	return strings.TrimSpace(label + ": " + string(e.Class) + " " + strings.Join(values, ", "))
}

// linesOf is the place of edits in one file: file:line, file:first-last where they stand
// together, or the first with the number of the others.
func linesOf(edits []*plan.Edit) string {
	first, last := edits[0].Line, edits[0].Line
	for _, e := range edits {
		first, last = min(first, e.Line), max(last, e.Line)
	}
	switch {
	case edits[0].File == "" || first == 0:
		return edits[0].File
	case first == last:
		return fmt.Sprintf("%s:%d", edits[0].File, first)
	case last-first < 4*len(edits):
		return fmt.Sprintf("%s:%d-%d", edits[0].File, first, last)
	}
	return fmt.Sprintf("%s:%d and %s", edits[0].File, first, count(len(edits)-1, "other line", "other lines"))
}

// headline is the plan in one line.
func (w planWords) headline(p *plan.Plan) string {
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

// sum is numbers of permissions: "+63 permissions (21 sensitive), -3".
func sum(gained, sensitiveGained, lost, sensitiveLost int) string {
	var parts []string
	if gained > 0 {
		parts = append(parts, fmt.Sprintf("+%d%s", gained, ofThem(sensitiveGained)))
	}
	if lost > 0 {
		parts = append(parts, fmt.Sprintf("-%d%s", lost, ofThem(sensitiveLost)))
	}
	return strings.Join(parts, ", ")
}

func ofThem(sensitive int) string {
	if sensitive == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d sensitive)", sensitive)
}

// planMark is an escalation of many rows in one line.
type planMark struct {
	kind     plan.MarkKind
	people   []string
	entities []directory.EntityKey
}

// escalations gathers the marks of all rows. What a superadmin gains besides is not told again.
func escalations(p *plan.Plan) []planMark {
	var order []plan.MarkKind
	found := map[plan.MarkKind]*planMark{}
	people, entities := map[string]bool{}, map[string]bool{}
	for i := range p.Rows {
		r := &p.Rows[i]
		for _, m := range r.Marks {
			f := found[m.Kind]
			if f == nil {
				f = &planMark{kind: m.Kind}
				found[m.Kind] = f
				order = append(order, m.Kind)
			}
			for _, who := range r.People {
				if k := string(m.Kind) + " " + who; !people[k] {
					people[k] = true
					f.people = append(f.people, who)
				}
			}
			for _, e := range r.Entities {
				if k := string(m.Kind) + " " + e.String(); !entities[k] {
					entities[k] = true
					f.entities = append(f.entities, e)
				}
			}
			if m.Kind == plan.MarkSuperadmin {
				break
			}
		}
	}
	out := make([]planMark, 0, len(order))
	for _, k := range order {
		slices.Sort(found[k].people)
		out = append(out, *found[k])
	}
	return out
}

// at is where escalations are: the entities of one level as for a row, those of several by their number.
func (w planWords) at(entities []directory.EntityKey) string {
	for _, e := range entities {
		if e.Level != entities[0].Level && len(entities) > mostInWords {
			return count(len(entities), "entity", "entities")
		}
	}
	w.all = false
	return w.entities(entities[0].Level, entities)
}
