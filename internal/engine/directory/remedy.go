package directory

import (
	"cmp"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// RemedyKind says what kind of edit would help.
type RemedyKind uint8

// The kinds of remedy, from what touches least to what gives most.
const (
	RemedyReinstate    RemedyKind = iota // the Person's state: Suspended
	RemedyDeclare                        // declare the Person
	RemedyDeny                           // change or remove a SystemDeny
	RemedyOverride                       // change or remove a PermissionOverride, or add the permission to it
	RemedyWindow                         // change the window of a grant
	RemedyRule                           // meet a role rule with Deny
	RemedyUnblock                        // lift Removed, or add to a Listed group
	RemedyJoin                           // add the person to a group that is given the permission there
	RemedyRoleOverride                   // add the permission to an Override role
	RemedyBind                           // bind a role that gives the permission
	RemedyCreateEntity                   // the entity does not exist
)

// Remedy is a small edit that would turn a "no" into a "yes", alone or, where
// several causes stand together, with the others of the same list.
type Remedy struct {
	Kind RemedyKind
	// Target is the record to edit: a Person, SystemDeny, PermissionOverride, RoleBinding, Group or Role.
	Target ID
	// Role is the role that would then give the permission, or that is withheld.
	Role RoleName
	// Rules are the unmet rules, with RemedyRule.
	Rules []UnmetRule
	// Needed says that the edit is needed whatever else is done; the others are alternatives.
	Needed bool
}

// mostRemedies keeps the list short enough to read.
const mostRemedies = 5

// Remedies are the smallest edits that would let a person have a permission at
// an entity; nothing where the person has it. What stands in the way whatever
// is given comes first (Needed), then the ways to be given it, the least first.
func (s *Snapshot) Remedies(who string, p catalogue.Permission, at EntityKey, now time.Time) []Remedy {
	if p.Level != at.Level || s.Can(who, p, at, now) {
		return nil
	}
	x := s.Explain(who, at, now)
	if !x.Found {
		return []Remedy{{Kind: RemedyCreateEntity, Target: at.ID(), Needed: true}}
	}
	out := s.obstacles(&x, p)
	had := x.FromRoles
	if x.Overridden {
		had = 0
		for i, o := range x.Overrides {
			if i == 0 {
				had = o.Permissions
			}
			had &= o.Permissions
		}
	}
	if !had.Has(p.Set()) && !x.Overridden {
		out = append(out, s.waysIn(&x, p, now)...)
	}
	slices.SortStableFunc(out, func(a, b Remedy) int {
		if a.Needed != b.Needed {
			if a.Needed {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.Target.Compare(b.Target), cmp.Compare(a.Role.Name, b.Role.Name))
	})
	out = slices.CompactFunc(out, func(a, b Remedy) bool {
		return a.Kind == b.Kind && a.Target == b.Target && a.Role == b.Role
	})
	return out[:min(len(out), mostRemedies)]
}

// obstacles are what takes the permission whatever the roles give.
func (s *Snapshot) obstacles(x *Explanation, p catalogue.Permission) []Remedy {
	var out []Remedy
	person := ID{Kind: KindPerson, Name: x.Person}
	switch x.SubjectState {
	case SubjectSuspended:
		out = append(out, Remedy{Kind: RemedyReinstate, Target: person, Needed: true})
	case SubjectUndeclared:
		out = append(out, Remedy{Kind: RemedyDeclare, Target: person, Needed: true})
	}
	for _, d := range x.Denies {
		if d.Permissions.Has(p.Set()) {
			out = append(out, Remedy{Kind: RemedyDeny, Target: d.Source, Needed: true})
		}
	}
	for _, o := range x.Overrides {
		if !o.Permissions.Has(p.Set()) {
			out = append(out, Remedy{Kind: RemedyOverride, Target: o.Source, Needed: true})
		}
	}
	return out
}

// waysIn are the ways in which the roles could come to give the permission.
func (s *Snapshot) waysIn(x *Explanation, p catalogue.Permission, now time.Time) []Remedy {
	w := s.world()
	e, _ := s.names.entities.find(x.Entity)
	var out []Remedy
	for _, g := range x.Grants {
		gives := (g.State == GrantExpired || g.State == GrantNotYet) && w.gives(g.Role, e, p)
		if gives {
			out = append(out, Remedy{Kind: RemedyWindow, Target: g.Source, Role: g.Role})
		}
	}
	for _, h := range x.Roles {
		switch {
		case h.Withheld && h.Permissions.Has(p.Set()):
			out = append(out, Remedy{Kind: RemedyRule, Target: x.Entity.ID(), Role: h.Role, Rules: h.Unmet})
		case len(h.Overridden) > 0 && !h.Permissions.Has(p.Set()) && systemRoleGives(h.Role, p):
			for _, o := range h.Overridden {
				out = append(out, Remedy{Kind: RemedyRoleOverride, Target: ID{KindRole, o.Namespace, o.Name}, Role: h.Role})
			}
		}
	}
	out = append(out, s.groupsToJoin(x, e, p, now)...)
	if name, ok := s.smallestRole(e, x, p); ok {
		out = append(out, Remedy{Kind: RemedyBind, Target: x.Entity.ID(), Role: name})
	}
	return out
}

func systemRoleGives(name RoleName, p catalogue.Permission) bool {
	r := catalogue.SystemRole(name.Name)
	return name.Namespace == "" && r != nil && r.Permissions.Has(p.Set())
}

// groupsToJoin are the groups that are given the permission there now: to be
// joined, or to be let back into where one entry keeps the person out. A group
// that takes more than one edit is left out.
func (s *Snapshot) groupsToJoin(x *Explanation, e uint32, p catalogue.Permission, now time.Time) []Remedy {
	node := s.entities.at(e)
	if node == nil || node.grants == nil {
		return nil
	}
	mine := &person{} // of whom nothing is said
	if i, ok := s.names.people.find(x.Person); ok && s.people.at(i) != nil {
		mine = s.people.at(i)
	}
	var out []Remedy
	for j, g := range node.grants.groups.ids {
		if rec := s.groups.at(g).rec; rec == nil {
			continue
		}
		for _, lg := range node.grants.groups.of(j) {
			r := &node.grants.roles[lg.role]
			if !lg.span.open(now.UnixMicro()) || r.denies || !r.set.Has(p.Set()) || contains(mine.groups, g) {
				continue
			}
			if remedy, ok := s.wayInto(mine, g); ok {
				remedy.Role = r.name
				out = append(out, remedy)
			}
			break
		}
	}
	return out
}

// wayInto is the one edit that makes a person a member of a group; ok is false where it takes more.
func (s *Snapshot) wayInto(p *person, g uint32) (remedy Remedy, ok bool) {
	blocks := s.blocking(p, g)
	at, kind := g, RemedyJoin
	switch {
	case len(blocks) == 0:
	case len(blocks) == 1 && (blocks[0] == g || len(s.declaring(p, g)) > 0):
		at, kind = blocks[0], RemedyUnblock
	default:
		return Remedy{}, false
	}
	key := s.names.groups.key(at)
	return Remedy{Kind: kind, Target: ID{KindGroup, key.Namespace, key.Name}}, true
}

// blocking are the groups at or above a group that keep a person out of it (R14, R15). A
// Listed group does not keep anybody out of itself: joining it is being listed.
func (s *Snapshot) blocking(p *person, g uint32) []uint32 {
	var out []uint32
	seen := map[uint32]struct{}{}
	for at := g; at != none; at = s.groups.at(at).up {
		if _, again := seen[at]; again {
			break
		}
		seen[at] = struct{}{}
		rec := s.groups.at(at).rec
		if contains(p.removed, at) || at != g && rec != nil && rec.Listed && !p.declaredBy(at) {
			out = append(out, at)
		}
	}
	return out
}

// smallestRole is the role that gives a permission at an entity and the least
// besides: the fewest sensitive permissions, then the fewest at all; of those that
// the person does not hold there already and that no rule may withhold.
func (s *Snapshot) smallestRole(e uint32, x *Explanation, p catalogue.Permission) (RoleName, bool) {
	key := x.Entity
	w := s.world()
	var best RoleName
	var size *[2]int // sensitive permissions, permissions
	consider := func(name RoleName) {
		held := slices.ContainsFunc(x.Roles, func(h HeldRole) bool { return h.Role == name })
		if held || slices.ContainsFunc(w.rules(name, key.Namespace), func(r rule) bool { return r.enforcement == Deny }) {
			return
		}
		set, _ := w.permissions(name, e)
		of := [2]int{(set & key.Level.Sensitive()).Len(), set.Len()}
		if set.Has(p.Set()) && (size == nil || slices.Compare(of[:], size[:]) < 0) {
			best, size = name, &of
		}
	}
	for _, r := range key.Level.Roles() {
		consider(RoleName{Name: r.Name})
	}
	if node := s.entities.at(e); node != nil {
		for _, r := range node.roles {
			if rec := s.roles.at(r).rec; rec.Type == RoleCustom && catalogue.SystemRole(rec.Key.Name) == nil && rec.Level == key.Level {
				consider(RoleName(rec.Key))
			}
		}
	}
	return best, size != nil
}
