package access

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
)

// stageAt is a stage of two courses on which nothing goes wrong by itself.
func stageAt(t *testing.T, patience time.Duration) *stage {
	t.Helper()
	s := newStage(t, 1)
	s.courses()
	s.start(patience)
	t.Cleanup(func() { s.stop() })
	s.rest()
	return s
}

// holding has people hold a role of a course and nobody else through the same binding.
func holding(ns, course, role string, names ...string) directory.Change {
	return directory.Upsert(&directory.RoleBinding{
		Key: directory.Key{Namespace: ns, Name: course + "-" + role}, Entity: directory.LocalEntity{Level: catalogue.Course, Name: course},
		Role: directory.RoleRef{Name: role}, Subjects: people(names),
	})
}

func in(ns, person string) types.NamespacedName {
	return types.NamespacedName{Namespace: ns, Name: person}
}

// A second write is made only for who loses what somebody else gains, and gains something too.
func TestHowManyWritesAHandOverTakes(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after []directory.Change
		want          map[string]int
	}{
		{
			"people who are new", nil,
			[]directory.Change{holding("acme", "c1", "course-student", "ann", "bob", "cat")},
			map[string]int{"ann": 1, "bob": 1, "cat": 1},
		},
		{
			"one person who changes roles",
			[]directory.Change{holding("acme", "c1", "course-student", "ann"), holding("acme", "c1", "course-instructor", "bob")},
			[]directory.Change{holding("acme", "c1", "course-student"), holding("acme", "c1", "course-instructor", "bob", "ann")},
			map[string]int{"ann": 1},
		},
		{
			"a hand-over",
			[]directory.Change{
				holding("acme", "c1", "course-instructor", "ann", "bob"), holding("acme", "c2", "course-student", "ann", "bob", "cat"),
			},
			[]directory.Change{holding("acme", "c1", "course-instructor", "ann", "cat")},
			map[string]int{"bob": 1, "cat": 1},
		},
		{
			"all of them change roles, and nobody gets what another one had",
			[]directory.Change{holding("acme", "c1", "course-student", "ann", "bob", "cat")},
			[]directory.Change{holding("acme", "c1", "course-student"), holding("acme", "c2", "course-instructor", "ann", "bob", "cat")},
			map[string]int{"ann": 1, "bob": 1, "cat": 1},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stageAt(t, elsewhere)
			if c.before != nil {
				s.apply(c.before...)
				s.rest()
			}
			clear(s.writes)
			s.apply(c.after...)
			s.rest()
			s.check()
			for _, person := range stagePeople {
				if n := s.writes[in("acme", person)]; n != c.want[person] {
					t.Errorf("%d writes of %s, want %d", n, person, c.want[person])
				}
			}
		})
	}
}

// shows waits until a status shows a role at c1, or no longer does.
func (s *stage) shows(ns, person, role string, want bool) {
	s.t.Helper()
	what := fmt.Sprintf("%s/Course/c1 is %s", ns, role)
	var got bool
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		s.mu.Lock()
		got = s.shown[what][person]
		s.mu.Unlock()
		if got == want {
			return
		}
	}
	s.t.Fatalf("%s of %s: %v, want %v", what, person, got, want)
}

// A status that cannot be written keeps others of its namespace from what is
// gained, and nobody from losing; elsewhere it keeps nobody from anything for long.
func TestWhatCannotBeWrittenHoldsUpItsNamespaceAlone(t *testing.T) {
	need.Time(t) // it waits
	s := stageAt(t, 50*time.Millisecond)
	s.apply(holding("acme", "c1", "course-instructor", "ann", "dan"), holding("partner", "c1", "course-instructor", "ann"))
	s.rest()
	s.breaks(in("acme", "ann"))

	s.apply(holding("acme", "c1", "course-instructor", "bob", "dan"), holding("partner", "c1", "course-instructor", "bob"))
	s.fanout.Flush()
	s.shows("partner", "ann", "course-instructor", false)
	s.shows("partner", "bob", "course-instructor", true)
	s.apply(holding("acme", "c1", "course-instructor", "bob"))
	s.fanout.Flush()
	s.shows("acme", "dan", "course-instructor", false)
	s.shows("acme", "ann", "course-instructor", true)
	s.shows("acme", "bob", "course-instructor", false)
	s.breaks(types.NamespacedName{})
	s.rest()
	s.check()
}

