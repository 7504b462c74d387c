package directory

import (
	"cmp"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// RemedyKind says what kind of edit would help.
type RemedyKind uint8

// The kinds of remedy.
const (
	RemedyReinstate    RemedyKind = iota // the Person's state: Suspended
	RemedyDeclare                        // declare the Person
	RemedyDeny                           // change or remove a SystemDeny
	RemedyOverride                       // change or remove a PermissionOverride, or add the permission to it
	RemedyWindow                         // change the window of a grant
	RemedyRule                           // meet the role rules with Deny that withhold a role
	RemedyUnblock                        // lift Removed, or add to a Listed group
	RemedyJoin                           // add the person to a group that is given the permission there
	RemedyRoleOverride                   // add the permission to an Override role
	RemedyBind                           // bind a role that gives the permission
	RemedyNewRole                        // bind a new Custom role, where no role gives the permission
	RemedyCreateEntity                   // the entity does not exist
	RemedyLeave                          // leave a group that another one excludes (R36)
	RemedyEnter                          // join a group that another one requires (R36)
)

// Remedy is a small edit that would turn a "no" into a "yes": with all that are Needed, and with
// one of the others where there are any.
type Remedy struct {
	Kind RemedyKind
	// Target is the record to edit: a Person, SystemDeny, PermissionOverride, RoleBinding, Group or
	// Role; the entity, with RemedyBind, RemedyNewRole and RemedyRule.
	Target ID
	// By is the group whose compose names the Target, with RemedyLeave and RemedyEnter (R36).
	By Key
	// Role is the role that would then give the permission, or that is withheld.
	Role RoleName
	// Enrolment is the enrolment of a Target that is a Group, with RemedyWindow.
	Enrolment string
	// Rules are the unmet rules, with RemedyRule; Taken are the grants to take away from the person,
	// and Bound the roles to give besides, by which they are met.
	Rules []UnmetRule
	Taken []Grant
	Bound []RoleAt
	// Needed says that the edit is needed whatever else is done; the others are alternatives.
	Needed bool
	// Gain is what comes with it.
	Gain Gain
}

// RoleAt is a role at an entity.
type RoleAt struct {
	Role RoleName
	At   EntityKey
}

// mostRemedies is how many alternatives are named: a list should be short enough to read.
const mostRemedies = 5

// Remedies are the smallest edits that would let a person have a permission at
// an entity; nothing where the person has it. What stands in the way whatever
// is given comes first (Needed), then the ways to be given it, the least
// privilege first (see Gain.Compare). Each was tried: together with all that is needed it gives
// the permission. After a mutual exclusion the ways are to take one of the roles away.
func (s *Snapshot) Remedies(who string, p catalogue.Permission, at EntityKey, now time.Time) []Remedy {
	if p.Level != at.Level || s.Can(who, p, at, now) {
		return nil
	}
	a := asked{who, p, at, now}
	if !s.entityFound(at) {
		create := Remedy{Kind: RemedyCreateEntity, Target: at.ID(), Needed: true}
		after, _ := s.With(s.edit(&create, a)...)
		return append([]Remedy{create}, after.Remedies(who, p, at, now)...)
	}
	needed := s.needed(a)
	cleared := s.measureNeeded(needed, a)
	if cleared.Can(who, p, at, now) {
		return needed
	}
	return append(needed, cleared.ways(a)...)
}

// needed is what stands in the way whatever is given, and what would once that is done: whoever is
// reinstated may be in groups to which something is denied.
func (s *Snapshot) needed(a asked) []Remedy {
	var out []Remedy
	for {
		cleared := s.with(out, -1, a)
		x := cleared.Explain(a.who, a.at, a.now)
		more := cleared.obstacles(&x, a.p)
		more = slices.DeleteFunc(more, func(r Remedy) bool {
			return slices.ContainsFunc(out, func(o Remedy) bool { return sameEdit(r, o) })
		})
		if len(more) == 0 {
			return out
		}
		slices.SortFunc(more, byKind)
		out = append(out, slices.CompactFunc(more, sameEdit)...)
	}
}

// ways are the alternatives of somebody in whose way nothing stands any more: those that were tried
// and give the permission, the least privilege first.
func (s *Snapshot) ways(a asked) []Remedy {
	x := s.Explain(a.who, a.at, a.now)
	t := s.trial(a)
	out := append(t.those(s.rulesToMeet(&x, a.p)), t.those(s.groupsInTheWay(&x, a.p, a.now))...)
	if !slices.ContainsFunc(out, func(r Remedy) bool { return len(r.Taken) > 0 }) {
		out = append(out, t.those(s.groupsToJoin(&x, a.p, a.now))...)
		out = append(out, t.binding(s, &x)...)
	}
	out = append(out, t.those(s.grantsToMend(&x, a.p))...)
	slices.SortStableFunc(out, func(a, b Remedy) int { return cmp.Or(a.Gain.Compare(b.Gain), byKind(a, b)) })
	out = slices.CompactFunc(out, sameEdit)
	if len(out) == 0 {
		out = t.those([]Remedy{{Kind: RemedyNewRole, Target: a.at.ID()}})
	}
	return out[:min(len(out), mostRemedies)]
}

func byKind(a, b Remedy) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.Target.Compare(b.Target), cmp.Compare(a.Role.Name, b.Role.Name))
}

