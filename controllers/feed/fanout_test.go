package feed

import (
	"context"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// seen counts what a Fanout passes on.
type seen struct {
	mu  sync.Mutex
	ids map[directory.ID]int
}

func watching(f *Fanout, kinds ...directory.Kind) *seen {
	s := &seen{ids: map[directory.ID]int{}}
	note := func(kind directory.Kind, ns, name string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ids[directory.ID{Kind: kind, Namespace: ns, Name: name}]++
	}
	for _, k := range kinds {
		f.Open(k, Queue{Add: func(ns, name string) { note(k, ns, name) }, All: func() { note(k, "", "all") }})
	}
	f.OpenAccess(func(_ Instant, people []types.NamespacedName, _ []*Step) {
		for _, k := range people {
			note("Effective", k.Namespace, k.Name)
		}
	})
	return s
}

func (s *seen) count(id directory.ID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[id]
}

// wait waits until something has been passed on and says how often.
func (s *seen) wait(t *testing.T, id directory.ID) int {
	t.Helper()
	for range 2000 {
		if n := s.count(id); n > 0 {
			return n
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s was not passed on", id)
	return 0
}

func runFanout(t *testing.T) (*Fanout, *directory.Directory) {
	f := NewFanout()
	ctx, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = f.Start(ctx) })
	t.Cleanup(func() { stop(); done.Wait() })
	return f, directory.New()
}

func TestFanoutLetsABurstEnd(t *testing.T) {
	f, d := runFanout(t)
	s := watching(f, directory.KindRoleBinding, directory.KindCourse)
	f.Add(nil, Instant{}, d.Apply(directory.Upsert(course())))
	for range 50 {
		f.Add(nil, Instant{}, d.Apply(directory.Upsert(binding("b", 0, 10))),
			directory.ID{Kind: directory.KindRoleBinding, Namespace: "acme", Name: "b"})
	}
	last := directory.ID{Kind: directory.KindRoleBinding, Namespace: "acme", Name: "b"}
	if n := s.wait(t, last); n != 1 {
		t.Errorf("a burst was passed on %d times", n)
	}
	if n := s.wait(t, directory.ID{Kind: "Effective", Namespace: "acme", Name: "dana"}); n != 1 {
		t.Errorf("the person's access was passed on %d times", n)
	}
	if n := s.wait(t, course().Key.ID()); n != 1 {
		t.Errorf("the course was passed on %d times", n)
	}
}

func TestFanoutPassesOnKindsAndSingleKeys(t *testing.T) {
	f, _ := runFanout(t)
	s := watching(f, directory.KindGroup)
	f.queues[directory.KindGroup] = Queue{
		Add: f.queues[directory.KindGroup].Add, All: f.queues[directory.KindGroup].All,
		Own: func(_ types.NamespacedName, version string) bool { return version == "written" },
	}
	f.Requeue(directory.ID{Kind: directory.KindGroup, Namespace: "acme", Name: "g"}, "by hand")
	f.Requeue(directory.ID{Kind: directory.KindGroup, Namespace: "acme", Name: "g"}, "written")
	if n := s.count(directory.ID{Kind: directory.KindGroup, Namespace: "acme", Name: "g"}); n != 1 {
		t.Errorf("a single key was passed on %d times", n)
	}
	f.Requeue(directory.ID{Kind: directory.KindPerson, Name: "nobody waits for"}, "")
	f.AddKinds(directory.KindGroup, directory.KindRole)
	s.wait(t, directory.ID{Kind: directory.KindGroup, Name: "all"})
}

func TestInterests(t *testing.T) {
	n := newInterests()
	person := directory.ID{Kind: directory.KindPerson, Name: "zoe"}
	own := directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "own"}.ID()
	extended := func(ids ...directory.ID) bool {
		set := map[directory.ID]struct{}{}
		for _, id := range ids {
			set[id] = struct{}{}
		}
		n.extend(set)
		_, ok := set[own]
		return ok
	}
	n.declare(own, []directory.ID{person, AccessIn("acme")})
	if !extended(person) || !extended(AccessIn("acme")) || extended(AccessIn("other")) {
		t.Error("who depends on something has to be told, and nobody else")
	}
	n.declare(own, []directory.ID{AccessIn("acme")})
	if extended(person) || !extended(AccessIn("acme")) {
		t.Error("what is declared last counts")
	}
	n.declare(own, nil)
	if extended(person, AccessIn("acme")) || len(n.in)+len(n.of) != 0 {
		t.Error("an interest that was given up left something behind")
	}
}