// In a namespace that is being deleted it keeps nobody from anything.
func TestNobodyWaitsForANamespaceThatIsBeingDeleted(t *testing.T) {
	s := stageAt(t, time.Hour)
	s.apply(holding("acme", "c1", "course-instructor", "ann"), holding("partner", "c1", "course-instructor", "ann"))
	s.rest()
	s.breaks(in("acme", "ann"))
	s.mu.Lock()
	s.ending = "acme"
	s.mu.Unlock()
	s.apply(holding("acme", "c1", "course-instructor"), holding("partner", "c1", "course-instructor", "bob"))
	s.fanout.Flush()
	s.shows("partner", "bob", "course-instructor", true)
	s.shows("acme", "ann", "course-instructor", true)
}

// Who gains and loses at once does not wait with the loss for what cannot be written.
func TestALossDoesNotWaitForWhatCannotBeWritten(t *testing.T) {
	need.Time(t) // it waits
	s := stageAt(t, elsewhere)
	s.access.handover.standstill = 50 * time.Millisecond
	s.apply(holding("acme", "c1", "course-instructor", "ann", "bob", "dan"))
	s.rest()
	s.breaks(in("acme", "ann"))
	s.apply(holding("acme", "c1", "course-instructor"), holding("acme", "c1", "course-student", "bob", "dan"))
	s.fanout.Flush()
	s.shows("acme", "bob", "course-instructor", false)
	s.shows("acme", "dan", "course-instructor", false)
	s.shows("acme", "bob", "course-student", false)
	s.breaks(types.NamespacedName{})
	s.rest()
	s.check()
}

func (s *stage) breaks(key types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = key
}

// Somebody whose loss is not written yet, since nobody gained by it what was lost,
// keeps others from gaining that by the next change.
func TestALossThatNobodyGainedIsOwedToTheNextChange(t *testing.T) {
	d := directory.New()
	now := func(changes ...directory.Change) feed.Instant {
		d.Apply(changes...)
		return feed.Instant{Snapshot: d.Snapshot(), At: noon}
	}
	c := directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "c1"}
	s0 := now(directory.Upsert(&directory.Entity{Key: c}), holding("acme", "c1", "course-instructor", "ann", "dan"))
	s1 := now(holding("acme", "c1", "course-instructor"), holding("acme", "c1", "course-student", "ann", "cat", "dan"))
	s2 := now(holding("acme", "c1", "course-instructor", "bob"))
	ann, bob, cat, dan := in("acme", "ann"), in("acme", "bob"), in("acme", "cat"), in("acme", "dan")
	h := newHandover()
	h.changed(s0, nil)
	h.begin(logf.IntoContext(t.Context(), logr.Discard()), func(int, ...types.NamespacedName) {}, nil)
	look := func(key types.NamespacedName, shown holdings) (*turn, share) {
		for {
			turn := h.turn(key)
			if share, _ := turn.share(func() holdings { return shown }); share != stale {
				return turn, share
			}
		}
	}
	expect := func(who string, got, want share) {
		t.Helper()
		if got != want {
			t.Errorf("%s may write %d, want %d", who, got, want)
		}
	}

	h.changed(s1, []types.NamespacedName{ann, cat, dan})
	for _, who := range []types.NamespacedName{ann, dan} {
		_, got := look(who, heldBy(s0, who))
		expect(who.Name+", before cat was seen", got, nothing)
	}
	_, got := look(cat, nil)
	expect("cat, before the others are known to be no matter", got, nothing)
	_, got = look(ann, heldBy(s0, ann))
	expect("ann, while dan may matter", got, nothing)
	first, got := look(dan, heldBy(s0, dan))
	expect("dan", got, whole)
	first.wrote()
	last, got := look(ann, heldBy(s0, ann))
	expect("ann", got, whole)
	_, got = look(cat, nil)
	expect("cat", got, whole)

	h.changed(s2, []types.NamespacedName{bob})
	_, got = look(bob, nil)
	expect("bob, while ann still shows what he gains", got, nothing)
	last.wrote()
	_, got = look(bob, nil)
	expect("bob", got, whole)
	if len(h.spaces)+len(h.owed) > 0 {
		t.Errorf("left over: %v, %v", h.spaces, h.owed)
	}
}
