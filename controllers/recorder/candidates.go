package recorder

import (
	"iter"
	"sync"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// step is a step of the Feed with an index of its events. A commit may be one step of
// tens of thousands of events that bears on as many people, each of whom a few of the events concern.
type step struct {
	*feed.Step
	index func() *index
}

func newStep(s *feed.Step) *step {
	return &step{Step: s, index: sync.OnceValue(func() *index { return indexOf(s) })}
}

// index finds events by what they can bear on.
type index struct {
	byID map[directory.ID][]*feed.Event
	// at are bindings, overrides and roles, by their entity.
	at map[directory.EntityKey][]*feed.Event
	// terms are all of them: of the days of one many things may hang.
	terms []*feed.Event
	// under are bindings that select, by the entity that they look under (rule R34).
	under map[directory.EntityKey][]*feed.Event
	// templates are those of a namespace.
	templates map[string][]*feed.Event
	// naming are groups whose members lists name somebody, and denies of somebody.
	naming map[string][]*feed.Event
	// denying are denies of a group, and everyone those of everyone.
	denying  map[directory.Key][]*feed.Event
	everyone []*feed.Event
}

// indexOf looks at what each object said before and says now.
func indexOf(s *feed.Step) *index {
	x := &index{
		byID: map[directory.ID][]*feed.Event{}, at: map[directory.EntityKey][]*feed.Event{}, under: map[directory.EntityKey][]*feed.Event{},
		templates: map[string][]*feed.Event{},
		naming:    map[string][]*feed.Event{}, denying: map[directory.Key][]*feed.Event{},
	}
	for i := range s.Events {
		e := &s.Events[i]
		x.byID[e.ID] = append(x.byID[e.ID], e)
		before, _ := s.Before.Record(e.ID)
		for _, r := range [2]directory.Record{before, e.Record} {
			x.add(e, r)
		}
	}
	return x
}

func (x *index) add(e *feed.Event, r directory.Record) {
	switch r := r.(type) {
	case *directory.RoleBinding:
		if r.Selects != nil {
			k := r.Selects.Under.In(e.ID.Namespace)
			x.under[k] = append(x.under[k], e)
			break
		}
		k := r.Entity.In(e.ID.Namespace)
		x.at[k] = append(x.at[k], e)
	case *directory.PermissionOverride:
		k := r.Entity.In(e.ID.Namespace)
		x.at[k] = append(x.at[k], e)
	case *directory.Role:
		k := r.Entity.In(e.ID.Namespace)
		x.at[k] = append(x.at[k], e)
	case *directory.Term:
		x.terms = append(x.terms, e)
	case *directory.RoleTemplate:
		x.templates[e.ID.Namespace] = append(x.templates[e.ID.Namespace], e)
	case *directory.Group:
		for i := range r.Members {
			x.naming[r.Members[i].Name] = append(x.naming[r.Members[i].Name], e)
		}
	case *directory.SystemDeny:
		if r.Everyone {
			x.everyone = append(x.everyone, e)
		}
		for _, s := range r.Subjects {
			if s.Kind == directory.KindPerson {
				x.naming[s.Name] = append(x.naming[s.Name], e)
			} else {
				k := directory.Key{Namespace: s.Namespace, Name: s.Name}
				x.denying[k] = append(x.denying[k], e)
			}
		}
	}
}

// few is how many events are looked at sooner than looked up.
const few = 8

// candidates are the events that may bear on a question, and those of objects that are known to. One may come twice.
func (s *step) candidates(q question, known map[directory.ID]audit.Object) iter.Seq[*feed.Event] {
	if len(s.Events) <= few {
		return func(yield func(*feed.Event) bool) {
			for i := range s.Events {
				if !yield(&s.Events[i]) {
					return
				}
			}
		}
	}
	x := s.index()
	lists := [][]*feed.Event{
		x.byID[directory.PersonID(q.person)], x.at[q.entity], x.templates[q.entity.Namespace], x.naming[q.person], x.everyone, x.terms,
	}
	if q.entity.Namespace != directory.SystemNamespace {
		lists = append(lists, x.templates[directory.SystemNamespace])
	}
	for _, snapshot := range [2]*directory.Snapshot{s.Before, q.now} {
		for k := range snapshot.GroupsOf(q.person) {
			lists = append(lists, x.byID[k.GroupID()], x.denying[k])
		}
		for k := range upwards(snapshot, q.entity) {
			lists = append(lists, x.byID[k.ID()], x.under[k])
		}
	}
	for id := range known {
		lists = append(lists, x.byID[id])
	}
	return func(yield func(*feed.Event) bool) {
		for _, list := range lists {
			for _, e := range list {
				if !yield(e) {
					return
				}
			}
		}
	}
}
