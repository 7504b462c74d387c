package coalition

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Power is what a set of people can bring about by themselves, one helping the
// other, now and at every later moment (R22a).
type Power struct {
	at map[directory.EntityKey]*reach
	// rank is the highest role that one of them has within a group.
	rank map[directory.Key]directory.MemberRole
}

// reach is the power at one entity.
type reach struct {
	// whole: one of them has every permission, owns it, or can come to.
	whole bool
	// anew: they can make it their own by making it anew, below something else. What
	// denies take because of what it stands below is then not taken.
	anew bool
	// organisation: assign_roles at the organisation that owns it; assigns: the level's own permission (R23).
	organisation, assigns bool
	// has is what each of them may do there, now or at any later moment; all says
	// whether at one of them that is all that is sensitive.
	has []catalogue.Set
	all []bool
	// gives is what they may give to somebody there.
	gives catalogue.Set
}

func (r *reach) any() bool { return r.whole || r.organisation || r.assigns }

// can is what one of them may do there, or be given by the others.
func (r *reach) can(i int) catalogue.Set { return r.has[i] | r.gives }

// takes is R23: from whom they may take, by what the person holds.
func (r *reach) takes(k, owner directory.EntityKey, held catalogue.Set) bool {
	all := k.Level.Sensitive()
	held &= all
	return r.whole || r.assigns && (r.gives|r.union()).Has(held) || r.organisation && (held == 0 || owner != k && held != all)
}

func (r *reach) union() catalogue.Set {
	var set catalogue.Set
	for _, has := range r.has {
		set |= has
	}
	return set
}

var assignIDs = map[catalogue.Level]string{
	catalogue.Organisation: "assign_roles", catalogue.Campus: "manage_campus_members", catalogue.Course: "manage_course_users",
	catalogue.Module: "manage_module_users", catalogue.Session: "manage_session_users", catalogue.Task: "manage_task_users",
}

var settingsIDs = map[catalogue.Level]string{
	catalogue.Organisation: "manage_organisation_settings", catalogue.Campus: "manage_campus_settings",
	catalogue.Course: "manage_course_settings",
	catalogue.Module: "manage_module_settings", catalogue.Session: "manage_session_settings", catalogue.Task: "manage_task_settings",
}

var createIDs = map[[2]catalogue.Level][]string{
	{catalogue.Campus, catalogue.Organisation}: {"create_campus"},
	{catalogue.Course, catalogue.Organisation}: {"manage_content", "add_courses_to_join"},
	{catalogue.Course, catalogue.Campus}:       {"add_courses_to_join"},
	{catalogue.Module, catalogue.Course}:       {"create_modules"},
	{catalogue.Session, catalogue.Module}:      {"create_sessions"},
	{catalogue.Session, catalogue.Course}:      {"edit_course_content"},
	{catalogue.Task, catalogue.Module}:         {"create_tasks"},
	{catalogue.Task, catalogue.Course}:         {"edit_course_content"},
	{catalogue.Task, catalogue.Session}:        {"edit_session_content"},
}

var aloneIDs = []string{"manage_content", "add_campuses_to_join", "add_courses_to_join", "add_modules_to_join", "add_sessions_to_join"}

// Of works out the power of some people in a world. The names of entities that
// are not there (any more) and matter all the same are given too.
func Of(w *World, people []string, names ...directory.EntityKey) *Power {
	p := &Power{at: map[directory.EntityKey]*reach{}, rank: map[directory.Key]directory.MemberRole{}}
	b := &builder{w: w, people: people, p: p}
	for _, r := range w.Records {
		if e, ok := r.(*directory.Entity); ok {
			b.keys = append(b.keys, e.Key)
		}
	}
	for _, k := range names {
		if w.entity(k) == nil {
			b.keys = append(b.keys, k)
		}
	}
	slices.SortFunc(b.keys, directory.EntityKey.Compare) // organisations first
	for _, k := range b.keys {
		b.direct(k)
	}
	for b.again = true; b.again; {
		b.again = false
		b.ranks()
		for _, k := range b.keys {
			b.step(k)
		}
	}
	return p
}

type builder struct {
	w      *World
	people []string
	keys   []directory.EntityKey
	p      *Power
	again  bool
}

func (b *builder) set(flag *bool, value bool) {
	if value && !*flag {
		*flag, b.again = true, true
	}
}

func (b *builder) add(set *catalogue.Set, more catalogue.Set) {
	if more&^*set != 0 {
		*set |= more
		b.again = true
	}
}

