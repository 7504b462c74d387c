package plan

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
)

// causes finds the edits that brought a difference about: those of the records
// that the two explanations have not in common.
type causes struct {
	plan *Plan
	// effective are the places of the edits on which access may depend.
	effective []int
	byID      map[directory.ID][]int
}

func newCauses(p *Plan) *causes {
	c := &causes{plan: p, byID: map[directory.ID][]int{}}
	for i := range p.Edits {
		if !p.Edits[i].NoEffect {
			c.effective = append(c.effective, i)
			c.byID[p.Edits[i].ID] = append(c.byID[p.Edits[i].ID], i)
		}
	}
	return c
}

// of returns the edits, and what they have in common with those of other people:
// entries for fifty people in one group are one cause.
func (c *causes) of(d *difference) (edits []int, class string) {
	switch {
	case len(c.effective) <= 1:
		edits = c.effective
	case len(c.byID) == 1:
		edits = c.among(c.effective, d.who)
	default:
		edits = c.explained(d)
	}
	var classes []string
	for _, i := range edits {
		e := &c.plan.Edits[i]
		id := e.ID
		if id.Kind == directory.KindPerson {
			id.Name = ""
		}
		text := id.String() + " " + string(e.Class)
		if e.Person == "" {
			text += fmt.Sprintf(" %d", i)
		}
		classes = append(classes, text)
	}
	slices.Sort(classes)
	return edits, strings.Join(slices.Compact(classes), "; ")
}

// among are the edits that are about somebody, or about nobody in particular.
func (c *causes) among(edits []int, who string) []int {
	var own, general []int
	for _, i := range edits {
		switch c.plan.Edits[i].Person {
		case who:
			own = append(own, i)
		case "":
			general = append(general, i)
		}
	}
	return append(own, general...)
}

func (c *causes) explained(d *difference) []int {
	at := c.plan.Now
	if !d.from.IsZero() {
		at = d.from
	}
	before, after := c.plan.Before.Explain(d.who, d.at, at), c.plan.After.Explain(d.who, d.at, at)
	ids := map[directory.ID]bool{{Kind: directory.KindPerson, Name: d.who}: true, d.at.ID(): true}
	if before.SubjectState != after.SubjectState {
		ids[directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}] = true
	}
	c.grants(ids, c.plan.Before, &before, &after)
	c.grants(ids, c.plan.After, &after, &before)
	c.applied(ids, before.Overrides, after.Overrides)
	c.applied(ids, before.Denies, after.Denies)
	c.roles(ids, &before, &after)
	found := c.edits(ids, d.who)
	if len(found) == 0 { // a role rule at the parent, a label of a namespace: whatever was edited may be why
		found = c.among(c.effective, d.who)
	}
	return found
}

func (c *causes) edits(ids map[directory.ID]bool, who string) []int {
	var out []int
	for id := range ids {
		out = append(out, c.among(c.byID[id], who)...)
	}
	slices.Sort(out)
	return out
}

// grants names what those grants rest on that one explanation has and the other has not.
func (c *causes) grants(ids map[directory.ID]bool, s *directory.Snapshot, x, other *directory.Explanation) {
	for i := range x.Grants {
		g := &x.Grants[i]
		if slices.ContainsFunc(other.Grants, func(o directory.Grant) bool { return sameGrant(g, &o) }) {
			continue
		}
		ids[g.Source] = true
		ids[g.Role.ID()] = true
		if g.Template != nil {
			ids[directory.ID{Kind: directory.KindRoleTemplate, Namespace: g.Template.Namespace, Name: g.Template.Name}] = true
		}
		path(ids, s, g.Subject, g.Path)
	}
}

// path names the groups on the way, and those above: they may block (R14, R15).
func path(ids map[directory.ID]bool, s *directory.Snapshot, subject directory.Subject, p directory.Path) {
	for _, g := range p.Groups {
		ids[g.GroupID()] = true
	}
	if subject.Kind == directory.KindGroup {
		for _, g := range s.Group(directory.Key{Namespace: subject.Namespace, Name: subject.Name}).Path {
			ids[g.GroupID()] = true
		}
	}
}

func sameGrant(a, b *directory.Grant) bool {
	return a.Source == b.Source && a.Enrolment == b.Enrolment && a.Subject == b.Subject && a.Role == b.Role &&
		a.State == b.State && a.Path.BySelector == b.Path.BySelector && slices.Equal(a.Path.Groups, b.Path.Groups)
}

// applied names the overrides or denies of which one side has what the other has not.
func (c *causes) applied(ids map[directory.ID]bool, before, after []directory.Applied) {
	has := func(list []directory.Applied, a *directory.Applied) bool {
		return slices.ContainsFunc(list, func(o directory.Applied) bool {
			return o.Source == a.Source && o.Permissions == a.Permissions && o.Subject == a.Subject && o.Everyone == a.Everyone
		})
	}
	one := func(s *directory.Snapshot, list, other []directory.Applied) {
		for i := range list {
			if a := &list[i]; !has(other, a) {
				ids[a.Source] = true
				path(ids, s, a.Subject, a.Path)
			}
		}
	}
	one(c.plan.Before, before, after)
	one(c.plan.After, after, before)
}

// roles names what makes a role give more or less than before: Override roles, and the role itself.
func (c *causes) roles(ids map[directory.ID]bool, before, after *directory.Explanation) {
	for _, a := range before.Roles {
		for _, b := range after.Roles {
			if a.Role != b.Role || a.Permissions == b.Permissions && a.Withheld == b.Withheld {
				continue
			}
			ids[a.Role.ID()] = true
			for _, o := range slices.Concat(a.Overridden, b.Overridden) {
				ids[o.RoleID()] = true
			}
			if a.Withheld != b.Withheld {
				ids[directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}] = true
			}
		}
	}
}
