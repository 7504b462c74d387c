package controllers_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

var algebra = directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "algebra"}

// swap is one of two states that commits change between. What each grants and
// restricts lies in objects of six kinds, of which some are in one state only.
func swap(state int) gittest.Files {
	in, out := []string{"alice", "bob"}[state], []string{"bob", "alice"}[state]
	role := []string{"course-student", "course-instructor"}[state]
	other := []string{"course-instructor", "course-student"}[state]
	files := gittest.Files{
		"groups.yaml": fmt.Sprintf(`
apiVersion: provost.dev/v1alpha1
kind: Group
metadata: {name: ins, namespace: acme}
spec: {members: [{name: %s}]}
---
apiVersion: provost.dev/v1alpha1
kind: Group
metadata: {name: outs, namespace: acme}
spec: {members: [{name: %s}]}
`, in, out),
		"binding.yaml": fmt.Sprintf(`
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: ins-%d, namespace: acme}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: %s}, subjects: [{kind: Group, name: ins}]}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: outs, namespace: acme}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: %s}, subjects: [{kind: Group, name: outs}]}
`, state, role, other),
		"deny.yaml": fmt.Sprintf(`
apiVersion: provost.dev/v1alpha1
kind: SystemDeny
metadata: {name: no-view-%d}
spec: {subjects: [{kind: Person, name: %s}], permissions: [view_course], scope: {namespaces: [acme]}, reason: Swapped}
`, state, out),
		"override.yaml": fmt.Sprintf(`
apiVersion: provost.dev/v1alpha1
kind: PermissionOverride
metadata: {name: carol, namespace: acme}
spec: {person: carol, entityRef: {kind: Course, name: algebra}, permissions: [%s], reason: Swapped}
`, []string{"view_course", "grade_submissions"}[state]),
		"role.yaml": fmt.Sprintf(`
apiVersion: provost.dev/v1alpha1
kind: Role
metadata: {name: students, namespace: acme}
spec: {level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: algebra}, permissions: [%s]}
`, []string{"view_course, submit_assignments", "view_course"}[state]),
		"bulk.yaml": "",
	}
	for i := range 30 { // so that a commit takes a while
		files["bulk.yaml"] += fmt.Sprintf("---\napiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: bulk-%d, namespace: "+
			"acme}\nspec: {members: [{name: p%d}]}\n", i, i+state)
	}
	return files
}

// decisions are what the people of the swap may do.
func decisions(s *directory.Snapshot, now time.Time) [3]catalogue.Set {
	var out [3]catalogue.Set
	for i, who := range []string{"alice", "bob", "carol"} {
		out[i] = s.Permissions(who, algebra, now)
	}
	return out
}

// watcher looks at an engine's decisions without pause.
type watcher struct {
	mu   sync.Mutex
	seen map[[3]catalogue.Set]int
	last [3]catalogue.Set
}

func watch(t *testing.T, d *directory.Directory) *watcher {
	w := &watcher{seen: map[[3]catalogue.Set]int{}}
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		var before *directory.Snapshot
		for {
			select {
			case <-stop:
				return
			default:
			}
			s := d.Snapshot()
			if s == before {
				time.Sleep(50 * time.Microsecond)
				continue
			}
			before = s
			w.mu.Lock()
			w.last = decisions(s, time.Now())
			w.seen[w.last]++
			w.mu.Unlock()
		}
	})
	t.Cleanup(func() { close(stop); done.Wait() })
	return w
}

// is waits until the engine decides so.
func (w *watcher) is(t *testing.T, want [3]catalogue.Set) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		w.mu.Lock()
		got := w.last
		w.mu.Unlock()
		if got == want {
			return
		}
	}
	t.Fatalf("the engine does not come to decide %v; it has decided %v", want, w.seen)
}

// reset forgets what was seen but for the last.
func (w *watcher) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = map[[3]catalogue.Set]int{w.last: 1}
}

// lag delays what a configuration's clients hear of kinds, each by its own time.
func lag(cfg *rest.Config, kinds map[string]time.Duration) {
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			answer, err := next.RoundTrip(r)
			if err != nil || r.URL.Query().Get("watch") == "" {
				return answer, err
			}
			for kind, delay := range kinds {
				if strings.HasSuffix(r.URL.Path, "/"+kind) {
					answer.Body = &lateBody{answer.Body, delay}
				}
			}
			return answer, nil
		})
	})
}