// direct is what they have by themselves.
func (b *builder) direct(k directory.EntityKey) {
	r := &reach{has: make([]catalogue.Set, len(b.people)), all: make([]bool, len(b.people))}
	b.p.at[k] = r
	if b.w.entity(k) == nil {
		return
	}
	_, owner := b.w.belongs(k)
	for i, who := range b.people {
		for _, at := range b.w.times() {
			has, all := b.w.s.Permissions(who, k, at), k.Level.Sensitive()
			r.has[i] |= has
			r.all[i] = r.all[i] || all != 0 && has.Has(all)
			r.whole = r.whole || has == k.Level.All()
		}
		r.whole = r.whole || owner == who && b.free(who, k)
		r.assigns = r.assigns || r.has[i].Has(permission(k.Level, assignIDs[k.Level]))
	}
}

// free says whether an owner's hand is his own at some moment: nothing overrides
// what he may do there, and no deny takes the permission to give roles.
func (b *builder) free(who string, k directory.EntityKey) bool {
	return slices.ContainsFunc(b.w.times(), func(at time.Time) bool {
		a := b.w.s.Access(who, k, at)
		return a.SubjectState == directory.SubjectGood && !a.Overridden && !b.w.denied(who, k, at).Has(permission(k.Level, assignIDs[k.Level]))
	})
}

// step follows from what was found so far.
func (b *builder) step(k directory.EntityKey) {
	r, all := b.p.at[k], k.Level.Sensitive()
	if b.w.entity(k) == nil {
		b.dead(k, r)
		return
	}
	if o, _ := b.w.belongs(k); o.Name != "" {
		up := b.p.at[o]
		b.set(&r.organisation, up.whole || slices.ContainsFunc(up.has,
			func(s catalogue.Set) bool { return s.Has(permission(o.Level, "assign_roles")) }) ||
			up.any() && up.gives.Has(permission(o.Level, "assign_roles")))
		b.set(&r.whole, up.whole)
	}
	switch {
	case r.whole || r.organisation:
		b.add(&r.gives, k.Level.All())
	case r.assigns:
		b.add(&r.gives, r.union()|k.Level.All()&^all)
	default:
		b.add(&r.gives, b.byList(k))
	}
	b.set(&r.assigns, r.whole || r.organisation)
	for i := range b.people {
		// Whoever has all that is sensitive gives himself the rest.
		b.set(&r.whole, r.all[i])
		if k.Level == catalogue.Campus && r.can(i).Has(permission(k.Level, "manage_campus_ownership")|permission(k.Level,
			"manage_campus_settings")) {
			b.set(&r.whole, true) // R24: it can be made his own
		}
		if b.mayDelete(k, i) {
			b.dead(k, r)
		}
	}
}

// byList is what they may give without power at the entity: staff add people to
// a group as long as nothing sensitive changes hands. Below a group in which
// learners may create groups only its own staff bring in people who are no
// members of it, so that others give nothing that it carries.
func (b *builder) byList(k directory.EntityKey) catalogue.Set {
	var set catalogue.Set
	each(b.w, func(g *directory.Group) {
		if b.p.rank[g.Key] == directory.Learner {
			return
		}
		for _, at := range b.w.times() {
			if a := b.w.s.Newcomer(g.Key).Access(k, at); held(&a)&k.Level.Sensitive() == 0 {
				set |= held(&a) &^ b.membersHave(g.Key, k, at)
			}
		}
	})
	return set
}

// membersHave is what those have already whom alone they may bring into a group.
func (b *builder) membersHave(g directory.Key, k directory.EntityKey, at time.Time) catalogue.Set {
	var set catalogue.Set
	for _, above := range b.w.s.GroupPath(g) {
		rec, ok := b.w.Find((&directory.Group{Key: above}).ID()).(*directory.Group)
		if ok && above != g && rec.LearnersMayCreateSubgroups && b.p.rank[above] == directory.Learner {
			a := b.w.s.Newcomer(above).Access(k, at)
			set |= held(&a)
		}
	}
	return set
}

// mayDelete is R24: the settings, and what changing its ownership takes or the
// permission to create it where it is.
func (b *builder) mayDelete(k directory.EntityKey, i int) bool {
	if b.p.at[k].whole {
		return true
	}
	if !b.p.at[k].can(i).Has(permission(k.Level, settingsIDs[k.Level])) {
		return false
	}
	o, _ := b.w.belongs(k)
	parent, ok := b.w.parent(k)
	return ok && o.Name != "" && b.creates(k.Level, parent, i)
}

func (b *builder) creates(l catalogue.Level, parent directory.EntityKey, i int) bool {
	if b.w.entity(parent) == nil {
		return false
	}
	up := b.p.at[parent]
	return slices.ContainsFunc(createIDs[[2]catalogue.Level{l, parent.Level}], func(id string) bool {
		return up.whole || up.can(i).Has(permission(parent.Level, id))
	})
}

