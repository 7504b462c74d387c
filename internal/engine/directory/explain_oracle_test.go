package directory_test

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// compareExplanations checks that an explanation explains what was decided:
// the grants in it give the roles, its overrides and denies what they made of them.
func compareExplanations(s *directory.Snapshot, t *table, n *counts) string {
	for _, p := range t.people {
		for _, e := range t.entities {
			want, got := t.of(p, e), s.Explain(p, e, t.now)
			n.lists++
			if !sameAccess(got.Access, want) || got.Person != p {
				return fmt.Sprintf("Explain(%s, %s).Access: %s", p, e, differing(want, got.Access))
			}
			if d := explains(t, p, got); d != "" {
				return fmt.Sprintf("Explain(%s, %s): %s", p, e, d)
			}
		}
	}
	return ""
}

func explains(t *table, person string, x directory.Explanation) string {
	if x.Found != slices.Contains(t.world.Entities(), x.Entity) {
		return fmt.Sprintf("Found = %v", x.Found)
	}
	withheld := map[directory.RoleName]bool{}
	for _, r := range x.Roles {
		withheld[r.Role] = r.Withheld
	}
	byEntity := map[directory.RoleName]bool{}
	for _, g := range x.Grants {
		if d := explainsGrant(t, person, g, withheld); d != "" {
			return d
		}
		if g.State == directory.GrantInForce || g.State == directory.GrantWithheld {
			byEntity[g.Role] = true
		}
	}
	for _, r := range x.Roles {
		if !byEntity[r.Role] {
			return fmt.Sprintf("no grant gives role %s", r.Role)
		}
	}
	return explainsRest(t, x)
}

// explainsGrant checks the state of one grant and the path by which it reaches the person.
func explainsGrant(t *table, person string, g directory.Grant, withheld map[directory.RoleName]bool) string {
	held := g.State == directory.GrantInForce || g.State == directory.GrantWithheld
	isWithheld, known := withheld[g.Role]
	switch {
	case held && !g.Window.Contains(t.now):
		return fmt.Sprintf("%v counts outside of its window", g)
	case held && (!known || isWithheld != (g.State == directory.GrantWithheld)):
		return fmt.Sprintf("%v does not go with the roles held", g)
	case g.State == directory.GrantExpired && g.Window.Contains(t.now), g.State == directory.GrantNotYet && g.Window.Contains(t.now):
		return fmt.Sprintf("%v is within its window", g)
	case g.State == directory.GrantNothing && g.Problem == directory.RoleOK:
		return fmt.Sprintf("%v gives nothing for no reason", g)
	case g.Subject.Kind == directory.KindPerson:
		if g.Subject.Name != person || len(g.Path.Groups) > 0 {
			return fmt.Sprintf("%v does not reach %s", g, person)
		}
		return ""
	}
	return explainsMembership(t, person, g)
}

// explainsMembership checks the path by which a grant reaches the person through a group, and
// when: now, or where that is not so at the next or the last time (R12a).
func explainsMembership(t *table, person string, g directory.Grant) string {
	k := directory.Key{Namespace: g.Subject.Namespace, Name: g.Subject.Name}
	is, m := t.world.IsMember(person, k, t.now), g.Membership
	if is != m.Contains(t.now) {
		return fmt.Sprintf("%v: member now %v, and the membership is %v", g, is, m)
	}
	at := func(moment time.Time) bool { return t.world.IsMember(person, k, moment) }
	if !m.NotBefore.IsZero() && (at(m.NotBefore.Add(-time.Microsecond)) || !at(m.NotBefore)) {
		return fmt.Sprintf("%v: the membership does not begin then", g)
	}
	if !m.NotAfter.IsZero() && (!at(m.NotAfter.Add(-time.Microsecond)) || at(m.NotAfter)) {
		return fmt.Sprintf("%v: the membership does not end then", g)
	}
	switch {
	case is:
		return explainsPath(t, person, g.Subject, g.Path)
	case g.State == directory.GrantInForce || g.State == directory.GrantWithheld:
		return fmt.Sprintf("%v counts for somebody who is no member", g)
	case g.State == directory.GrantNotMemberYet && !m.NotBefore.After(t.now),
		g.State == directory.GrantMemberNoLonger && m.NotAfter.After(t.now):
		return fmt.Sprintf("%v: the membership is not on that side of now", g)
	}
	return ""
}