func sameEdit(a, b Remedy) bool {
	return a.Kind == b.Kind && a.Target == b.Target && a.Role == b.Role && a.Enrolment == b.Enrolment
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

// grantsToMend are the grants and roles that would give the permission but for their window or an Override.
func (s *Snapshot) grantsToMend(x *Explanation, p catalogue.Permission) []Remedy {
	w := s.world()
	e, _ := s.names.entities.find(x.Entity)
	var out []Remedy
	for _, g := range x.Grants {
		if (g.State == GrantExpired || g.State == GrantNotYet || g.State == GrantOutOfTerm) && w.gives(g.Role, e, p) {
			out = append(out, Remedy{Kind: RemedyWindow, Target: g.Source, Role: g.Role, Enrolment: g.Enrolment})
		}
	}
	for _, h := range x.Roles {
		if len(h.Overridden) > 0 && !h.Permissions.Has(p.Set()) && systemRoleGives(h.Role, p) {
			for _, o := range h.Overridden {
				out = append(out, Remedy{Kind: RemedyRoleOverride, Target: ID{KindRole, o.Namespace, o.Name}, Role: h.Role})
			}
		}
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
func (s *Snapshot) groupsToJoin(x *Explanation, p catalogue.Permission, now time.Time) []Remedy {
	e, ok := s.names.entities.find(x.Entity)
	if !ok {
		return nil
	}
	node := s.entities.at(e)
	if node == nil || node.grants == nil {
		return nil
	}
	mine, at := &person{}, now.UnixMicro() // of whom nothing is said
	if i, ok := s.names.people.find(x.Person); ok && s.people.at(i) != nil {
		mine = s.people.at(i)
	}
	var out []Remedy
	for _, groups := range node.grants.groupLists() {
		for j, g := range groups.ids {
			if rec := s.groups.at(g).rec; rec == nil {
				continue
			}
			for _, lg := range groups.of(j) {
				r := &node.grants.roles[lg.role]
				if !lg.span.open(now.UnixMicro()) || r.denies || !r.set.Has(p.Set()) || contains(mine.groupsAt(at), g) {
					continue
				}
				if remedy, ok := s.wayInto(mine, g, at); ok {
					remedy.Role = r.name
					out = append(out, remedy)
				}
				break
			}
		}
	}
	return out
}

// wayInto is the one edit that makes a person a member of a group; ok is false where it takes more.
func (s *Snapshot) wayInto(p *person, g uint32, now int64) (remedy Remedy, ok bool) {
	blocks := s.blocking(p, g, now)
	at, kind := g, RemedyJoin
	switch {
	case len(blocks) == 0:
	case len(blocks) == 1 && (blocks[0] == g && p.removedBy(g, now) || len(s.declaring(p, g, now)) > 0):
		at, kind = blocks[0], RemedyUnblock
	default:
		return Remedy{}, false
	}
	key := s.names.groups.key(at)
	return Remedy{Kind: kind, Target: ID{KindGroup, key.Namespace, key.Name}}, true
}

// blocking are the groups at or above a group that keep a person out of it at a moment (R14, R15). A
// Listed group does not keep anybody out of itself: joining it is being listed.
func (s *Snapshot) blocking(p *person, g uint32, now int64) []uint32 {
	var out []uint32
	seen := map[uint32]struct{}{}
	for at := g; at != none; at = s.groups.at(at).up {
		if _, again := seen[at]; again {
			break
		}
		seen[at] = struct{}{}
		node := s.groups.at(at)
		if p.removedBy(at, now) || s.keptOut(node.made, p, now) || at != g && node.listed() && !s.declares(at, p, now) {
			out = append(out, at)
		}
	}
	return out
}

// KeptOut is the first group that would give the person the permission at the entity, did not one entry
// keep the person out of it; ok is false where there is none.
func (s *Snapshot) KeptOut(x *Explanation, p catalogue.Permission, now time.Time) (group ID, ok bool) {
	for _, r := range s.groupsToJoin(x, p, now) {
		if r.Kind == RemedyUnblock && (!ok || r.Target.Compare(group) < 0) {
			group, ok = r.Target, true
		}
	}
	if !ok {
		return s.keptOutByCompose(x, p, now)
	}
	return group, ok
}
