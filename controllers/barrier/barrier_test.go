package barrier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// answers is an API server that knows one GitSync.
type answers struct {
	client.Reader
	gs   *provostv1.GitSync
	down bool
	gets int
}

func (a *answers) Get(_ context.Context, _ client.ObjectKey, o client.Object, _ ...client.GetOption) error {
	a.gets++
	if a.down {
		return errors.New("no answer")
	}
	a.gs.DeepCopyInto(o.(*provostv1.GitSync))
	return nil
}

// barrierWorld is a Barrier with a clock and a server of the test's own.
type barrierWorld struct {
	*testing.T
	barrier *Barrier
	server  *answers
	time    time.Time
	passed  []string
}

func newBarrierWorld(t *testing.T) *barrierWorld {
	w := &barrierWorld{T: t, server: &answers{gs: &provostv1.GitSync{}}, time: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	w.barrier = New(w.server, fed)
	w.barrier.now = func() time.Time { return w.time }
	w.server.gs.Namespace, w.server.gs.Name, w.server.gs.ResourceVersion = "git", "access", "100"
	return w
}

// applying makes the GitSync say that it is being applied, at a version.
func (w *barrierWorld) applying(version string, finished bool, written ...string) *provostv1.GitSync {
	a := &provostv1.GitSyncApply{Revision: "main", StartedAt: metav1.Time{Time: w.time}, Until: metav1.Time{Time: w.time.Add(time.Minute)}}
	if finished {
		a.FinishedAt = &metav1.Time{Time: w.time}
	}
	for _, text := range written {
		kind, v, _ := strings.Cut(text, "=")
		a.Written = append(a.Written, provostv1.GitSyncWritten{Kind: kind, ResourceVersion: v})
	}
	w.server.gs.ResourceVersion, w.server.gs.Status.Apply = version, a
	return w.server.gs.DeepCopy()
}

// arrive hands objects to the Barrier, written Kind/name@version, with a "-" before a
// deleted one and a "*" before somebody else's.
func (w *barrierWorld) arrive(objects ...string) {
	var arrivals []Arrival
	for _, text := range objects {
		object, version, _ := strings.Cut(text, "@")
		a := Arrival{Owners: []string{"git.access"}}
		if rest, ok := strings.CutPrefix(object, "*"); ok {
			object, a.Owners = rest, nil
		}
		object, a.Gone = strings.CutPrefix(object, "-")
		kind, name, _ := strings.Cut(object, "/")
		a.ID = directory.ID{Kind: directory.Kind(kind), Namespace: "acme", Name: name}
		a.Change = directory.Delete(a.ID)
		if !a.Gone {
			a.Change = directory.Upsert(&directory.Group{Key: directory.Key{Namespace: "acme", Name: name}})
		}
		arrivals = append(arrivals, a)
		w.barrier.Saw(a.ID.Kind, version)
	}
	seen := w.barrier.Seen()
	for _, a := range w.barrier.Retain(w.Context(), arrivals, seen) {
		w.passed = append(w.passed, fmt.Sprintf("%s/%s", a.ID.Kind, a.ID.Name))
	}
}

// passes wants exactly these to have passed since the last time.
func (w *barrierWorld) passes(want ...string) {
	w.Helper()
	if !slices.Equal(w.passed, want) {
		w.Errorf("passed %v, want %v", w.passed, want)
	}
	w.passed = nil
}

func TestBarrier(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *barrierWorld)
	}{
		{"nothing is being applied", func(w *barrierWorld) {
			w.arrive("Group/a@101", "Group/b@102")
			w.passes("Group/a", "Group/b")
		}},
		{"all of it, and then all at once", func(w *barrierWorld) {
			w.applying("101", false)
			w.arrive("Group/a@102", "RoleBinding/b@103")
			w.arrive("*Group/other@104")
			w.passes("Group/other")
			w.barrier.told(w.applying("105", true, "Group=107", "RoleBinding=103"), false)
			w.arrive("Group/a@106")
			w.passes()
			w.arrive("-Group/c@107")
			w.passes("Group/a", "RoleBinding/b", "Group/c")
			w.arrive("Group/a@108")
			w.passes("Group/a")
		}},
		{"a replica that hears of it when it is over", func(w *barrierWorld) {
			w.applying("105", true, "Group=104", "RoleBinding=103")
			w.arrive("Group/a@102")
			w.passes()
			w.arrive("RoleBinding/b@103")
			w.passes()
			w.arrive("Group/c@104")
			w.passes("Group/a", "RoleBinding/b", "Group/c")
		}},
		{"old news do not end it", func(w *barrierWorld) {
			old := w.applying("99", true, "Group=90")
			w.applying("101", false)
			w.arrive("Group/a@102")
			w.barrier.told(old, false)
			w.arrive()
			w.passes()
		}},
		{"somebody else's change of what is retained waits too", func(w *barrierWorld) {
			w.applying("101", false)
			w.arrive("Group/a@102")
			w.arrive("*-Group/a@103")
			w.passes()
			w.barrier.told(w.applying("105", true), false)
			w.arrive()
			w.passes("Group/a")
		}},
		{"time runs out", func(w *barrierWorld) {
			w.applying("101", false)
			w.arrive("Group/a@102")
			w.time = w.time.Add(59 * time.Second)
			w.arrive()
			w.passes()
			w.time = w.time.Add(time.Second)
			w.arrive()
			w.passes("Group/a")
		}},
		{"the GitSync goes", func(w *barrierWorld) {
			gs := w.applying("101", false)
			w.arrive("Group/a@102")
			w.barrier.told(gs, true)
			w.arrive()
			w.passes("Group/a")
		}},
		{"the cache lost the end of it, and asking finds out", func(w *barrierWorld) {
			w.applying("101", false)
			w.arrive("Group/a@102")
			w.applying("105", true, "Group=102")
			w.arrive()
			w.passes()
			w.time = w.time.Add(askAgain)
			w.arrive()
			w.passes("Group/a")
		}},
		{"a deletion that a new list has swallowed", func(w *barrierWorld) {
			w.applying("101", false)
			w.arrive("Group/a@102")
			w.barrier.synced["Group"] = func() string { return "110" }
			w.barrier.told(w.applying("105", true, "Group=104"), false)
			w.arrive()
			w.passes()
			w.time = w.time.Add(drained)
			w.arrive()
			w.passes("Group/a")
		}},
		{"the API server does not answer", func(w *barrierWorld) {
			w.server.down = true
			w.arrive("Group/a@102")
			w.passes()
			w.time = w.time.Add(patient)
			w.arrive()
			w.passes("Group/a")
		}},
		{"it answers again", func(w *barrierWorld) {
			w.server.down = true
			w.arrive("Group/a@102")
			w.server.down = false
			w.arrive()
			w.passes("Group/a")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newBarrierWorld(t)
			tt.do(w)
			if w.barrier.Retaining() != (tt.name == "old news do not end it") {
				t.Errorf("retains %v", w.barrier.commits)
			}
		})
	}
}

// Who writes a commit is judged by all that has arrived of it.
func TestAhead(t *testing.T) {
	w, d := newBarrierWorld(t), directory.New()
	ahead := func() *directory.Snapshot { return w.barrier.Ahead(d.Snapshot()) }
	groups := func() int { return len(ahead().Groups()) }
	w.applying("101", false)
	w.arrive("Group/a@102", "Group/b@103")
	if len(d.Snapshot().Groups()) != 0 || groups() != 2 {
		t.Errorf("ahead are %v", ahead().Groups())
	}
	d.Apply(directory.Upsert(&directory.Group{Key: directory.Key{Namespace: "acme", Name: "other"}}))
	w.arrive("-Group/a@104")
	if groups() != 2 {
		t.Errorf("ahead are %v", ahead().Groups())
	}
	w.barrier.told(w.applying("105", true), false)
	w.arrive()
	if ahead() != d.Snapshot() {
		t.Error("ahead of the engine with nothing retained")
	}
}

func fed(kind directory.Kind) bool { return kind != "GitSync" }
