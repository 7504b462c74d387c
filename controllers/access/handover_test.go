package access

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

var noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

var handoverWorlds = flag.Int("handover.worlds", 10, "in how many random worlds statuses follow random changes")

// stage is a reconciler of effective permissions with an engine, a clock, and an API server in memory.
type stage struct {
	*memory
	t         *testing.T
	directory *directory.Directory
	fanout    *feed.Fanout
	clock     *testclock.FakeClock
	ticks     *feed.Clock
	access    *Reconciler
	stop      func()

	// said is what the engine has said, one answer after the other: who holds what. From the last rest on it
	// is what the statuses may show.
	said []map[string]map[string]bool
	// shown is what the statuses show.
	shown map[string]map[string]bool
	wrong []string
}

func newStage(t *testing.T, seed uint64) *stage {
	s := &stage{
		memory: newMemory(rand.New(rand.NewPCG(seed, 7))), t: t, directory: directory.New(), fanout: feed.NewFanout(),
		clock: testclock.NewFakeClock(noon), shown: map[string]map[string]bool{},
	}
	s.memory.changed = s.judge
	s.ticks = feed.NewClock(s.clock, s.directory, s.fanout, nil)
	s.said = append(s.said, map[string]map[string]bool{})
	return s
}

// start starts a reconciler, as a manager that leads does.
func (s *stage) start(patience time.Duration) {
	ctx, cancel := context.WithCancel(logf.IntoContext(context.Background(), logr.Discard()))
	q := priorityqueue.New[reconcile.Request]("stage")
	live := liveMemory{m: s.memory}
	s.access = &Reconciler{client: s.memory, clock: s.clock, log: NoLog{}, handover: newHandover(), writes: &writes{live: live}}
	s.access.handover.elsewhere = patience
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() { s.work(ctx, q) })
	}
	workers.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case key := <-s.events:
				s.pause()
				s.hear(key)
				q.Add(reconcile.Request{NamespacedName: key})
			}
		}
	})
	s.stop = func() {
		cancel()
		q.ShutDown()
		workers.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		clear(s.told)
		s.cached = maps.Clone(s.objects) // the next one lists anew
		for len(s.events) > 0 {
			<-s.events
		}
	}
	s.fanout.Open(directory.KindPlatform, feed.Queue{Add: func(string, string) {}, All: func() {}}) // it leads
	s.fanout.OpenAccess(func(now feed.Instant, people []types.NamespacedName, _ []*feed.Step) {
		s.access.handover.changed(now, people)
	})
	var people []types.NamespacedName
	for _, person := range s.fanout.Now().People() {
		for _, namespace := range stageNamespaces {
			people = append(people, types.NamespacedName{Namespace: namespace, Name: person})
		}
	}
	s.mu.Lock()
	people = slices.AppendSeq(people, maps.Keys(s.objects))
	s.mu.Unlock()
	s.access.handover.begin(ctx, func(priority int, people ...types.NamespacedName) { enqueue(q, priority, people) }, people)
}

// work is what a controller does with its queue, in less time.
func (s *stage) work(ctx context.Context, q priorityqueue.PriorityQueue[reconcile.Request]) {
	for {
		key, priority, ended := q.GetWithPriority()
		if ended {
			return
		}
		result, err := s.access.Reconcile(ctx, key)
		q.Done(key)
		if err != nil || result.RequeueAfter > 0 && result.RequeueAfter < time.Second {
			q.AddWithOpts(priorityqueue.AddOpts{After: time.Millisecond, Priority: &priority}, key)
		}
	}
}

// says notes what the engine says now. What follows from it is not known to anybody yet.
func (s *stage) says() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, s.whatTheEngineSays())
}

func (s *stage) whatTheEngineSays() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	now := feed.Instant{Snapshot: s.directory.Snapshot(), At: s.clock.Now()}
	for _, person := range now.People() {
		for _, namespace := range stageNamespaces {
			key := types.NamespacedName{Namespace: namespace, Name: person}
			for what := range heldBy(now, key).each(namespace) {
				if out[what] == nil {
					out[what] = map[string]bool{}
				}
				out[what][person] = true
			}
		}
	}
	return out
}