// dead is the power over a name that nobody has, or that they can free: whoever
// may make it anew has what he makes of it. A name that something still names
// does not become anybody's own.
func (b *builder) dead(k directory.EntityKey, r *reach) {
	loose, roles, denied, children := b.w.naming(k)
	loose = loose || slices.ContainsFunc(roles, func(role *directory.Role) bool { return !b.drops(role, k) })
	named := denied || loose && !b.tidies(k.Namespace) || slices.ContainsFunc(children, func(c directory.EntityKey) bool {
		return !slices.ContainsFunc(b.people, func(who string) bool { return b.mayDelete(c, slices.Index(b.people, who)) })
	})
	organisations := b.w.organisations(k.Namespace)
	for i := range b.people {
		if !named && k.Level != catalogue.Organisation {
			alone := len(organisations) == 0
			for _, o := range organisations {
				alone = alone || slices.ContainsFunc(aloneIDs, func(id string) bool { return b.p.at[o].can(i).Has(permission(o.Level, id)) })
			}
			b.set(&r.whole, alone)
			b.set(&r.anew, alone)
		}
		for _, parent := range b.keys {
			if parent.Namespace != k.Namespace || !b.creates(k.Level, parent, i) {
				continue
			}
			if !named {
				b.set(&r.whole, true)
				b.set(&r.anew, true)
			}
			owner, ok := b.w.organisation(parent)
			elsewhere := slices.ContainsFunc(organisations, func(o directory.EntityKey) bool { return o != owner && !b.p.at[o].whole })
			if ok && !elsewhere {
				b.set(&r.whole, b.p.at[owner].whole)
				b.set(&r.organisation, b.p.at[owner].organisation)
			}
		}
	}
	if k.Level == catalogue.Campus && r.organisation {
		b.set(&r.whole, true) // as a campus that is there: manage_campus_ownership can be given
	}
	if r.whole || r.organisation {
		b.set(&r.assigns, true)
		b.add(&r.gives, k.Level.All())
	}
}

// drops says whether they may delete a role of an entity: who may change its settings may, if what is taken by that is theirs to
// take. What such a role names is free for them, since they can have it name nothing.
func (b *builder) drops(role *directory.Role, k directory.EntityKey) bool {
	id := settingsIDs[k.Level]
	if k.Level == catalogue.Campus {
		id = "manage_campus_roles"
	}
	r := b.p.at[k]
	if role.Type != directory.RoleCustom || role.Level != k.Level || b.w.entity(k) == nil || b.w.required(role.Key) ||
		!r.whole && !slices.ContainsFunc(r.has, func(has catalogue.Set) bool { return (has | r.gives).Has(permission(k.Level, id)) }) {
		return false
	}
	set, _ := k.Level.Parse(role.Permissions)
	if set&k.Level.Sensitive()&^r.gives != 0 {
		return false
	}
	owner, _ := b.w.belongs(k)
	return !slices.ContainsFunc(b.w.s.People(), func(who string) bool {
		held := heldAtAnyTime(b.w, who, k)
		return held != 0 && !r.takes(k, owner, held)
	})
}

// tidies says whether they may take away what is said of an entity that does not exist.
func (b *builder) tidies(ns string) bool {
	return slices.ContainsFunc(b.w.organisations(ns), func(o directory.EntityKey) bool { return b.p.at[o].organisation })
}

// ranks are those that they have, or can come to: an entry counts where nothing
// keeps the person out but groups of which one of them is staff, who may let him in.
func (b *builder) ranks() {
	each(b.w, func(g *directory.Group) {
		rank := b.p.rank[g.Key]
		if b.tidies(g.Key.Namespace) {
			rank = directory.Admin
		}
		for _, m := range b.w.s.DatedGroup(g).Members {
			if m.State == directory.MemberActive && m.Role > rank && slices.Contains(b.people, m.Name) &&
				slices.ContainsFunc(b.w.times(), func(at time.Time) bool { return m.Open(at) && b.letIn(g.Key, m.Name, at) }) {
				rank = m.Role
			}
		}
		if rank > b.p.rank[g.Key] {
			b.p.rank[g.Key], b.again = rank, true
		}
	})
}

func (b *builder) letIn(k directory.Key, who string, at time.Time) bool {
	return b.w.s.Person(who, b.w.Now).SubjectState == directory.SubjectGood &&
		!slices.ContainsFunc(b.w.s.KeepsOut(k, who, at), func(by directory.Key) bool { return b.p.rank[by] == directory.Learner })
}

// held is all that somebody has been given at an entity, whatever stands against it.
func held(a *directory.Access) catalogue.Set {
	return byRoles(a) | a.Granted
}
