package recorder

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// question is one change of access of which the cause is asked.
type question struct {
	now    *directory.Snapshot
	at     time.Time
	person string
	entity directory.EntityKey
	// first says that this process has not asked before.
	first bool
}

// cause says what brought a change about: of what happened since the person was
// last reconciled, whatever has to do with the person's access at the entity.
func (a *attribution) cause(q question) audit.Cause {
	if events := bearing(a.steps, q); len(events) > 0 {
		return causeOf(events)
	}
	if len(a.steps) > 0 {
		// Whatever bears on it in a way that is not looked into here: the engine said that it does.
		return a.causes.whole(a.steps)
	}
	for i := len(a.recent) - 1; i >= 0; i-- {
		if events := bearing(a.recent[i:i+1], q); len(events) > 0 {
			return causeOf(events)
		}
	}
	if q.first {
		return causeOf(nil)
	}
	// A window that this very reconciliation is the first to find open or closed.
	return causeOf(bearing(a.causes.windows(feed.Instant{Snapshot: q.now, At: q.at}), q))
}

// bearing are the events of the steps that have to do with a question, each object once, as it was last.
func bearing(steps []*step, q question) []audit.Object {
	last := map[directory.ID]audit.Object{}
	for _, s := range steps {
		for e := range s.candidates(q, last) {
			if _, known := last[e.ID]; known || bearsOn(e, s.Before, q) {
				last[e.ID] = e.Object
			}
		}
	}
	return slices.Collect(maps.Values(last))
}

// causeOf makes a cause of objects.
func causeOf(objects []audit.Object) audit.Cause {
	slices.SortFunc(objects, func(a, b audit.Object) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	c := audit.Cause{Type: audit.CauseUnknown, Objects: objects}
	for _, o := range objects {
		switch {
		case o.Action == audit.Changed:
			c.Type = audit.CauseChange
		case o.Action == audit.Deleted && c.Type != audit.CauseChange:
			c.Type = audit.CauseDeletion
		case c.Type == audit.CauseUnknown:
			c.Type = audit.CauseClock
		}
	}
	if c.More = len(objects) - audit.MaxObjects; c.More > 0 {
		c.Objects = objects[:audit.MaxObjects]
	} else {
		c.More = 0
	}
	return c
}

// bearsOn says whether what happened to an object may have to do with a
// person's access at an entity, by what the object said before or says now.
// It is asked of a step's candidates only.
func bearsOn(e *feed.Event, before *directory.Snapshot, q question) bool {
	id, at := e.ID, q.entity
	for _, s := range [2]*directory.Snapshot{before, q.now} {
		record, found := s.Record(id)
		if !found {
			continue
		}
		switch r := record.(type) {
		case *directory.Person:
			return r.Name == q.person
		case *directory.RoleBinding:
			if s.BindingAt(r, at) && s.Reaches(id, q.person) {
				return true
			}
		case *directory.PermissionOverride:
			if r.Entity.In(id.Namespace) == at && r.Person == q.person {
				return true
			}
		case *directory.Role:
			if r.Entity.In(id.Namespace) == at {
				return true
			}
		case *directory.Term:
			if termBears(s, r.Key, q) {
				return true
			}
		case *directory.RoleTemplate:
			if id.Namespace == at.Namespace || id.Namespace == directory.SystemNamespace {
				return true
			}
		case *directory.Group:
			if s.Reaches(id, q.person) || slices.ContainsFunc(r.Members, func(m directory.Member) bool { return m.Name == q.person }) {
				return true
			}
		case *directory.SystemDeny:
			if denies(s, r, q.person) {
				return true
			}
		case *directory.Entity:
			for k := range upwards(s, at) {
				if k == r.Key {
					return true
				}
			}
		}
	}
	return false
}

// denies says whether a deny is for a person.
func denies(s *directory.Snapshot, r *directory.SystemDeny, person string) bool {
	return r.Everyone || slices.ContainsFunc(r.Subjects, func(x directory.Subject) bool {
		if x.Kind == directory.KindPerson {
			return x.Name == person
		}
		return s.Reaches(directory.ID{Kind: directory.KindGroup, Namespace: x.Namespace, Name: x.Name}, person)
	})
}

// upwards are an entity and those that it stands below.
func upwards(s *directory.Snapshot, at directory.EntityKey) iter.Seq[directory.EntityKey] {
	return func(yield func(directory.EntityKey) bool) {
		for range 6 { // there are no more levels
			if !yield(at) {
				return
			}
			r, found := s.Record(at.ID())
			e, ok := r.(*directory.Entity)
			if !found || !ok || e.Parent == (directory.LocalEntity{}) {
				return
			}
			at = e.Parent.In(at.Namespace)
		}
	}
}

// restsOn asks the cache for what somebody's access at an entity rests on, for a change that happened
// while no manager ran.
func (r *Recorder) restsOn(ctx context.Context, q question) []audit.Object {
	x := q.now.Explain(q.person, q.entity, q.at)
	ids := map[directory.ID]struct{}{}
	for _, g := range x.Grants {
		if g.State == directory.GrantInForce {
			ids[g.Source] = struct{}{}
			for _, k := range g.Path.Groups {
				ids[directory.ID{Kind: directory.KindGroup, Namespace: k.Namespace, Name: k.Name}] = struct{}{}
			}
		}
	}
	for _, list := range [2][]directory.Applied{x.Overrides, x.Denies} {
		for _, a := range list {
			ids[a.Source] = struct{}{}
		}
	}
	var out []audit.Object
	for id := range ids {
		o := feed.NewObject(id.Kind)
		if o == nil || r.objects.Get(ctx, types.NamespacedName{Namespace: id.Namespace, Name: id.Name}, o, client.UnsafeDisableDeepCopy) != nil {
			continue // it has gone again meanwhile
		}
		out = append(out, feed.Trailed(id, o, audit.Found))
	}
	return out
}
