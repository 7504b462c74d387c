package controllers

import (
	"cmp"
	"slices"
	"strings"
	"time"

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
// last looked at, whatever has to do with the person's access at the entity.
func (a *attribution) cause(q question) audit.Cause {
	events := pick(a.steps, q, bearsOn)
	if len(events) == 0 {
		// Whatever bears on it in a way that is not looked into here: the engine said that it does.
		events = pick(a.steps, q, func(feed.Event, *directory.Snapshot, question) bool { return true })
	}
	for i := len(a.recent) - 1; i >= 0 && len(events) == 0; i-- {
		events = pick(a.recent[i:i+1], q, bearsOn)
	}
	if len(events) == 0 && !q.first {
		// A window that this very look is the first to find open or closed.
		events = pick([]*feed.Step{{Before: q.now, Events: feed.WindowEvents(q.now, q.now.Transitions(q.at.Add(-feed.LongestSleep), q.at))}}, q, bearsOn)
	}
	return causeOf(events)
}

// pick are the events of the steps that have to do with a question, each object once, as it was last.
func pick(steps []*feed.Step, q question, relevant func(feed.Event, *directory.Snapshot, question) bool) []audit.Object {
	last := map[directory.ID]audit.Object{}
	for _, s := range steps {
		for _, e := range s.Events {
			if _, known := last[e.ID]; known || relevant(e, s.Before, q) {
				last[e.ID] = e.Object
			}
		}
	}
	out := make([]audit.Object, 0, len(last))
	for _, o := range last {
		out = append(out, o)
	}
	return out
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
func bearsOn(e feed.Event, before *directory.Snapshot, q question) bool {
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
			if r.Entity.In(id.Namespace) == at && s.Reaches(id, q.person) {
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
			if above(s, at, r.Key) {
				return true
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

// above says whether one entity is another one, or stands above it.
func above(s *directory.Snapshot, at, which directory.EntityKey) bool {
	for range 6 { // there are no more levels
		if at == which {
			return true
		}
		r, found := s.Record(at.ID())
		e, ok := r.(*directory.Entity)
		if !found || !ok || e.Parent == (directory.LocalEntity{}) {
			return false
		}
		at = e.Parent.In(at.Namespace)
	}
	return false
}