// each are all things that are held.
func (h holdings) each(namespace string) map[string]bool {
	out := map[string]bool{}
	for entity, x := range h {
		for _, id := range x.permissions.IDs(levelOf(entity)) {
			out[namespace+"/"+entity+" may "+id] = true
		}
		for _, role := range x.roles {
			out[namespace+"/"+entity+" is "+role] = true
		}
	}
	return out
}

// judge looks at all statuses after a write: who holds what is within what the engine said at one time.
func (s *stage) judge(key types.NamespacedName) {
	now := map[string]bool{}
	if o := s.objects[key]; o != nil {
		now = shownBy(&o.Status).each(key.Namespace)
	}
	for what, who := range s.shown {
		if who[key.Name] && !now[what] && what[:len(key.Namespace)] == key.Namespace {
			delete(who, key.Name)
		}
	}
	for what := range now {
		if s.shown[what] == nil {
			s.shown[what] = map[string]bool{}
		}
		s.shown[what][key.Name] = true
		if !slices.ContainsFunc(s.said, func(said map[string]map[string]bool) bool { return within(s.shown[what], said[what]) }) {
			s.wrong = append(s.wrong, fmt.Sprintf("version %d of %s: %s is shown of %v, while the engine said it of %v",
				s.version, key, what, s.shown[what], all(s.said, what)))
		}
	}
}

func within(some, all map[string]bool) bool {
	for x := range some {
		if !all[x] {
			return false
		}
	}
	return true
}

func all(said []map[string]map[string]bool, what string) []map[string]bool {
	var out []map[string]bool
	for _, x := range said {
		out = append(out, x[what])
	}
	return out
}

// rest waits until the statuses show what the engine says, and nothing is under way.
func (s *stage) rest() {
	s.t.Helper()
	s.fanout.Flush()
	var shown, said map[string]map[string]bool
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if shown, said = s.compare(); shown == nil {
			return
		}
	}
	s.t.Fatalf("the statuses show %v; the engine says %v; under way: %+v", shown, said, s.access.handover.spaces)
}

// compare returns what the statuses show and what the engine says, or nil where that is the same and nothing is under way.
func (s *stage) compare() (shown, said map[string]map[string]bool) {
	h := s.access.handover
	h.mu.Lock()
	defer h.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	shown, said = map[string]map[string]bool{}, s.said[len(s.said)-1]
	for what, who := range s.shown {
		if len(who) > 0 {
			shown[what] = maps.Clone(who)
		}
	}
	if len(h.spaces)+len(h.owed) > 0 || !maps.EqualFunc(shown, said, maps.Equal) {
		return shown, said
	}
	s.said = s.said[len(s.said)-1:] // what was said before this may not be shown any more
	return nil, nil
}

// check fails the test for what was wrong.
func (s *stage) check() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, wrong := range s.wrong {
		if i == 3 {
			s.t.Errorf("and %d more", len(s.wrong)-i)
			break
		}
		s.t.Error(wrong)
	}
	s.wrong = nil
}

// apply changes the engine, as the Feed does.
func (s *stage) apply(changes ...directory.Change) {
	delta := s.directory.Apply(changes...)
	s.says()
	s.fanout.Add(nil, feed.Instant{Snapshot: s.directory.Snapshot()}, delta)
}

// pass lets time pass, as the Clock does when it wakes.
func (s *stage) pass(d time.Duration) {
	last := s.fanout.Now().At
	s.clock.Step(d)
	s.says()
	s.ticks.Pass(last)
}

var (
	stageNamespaces = []string{"acme", "partner"}
	stagePeople     = []string{"ann", "bob", "cat", "dan", "eve", "fay"}
)

func (s *stage) any(of ...string) string { return of[s.roll(len(of))] }

// roll is one of the first n numbers.
func (s *stage) roll(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dice.IntN(n)
}

// some are a few people.
func (s *stage) some() []string {
	var out []string
	for _, p := range stagePeople {
		if s.roll(2) == 0 {
			out = append(out, p)
		}
	}
	return out
}

