package feed

import (
	"context"
	"slices"
	"testing"
	"time"

	testclock "k8s.io/utils/clock/testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
)

var noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

// binding gives dana a role at the course, from some minutes after noon to others.
func binding(name string, from, to int) *directory.RoleBinding {
	b := &directory.RoleBinding{
		Key:      directory.Key{Namespace: "acme", Name: name},
		Entity:   directory.LocalEntity{Level: catalogue.Course, Name: "algebra"},
		Role:     directory.RoleRef{Name: "course-student"},
		Subjects: []directory.Subject{directory.PersonSubject("dana")},
		Window:   directory.Window{NotAfter: noon.Add(time.Duration(to) * time.Minute)},
	}
	if from > 0 {
		b.Window.NotBefore = noon.Add(time.Duration(from) * time.Minute)
	}
	return b
}

func course() *directory.Entity {
	return &directory.Entity{Key: directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "algebra"}}
}

// The Clock wakes exactly when a window opens or closes, also one that came in
// while it slept, and when the time is set.
func TestClock(t *testing.T) {
	need.Time(t) // it waits
	clock := testclock.NewFakeClock(noon)
	d, fanout := directory.New(), NewFanout()
	looked := make(chan string, 100)
	fanout.Open(directory.KindRoleBinding, Queue{Add: func(_, name string) { looked <- name }, All: func() {}})
	ready := make(chan struct{})
	k := NewClock(clock, d, fanout, ready)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for _, r := range []interface{ Start(context.Context) error }{fanout, k} {
		go func() { _ = r.Start(ctx) }()
	}
	apply := func(records ...directory.Record) {
		var changes []directory.Change
		for _, r := range records {
			changes = append(changes, directory.Upsert(r))
		}
		d.Apply(changes...)
		// as the Feed does, but without names: what is looked at is the Clock's doing
		fanout.Add(nil, Instant{Snapshot: d.Snapshot()}, directory.Delta{})
	}
	expect := func(names ...string) {
		t.Helper()
		var got []string
		for range names {
			select {
			case name := <-looked:
				got = append(got, name)
			case <-time.After(20 * time.Second):
				t.Fatalf("looked at %v, not at all of %v", got, names)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, names) {
			t.Fatalf("looked at %v, want %v", got, names)
		}
		select {
		case name := <-looked:
			t.Fatalf("looked at %s too", name)
		case <-time.After(300 * time.Millisecond):
		}
	}
	// step lets the time pass once the Clock sleeps.
	step := func(minutes int) {
		t.Helper()
		for range 2000 {
			if clock.HasWaiters() {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		clock.Step(time.Duration(minutes) * time.Minute)
	}

	apply(course(), binding("first", 0, 10), binding("second", 5, 20))
	close(ready)
	expect()
	step(5)
	expect("first", "second") // second begins; first is given to the same person at the same entity
	step(5)
	expect("first", "second")
	apply(binding("third", 0, 11))
	expect()
	step(1)
	expect("first", "second", "third")
	step(1)
	expect()
	clock.SetTime(noon.Add(11*time.Minute - time.Second))
	fanout.Add(nil, Instant{}, directory.Delta{})
	expect("first", "second", "third") // the time was set back, and third goes on for a second
}
