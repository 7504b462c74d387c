package why

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// Reason is the answer in a few words.
func (x *Explanation) Reason() string {
	switch {
	case x.Asked == nil:
		return ""
	case x.Allowed():
		return x.whyYes()
	default:
		return x.whyNo()
	}
}

func (x *Explanation) whyYes() string {
	if x.Overridden && len(x.Overrides) > 0 {
		return cite.ObjectLabel(x.Overrides[0].Source) + " lists it"
	}
	for _, g := range x.Relevant() {
		if g.State == directory.GrantInForce {
			return g.Role.Name + " through " + x.sourceLabel(&g)
		}
	}
	return ""
}

func (x *Explanation) whyNo() string {
	p := x.Asked.Set()
	switch {
	case !x.Found:
		return x.Entity.String() + " does not exist"
	case x.SubjectState == directory.SubjectSuspended:
		return findings.Suspended(x.Person).Message
	case x.SubjectState == directory.SubjectUndeclared:
		return findings.Undeclared([]string{x.Person}).Message
	}
	for _, d := range x.Denies {
		if d.Permissions.Has(p) && x.Denied.Has(p) {
			return cite.ObjectLabel(d.Source) + " takes it"
		}
	}
	if x.Overridden {
		for _, o := range x.Overrides {
			if !o.Permissions.Has(p) {
				return cite.ObjectLabel(o.Source) + " leaves it out"
			}
		}
	}
	var held []string
	for _, h := range x.Roles {
		if h.Withheld && h.Permissions.Has(p) {
			return h.Role.Name + " is withheld: " + strings.Join(x.unmet(h.Unmet, true), "; ")
		}
		held = append(held, h.Role.Name)
	}
	for i := range x.Grants {
		g := &x.Grants[i]
		if set, _ := x.Gives(g); set.Has(p) {
			if text := x.Trouble(g); text != "" {
				if g.State == directory.GrantNothing {
					return x.sourceLabel(g) + ": " + text
				}
				return x.sourceLabel(g) + " " + text
			}
		}
	}
	if group, ok := x.Snapshot.KeptOut(&x.Explanation, *x.Asked, x.Now); ok {
		return x.Person + " is kept out of " + cite.ObjectLabel(group) + x.composeBar(directory.Key{Namespace: group.Namespace, Name: group.Name})
	}
	if len(held) == 0 {
		return "nothing gives " + x.Person + " a role there"
	}
	return "no role held there gives it: " + findings.Abridge(held, 4)
}

// sourceLabel names what gives a grant.
func (x *Explanation) sourceLabel(g *directory.Grant) string {
	if g.Source.Kind == directory.KindGroup {
		return "enrolment " + g.Enrolment + " of " + cite.ObjectLabel(g.Source) + Many(g)
	}
	return cite.ObjectLabel(g.Source) + Many(g)
}

// Many says of a grant that reaches the entity as one of many (rule R34) which these are: ", at every course under campus/north".
func Many(g *directory.Grant) string {
	if g.Selects == nil {
		return ""
	}
	return ", at " + g.Selects.String()
}

// Trouble says why a grant gives nothing; "" where it does.
func (x *Explanation) Trouble(g *directory.Grant) string {
	switch g.State {
	case directory.GrantNotYet:
		return "begins " + findings.Day(g.Window.NotBefore)
	case directory.GrantExpired:
		if !g.Window.NotAfter.After(g.Window.NotBefore) && !g.Window.NotBefore.IsZero() || g.Window.NotAfter.After(x.Now) {
			return "ends before it begins"
		}
		return findings.Ended(g.Window.NotAfter)
	case directory.GrantOutOfTerm:
		return findings.OutOfTerm(g.Term, g.TermProblem)
	case directory.GrantWithheld:
		return "is withheld"
	case directory.GrantNothing:
		return x.RoleTrouble(g)
	case directory.GrantEntityNotFound:
		return "waits for the entity"
	case directory.GrantNotMemberYet:
		return "counts once the membership begins " + findings.Day(g.Membership.NotBefore)
	case directory.GrantMemberNoLonger:
		return "counts no more: the membership " + findings.Ended(g.Membership.NotAfter)
	}
	return ""
}