// window is mostly always open; else it opens or closes within minutes.
func (s *stage) window() directory.Window {
	at := s.clock.Now().Add(time.Duration(s.roll(3)) * time.Minute)
	switch s.roll(5) {
	case 0:
		return directory.Window{NotBefore: at}
	case 1:
		return directory.Window{NotAfter: at}
	}
	return directory.Window{}
}

// record is a random one, of few names.
func (s *stage) record() directory.Record {
	ns := s.any(stageNamespaces...)
	at := directory.LocalEntity{Level: catalogue.Course, Name: s.any("c1", "c2")}
	key := func(names ...string) directory.Key { return directory.Key{Namespace: ns, Name: s.any(names...)} }
	role := directory.RoleRef{Name: s.any("course-student", "course-instructor", "course-admin")}
	switch s.roll(10) {
	case 0, 1, 2:
		g := &directory.Group{Key: key("g1", "g2")}
		for _, p := range s.some() {
			g.Members = append(g.Members, directory.Member{Name: p})
		}
		return g
	case 3:
		return &directory.PermissionOverride{Key: key("p1", "p2"), Person: s.any(stagePeople...), Entity: at,
			Permissions: []string{s.any("view_course", "grade_submissions")}, Window: s.window()}
	case 4:
		return &directory.SystemDeny{Name: s.any("d1", "d2"), Subjects: []directory.Subject{directory.PersonSubject(s.any(stagePeople...))},
			Permissions: []string{"*"}, Window: s.window()}
	case 5:
		return &directory.Person{Name: s.any(stagePeople...), Suspended: s.roll(2) == 0}
	case 6:
		return &directory.Role{Key: key("o"), Level: catalogue.Course, Type: directory.RoleOverride, Overrides: "course-student", Entity: at,
			Permissions: []string{s.any("view_course", "grade_submissions")}}
	case 7:
		return &directory.RoleBinding{Key: key("of-people"), Entity: at, Role: role, Subjects: people(s.some()), Window: s.window()}
	default:
		group := directory.Subject{Kind: directory.KindGroup, Namespace: ns, Name: s.any("g1", "g2")}
		return &directory.RoleBinding{Key: key("b1", "b2", "b3"), Entity: at, Role: role, Subjects: []directory.Subject{group},
			Window: s.window()}
	}
}

func people(names []string) []directory.Subject {
	var out []directory.Subject
	for _, p := range names {
		out = append(out, directory.PersonSubject(p))
	}
	return out
}

// change changes one to four objects in one step.
func (s *stage) change() {
	var changes []directory.Change
	for range 1 + s.roll(4) {
		r := s.record()
		if s.roll(5) == 0 {
			changes = append(changes, directory.Delete(r.ID()))
		} else {
			changes = append(changes, directory.Upsert(r))
		}
	}
	s.apply(changes...)
}

func (s *stage) courses() {
	var changes []directory.Change
	for _, ns := range stageNamespaces {
		for _, name := range []string{"c1", "c2"} {
			changes = append(changes, directory.Upsert(&directory.Entity{Key: directory.EntityKey{Level: catalogue.Course, Namespace: ns,
				Name: name}}))
		}
	}
	s.apply(changes...)
}

// Whatever changes, however many changes come while others are being written,
// and whatever goes wrong meanwhile: at no version of the statuses is anything
// held together by people who never held it together. That holds when a manager
// ends in the middle of it and another one goes on.
func TestStatusesAreNeverAheadOfThemselves(t *testing.T) {
	for seed := range uint64(*handoverWorlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, seed)
			if seed%3 > 0 {
				s.faults = 8
			}
			s.courses()
			s.start(elsewhere)
			defer func() { s.stop() }()
			for round := range 12 {
				for range 1 + s.roll(5) {
					s.change()
					if s.roll(2) == 0 {
						s.fanout.Flush()
					}
					for range s.roll(4) {
						s.pause()
					}
					if s.roll(4) == 0 {
						s.pass(time.Duration(s.roll(3)) * time.Minute)
					}
				}
				if round%3 == 1 {
					s.fanout.Flush()
					s.pause()
					s.stop() // in the middle of it
					s.change()
					s.start(elsewhere)
				}
				if s.roll(3) > 0 {
					s.rest()
				}
				s.check()
			}
			s.rest()
			s.check()
		})
	}
}
