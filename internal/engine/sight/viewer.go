package sight

import (
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Viewer is somebody who looks at a snapshot at a moment (R32). It is for one goroutine at a time.
type Viewer struct {
	s   *directory.Snapshot
	now time.Time
	who string // "" for somebody whom no Person, or no single one, stands for

	// all says that everything is seen, and blind that nothing is but the viewer himself.
	all, blind bool
	// good says that who may have permissions at all (R11).
	good bool

	// part are the entities in which the viewer takes part, and above what stands above those.
	part, above map[directory.EntityKey]struct{}
	// in are the organisations in which the viewer has a role: there, or at what belongs to them.
	in map[directory.EntityKey]struct{}
	// offices are what the viewer is in the organisations of a namespace, by namespace.
	offices map[string]office

	// over are the entities above anything that is seen, once that was looked for.
	over map[directory.EntityKey]struct{}
}

// office is what somebody is in the organisations of one namespace.
type office struct {
	inside  bool // has a role in one of them
	people  bool // view_all_people at one of them
	assigns bool // assign_roles at one of them
}

// viewAllPeople is the permission at an organisation to see who has access to what belongs to it (R32).
var viewAllPeople, _ = catalogue.Organisation.Permission("view_all_people")

// viewMembers is each level's permission to see who has access at an entity (R32).
var viewMembers = [catalogue.LevelCount]catalogue.Permission{
	catalogue.Organisation: viewAllPeople,
	catalogue.Campus:       permission(catalogue.Campus, "view_campus_members"),
	catalogue.Course:       permission(catalogue.Course, "view_course_members"),
	catalogue.Module:       permission(catalogue.Module, "view_module_members"),
	catalogue.Session:      permission(catalogue.Session, "view_session_members"),
	catalogue.Task:         permission(catalogue.Task, "view_task_members"),
}

func permission(l catalogue.Level, id string) catalogue.Permission {
	p, _ := l.Permission(id)
	return p
}

// All is whoever looks at a folder or a commit of his own: everything is seen.
func All(s *directory.Snapshot, now time.Time) *Viewer { return &Viewer{s: s, now: now, all: true} }

// Of is the viewer whom a signed-in user is: a platform administrator, or the one active Person whose user name it is
// (R21), or nobody in particular. Whoever has no Person but a suspended one is blind, as that Person is.
func Of(s *directory.Snapshot, r authority.Requester, now time.Time) *Viewer {
	who := authority.Identify(s, r)
	if authority.Administers(s, r) {
		return &Viewer{s: s, now: now, who: who, all: true}
	}
	if who == "" && len(s.PeopleOfUser(r.User)) == 0 {
		if suspended := s.SuspendedOfUser(r.User); len(suspended) > 0 {
			v := &Viewer{s: s, now: now, blind: true}
			if len(suspended) == 1 {
				v.who = suspended[0]
			}
			return v
		}
	}
	return person(s, who, now)
}

// As is the viewer that a person would be. Whom the Platform names as an administrator by a user group is not known here
// to be one.
func As(s *directory.Snapshot, who string, now time.Time) *Viewer {
	if authority.IsAdministrator(s, who) {
		return &Viewer{s: s, now: now, who: who, all: true}
	}
	return person(s, who, now)
}

func person(s *directory.Snapshot, who string, now time.Time) *Viewer {
	v := &Viewer{s: s, now: now, who: who}
	if who == "" {
		return v
	}
	state := s.SubjectState(who)
	v.blind, v.good = state == directory.SubjectSuspended, state == directory.SubjectGood
	if v.good {
		v.look()
	}
	return v
}

// look finds out where the viewer takes part, and what follows from that alone.
func (v *Viewer) look() {
	part := v.s.PartOf(v.who, v.now)
	v.part = make(map[directory.EntityKey]struct{}, len(part))
	v.above, v.in, v.offices = map[directory.EntityKey]struct{}{}, map[directory.EntityKey]struct{}{}, map[string]office{}
	for _, e := range part {
		v.part[e] = struct{}{}
		v.rise(e, v.above)
		at, of := e.Namespace, v.offices[e.Namespace]
		if o, ok := v.s.OwningOrganisation(e); ok {
			v.in[o], of.inside = struct{}{}, true
		}
		if e.Level == catalogue.Organisation {
			of.people = of.people || v.s.Can(v.who, viewAllPeople, e, v.now)
			of.assigns = of.assigns || authority.AssignsIn(v.s, v.who, at, v.now)
		}
		v.offices[at] = of
	}
}

// rise notes what stands above an entity.
func (v *Viewer) rise(e directory.EntityKey, above map[directory.EntityKey]struct{}) {
	for at, ok := v.s.Parent(e); ok; at, ok = v.s.Parent(at) {
		if _, known := above[at]; known {
			return
		}
		above[at] = struct{}{}
	}
}

// Everything says whether the viewer sees all there is: a platform administrator, or whoever looks at files of his own. To
// look with the eyes of somebody else ([As]) is for those.
func (v *Viewer) Everything() bool { return v.all }

// Name is the person who looks; "" where it is nobody in particular.
func (v *Viewer) Name() string { return v.who }