type lateBody struct {
	io.ReadCloser
	delay time.Duration
}

func (b *lateBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	time.Sleep(b.delay)
	return n, err
}

// While commits swap who may do what, no replica ever decides as neither the old
// nor the new commit says, however its watches lag behind one another.
func TestGitSyncWhole(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	repo := gittest.New(t, gittest.Files{"acme.yaml": gitFiles["acme.yaml"]})
	w := &gitWorld{T: t, env: env, repo: repo}
	elect := func(o *manager.Options) {
		o.GitSyncAllowLocal, o.LeaderElection, o.LeaderElectionNamespace = true, true, "provost-system"
	}
	slow := func(kinds map[string]time.Duration) *rest.Config {
		cfg := env.ManagerConfig(t)
		lag(cfg, kinds)
		return cfg
	}
	env.Namespace(t, home, nil)
	leader := runOn(t, slow(map[string]time.Duration{"rolebindings": 30 * time.Millisecond}), elect)
	w.manager = leader
	w.apply(", interval: 1h")
	w.is("Ready=True/Succeeded")
	followers := []*running{
		runOn(t, slow(map[string]time.Duration{"groups": 60 * time.Millisecond, "gitsyncs": 20 * time.Millisecond}), elect),
		runOn(t, slow(map[string]time.Duration{"systemdenies": 100 * time.Millisecond, "gitsyncs": 150 * time.Millisecond}), elect),
	}
	watchers := []*watcher{watch(t, leader.directory)}
	for _, f := range followers {
		watchers = append(watchers, watch(t, f.directory))
	}
	var states [2][3]catalogue.Set
	for round := range 8 {
		state := round % 2
		files := swap(state)
		hash := repo.Commit(files)
		w.ask()
		w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + hash)
		if round < 2 {
			calm(leader.writes)
			states[state] = watchers[0].last
		}
		for i, watcher := range watchers {
			watcher.is(t, states[state])
			if round == 1 {
				watcher.reset()
			}
			if len(watcher.seen) > 2 && round > 1 {
				t.Fatalf("round %d: replica %d has decided %v; only %v and %v are right", round, i, watcher.seen, states[0], states[1])
			}
		}
	}
	if states[0] == states[1] {
		t.Fatalf("both states are %v", states[0])
	}
	for i, watcher := range watchers {
		if len(watcher.seen) != 2 {
			t.Errorf("replica %d has decided %v", i, watcher.seen)
		}
	}
	gs := w.read()
	if a := gs.Status.Apply; a == nil || a.FinishedAt == nil || len(a.Written) == 0 {
		t.Errorf("the status says of the apply: %+v", a)
	}
}

// What cannot be applied to its end comes into effect as far as it was applied,
// and keeps nothing else from it.
func TestGitSyncHalf(t *testing.T) {
	w := startGit(t, ", interval: 1h")
	w.is("Ready=True/Succeeded")
	hash := w.repo.Commit(gittest.Files{
		"maths.yaml": gitGroup("carol"),
		"lost.yaml": "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: x, namespace: nowhere}\nspec: {entityRef: {kind: " +
			"Course, name: x}, roleRef: {name: course-student}, subjects: [{kind: Person, name: x}]}\n",
	})
	w.ask()
	w.is("Ready=False/ApplyFailed lastAttemptedRevision=main@sha1:" + hash)
	w.env.Expect(t, "EffectivePermissions/acme/carol roles[Course/algebra]=course-student\nEffectivePermissions/acme/alice absent")
	if a := w.read().Status.Apply; a == nil || a.FinishedAt == nil {
		t.Errorf("the status says of the apply: %+v", a)
	}

	// A manager that comes to its end over it leaves a status that says that it goes on. The next one ends that.
	w.manager.stop()
	gs := w.read()
	gs.Status.Apply.FinishedAt, gs.Status.Apply.Until.Time = nil, time.Now().Add(time.Hour)
	if err := w.env.Client.Status().Update(t.Context(), gs); err != nil {
		t.Fatal(err)
	}
	w.repo.Commit(gittest.Files{"lost.yaml": "", "maths.yaml": gitGroup("dana")})
	w.manager = run(t, w.env, func(o *manager.Options) { o.GitSyncAllowLocal = true })
	w.is("Ready=True/Succeeded")
	w.env.Expect(t, "EffectivePermissions/acme/dana roles[Course/algebra]=course-student")
}