// RoleTrouble says why a grant's role gives nothing there.
func (x *Explanation) RoleTrouble(g *directory.Grant) string {
	return findings.RoleProblem(x.resolution(g), x.Entity).Message
}

// Warning is a role that counts though a rule of it is unmet (R6), and the rules in words.
type Warning struct {
	Role directory.RoleName
	Text string
}

// Warnings are the roles held of which a rule is unmet that only warns.
func (x *Explanation) Warnings() []Warning {
	var out []Warning
	for _, h := range x.Roles {
		rules := slices.DeleteFunc(slices.Clone(h.Unmet), func(r directory.UnmetRule) bool { return r.Enforcement == directory.Deny })
		if len(rules) > 0 {
			out = append(out, Warning{h.Role, strings.Join(x.unmet(rules, false), "; ")})
		}
	}
	return out
}

// Withheld are the rules that withhold a role that is held, in words.
func (x *Explanation) Withheld(r directory.RoleName) []string {
	for _, h := range x.Roles {
		if h.Role == r {
			return x.unmet(h.Unmet, true)
		}
	}
	return nil
}

// unmet writes rules that are unmet; with deny those alone that withhold.
func (x *Explanation) unmet(rules []directory.UnmetRule, deny bool) []string {
	parent := "the parent"
	if e := x.Snapshot.Entity(x.Entity, x.Now); e.ParentState != directory.ParentNone {
		parent = e.Parent.String()
	}
	var out []string
	for _, r := range rules {
		if deny && r.Enforcement != directory.Deny {
			continue
		}
		out = append(out, "it "+findings.UnmetRule(r, parent))
	}
	return out
}

// composeBar says by which name in compose a group keeps the person out, and where that stands (R36); "" where it does not.
func (x *Explanation) composeBar(k directory.Key) string {
	for _, b := range x.Snapshot.Bars(k, x.Person, x.Now) {
		if b.Group != k || b.Kind != directory.BarRequire && b.Kind != directory.BarExclude {
			continue
		}
		text := ", which " + findings.Bar(b, x.Person)
		if at := x.Cite(k.GroupID(), x.BarField(b, x.Person, x.Now)); at != "" {
			text += " (" + at + ")"
		}
		return text
	}
	return ""
}

// Step is what makes the person, or the group before, a part of the i-th group of a path: the entry or selector of the
// group itself, the parentRef of the one before, or its own compose (R36); and the group of which it is a field.
func (x *Explanation) Step(p directory.Path, i int) (of directory.ID, field, how string) {
	of = p.Groups[i].GroupID()
	switch {
	case p.Includes(i):
		field, how = x.IncludeField(p.Groups[i], p.Groups[i-1])
		return of, field, how
	case i > 0:
		return p.Groups[i-1].GroupID(), "spec.parentRef", "group above"
	case p.BySelector:
		return of, "spec.memberSelector", "selected by attributes"
	}
	field, how = x.entry(p)
	return of, field, how
}

// entry is the entry of the person in the first group of a path.
func (x *Explanation) entry(p directory.Path) (field, how string) {
	field, how = x.EntryField(p.Groups[0], x.Person, x.Now)
	// An entry counts for the groups above even where it does not for its own (R14).
	if _, ok := x.Snapshot.Member(p.Groups[0], x.Person, x.Now); !ok && len(x.Snapshot.KeepsOut(p.Groups[0], x.Person, x.Now)) > 0 {
		how = "listed, and kept out of it"
	}
	return field, how
}

// DenySubject is whom a deny names: "everyone", "Person x" or "Group x/y".
func DenySubject(d *directory.Applied) string {
	switch {
	case d.Everyone:
		return "everyone"
	case d.Subject.Kind == directory.KindGroup:
		return cite.GroupLabel(directory.Key{Namespace: d.Subject.Namespace, Name: d.Subject.Name})
	default:
		return fmt.Sprintf("Person %s", d.Subject.Name)
	}
}

// TermDays are the days of a term in words; "" where there is none of that name.
func (x *Explanation) TermDays(k directory.Key) string {
	r, ok := x.Snapshot.Record(k.TermID())
	if !ok {
		return "does not exist"
	}
	t := r.(*directory.Term)
	return "from " + t.FirstDay.String() + " to the end of " + t.LastDay.String() + ", " + x.Snapshot.Term(k).Zone
}