// explainsPath checks that a path leads from a group that declares the person up to the subject.
func explainsPath(t *table, person string, subject directory.Subject, path directory.Path) string {
	groups := path.Groups
	k := directory.Key{Namespace: subject.Namespace, Name: subject.Name}
	if len(groups) == 0 || groups[len(groups)-1] != k || !t.world.IsMember(person, k, t.now) {
		return fmt.Sprintf("path %v does not end at %s, or %s is no member of it", groups, k, person)
	}
	// One part after the other: each ends at a group that the next one's first group includes (R36).
	first := 0
	for i, g := range groups {
		if i < len(groups)-1 && !path.Includes(i+1) {
			if !slices.Contains(t.groups[groups[i+1]].Subgroups, g) {
				return fmt.Sprintf("path %v: %s is not above %s", path, groups[i+1], g)
			}
			continue
		}
		if i < len(groups)-1 && !slices.Contains(t.groups[groups[i+1]].References, directory.Reference{Name: g}) &&
			!slices.Contains(t.groups[groups[i+1]].References, directory.Reference{Name: g, State: directory.ReferenceUnsettled}) {
			return fmt.Sprintf("path %v: %s does not include %s", path, groups[i+1], g)
		}
		member := slices.IndexFunc(t.members[g], func(m directory.Membership) bool { return m.Person == person })
		if member < 0 || !slices.Contains(t.members[g][member].Through, groups[first]) {
			return fmt.Sprintf("path %v: %s does not declare %s in %s", path, groups[first], person, g)
		}
		first = i + 1
	}
	return ""
}

// explainsRest checks overrides and denies: they are those in force, and with
// them the roles make the answer.
func explainsRest(t *table, x directory.Explanation) string {
	var named []directory.ID
	for _, a := range slices.Concat(x.Overrides, x.Denies) {
		named = append(named, a.Source)
	}
	slices.SortFunc(named, directory.ID.Compare)
	if want := t.world.Restrictions(x.Person, x.Entity, t.now); !slices.Equal(named, want) {
		return fmt.Sprintf("it names %v, want %v", named, want)
	}
	allowed := x.FromRoles
	if len(x.Overrides) > 0 {
		allowed = x.Entity.Level.All()
		for _, o := range x.Overrides {
			allowed &= o.Permissions
		}
	}
	if (len(x.Overrides) > 0) != x.Overridden {
		return fmt.Sprintf("%d overrides, Overridden = %v", len(x.Overrides), x.Overridden)
	}
	if x.SubjectState != directory.SubjectGood {
		allowed = 0
	}
	var denied catalogue.Set
	for _, d := range x.Denies {
		denied |= d.Permissions
		if !d.Window.Contains(t.now) {
			return fmt.Sprintf("deny %v counts outside of its window", d)
		}
		if d.Unsettled {
			if k := (directory.Key{Namespace: d.Subject.Namespace, Name: d.Subject.Name}); !t.groups[k].Unsettled || t.world.IsMember(x.Person, k, t.now) {
				return fmt.Sprintf("deny %v is said to reach whoever might be in a group that is settled", d)
			}
		} else if d.Subject.Kind == directory.KindGroup {
			if problem := explainsPath(t, x.Person, d.Subject, d.Path); problem != "" {
				return problem
			}
		}
	}
	if x.Found && allowed&denied != x.Denied {
		return fmt.Sprintf("its denies take %v, Denied is %v", (allowed & denied).IDs(x.Entity.Level), x.Denied.IDs(x.Entity.Level))
	}
	return ""
}
