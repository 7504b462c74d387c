package controllers_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/testenv"
)

// What one of two roles of a course has and the other has not is swapped by a
// commit between two groups. Some of the people lose it and others gain it, and
// all of them gain something for it.
const swapCourse = `
apiVersion: v1
kind: Namespace
metadata: {name: acme}
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: algebra, namespace: acme}
spec: {displayName: Algebra}
---
apiVersion: provost.dev/v1alpha1
kind: Role
metadata: {name: grader, namespace: acme}
spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [grade_submissions, deliver_course]}
---
apiVersion: provost.dev/v1alpha1
kind: Role
metadata: {name: reader, namespace: acme}
spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [view_course, submit_assignments]}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: graders, namespace: acme}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: grader}, subjects: [{kind: Group, name: graders}]}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: readers, namespace: acme}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: reader}, subjects: [{kind: Group, name: readers}]}
`

// swappedGroups are the groups in one of two states: who is a grader in one is a reader in the other.
func swappedGroups(people, state int) string {
	return groupOf("graders", string("ab"[state]), people) + "---\n" + groupOf("readers", string("ba"[state]), people)
}

func groupOf(name, prefix string, people int) string {
	var members []string
	for i := range people {
		members = append(members, fmt.Sprintf("{name: %s%03d}", prefix, i))
	}
	return fmt.Sprintf("apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: %s, namespace: acme}\nspec: {members: [%s]}\n", name,
		strings.Join(members, ", "))
}

// firstLetter is the side of somebody whose name begins with it.
func firstLetter(person string) string { return person[:1] }

// swapping is a manager that follows a repository of swaps.
type swapping struct {
	*gitWorld
	people int
	seen   *replay
}

func startSwapping(t *testing.T, people int, change ...func(*manager.Options)) *swapping {
	t.Helper()
	env := testenv.Start(t)
	return startSwappingOn(t, env, env.ManagerConfig(t), people, change...)
}

// startSwappingOn is startSwapping with a configuration of the test's own.
func startSwappingOn(t *testing.T, env *testenv.Env, cfg *rest.Config, people int, change ...func(*manager.Options)) *swapping {
	t.Helper()
	env.Clear(t)
	repo := gittest.New(t, gittest.Files{"course.yaml": swapCourse, "groups.yaml": swappedGroups(people, 1)})
	w := &gitWorld{T: t, env: env, repo: repo}
	w.manager = runOn(t, cfg, append(change, localGit)...)
	env.Namespace(t, home, nil)
	s := &swapping{gitWorld: w, people: people, seen: follow(t, env, firstLetter)}
	w.apply(", interval: 1h, removalGuard: {maxPercent: 100}")
	w.is("Ready=True/Succeeded")
	s.shows(1)
	return s
}

func localGit(o *manager.Options) { o.GitSyncAllowLocal = true }

// commit swaps, and waits until all statuses say so.
func (s *swapping) commit(state int) {
	s.Helper()
	s.applied(state)
	s.shows(state)
}

// applied swaps, and waits until that is applied.
func (s *swapping) applied(state int) {
	s.Helper()
	message := fmt.Sprintf("Swap\n\nProvost-Allow-Sensitive-Grants: %d\n", s.people)
	hash := s.repo.CommitAs(message, gittest.Files{"groups.yaml": swappedGroups(s.people, state)})
	s.ask()
	s.env.Expect(s, "GitSync/provost-system/access Ready=True/Succeeded lastAppliedRevision=main@sha1:"+hash)
}

// shows waits until all statuses are those of a state.
func (s *swapping) shows(state int) {
	s.Helper()
	want := map[string]string{"grader": string("ab"[state]), "reader": string("ba"[state])}
	for last, quiet := -1, time.Now(); time.Since(quiet) < time.Minute; time.Sleep(20 * time.Millisecond) {
		if n := s.seen.versions(); n != last {
			last, quiet = n, time.Now()
		}
		n := 0
		for role, side := range want {
			if s.seen.hold("acme/Course/algebra is "+role, side, s.people) {
				n++
			}
		}
		if n == len(want) {
			return
		}
	}
	s.Fatalf("the statuses do not come to show the state %d", state)
}

// Of two people who swap roles, none is ever seen to have what the other one has
// still: in no version of the statuses, and in no decision.
func TestSwapOfTwo(t *testing.T) {
	out := &syncBuffer{}
	s := startSwapping(t, 1, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
	decided := decidedForBoth(t, s.manager.directory, "a000", "b000")
	for i := range 30 {
		s.commit(i % 2)
		s.seen.check(t)
	}
	if both := decided(); both != 0 {
		t.Errorf("both were decided to have %v", both.IDs(algebra.Level))
	}
	comesTo(t, s.env, func() map[string]string { return replayed(t, out) })
	t.Logf("%d versions of 2 statuses in 30 commits", s.seen.events)
}

// decidedForBoth looks at an engine's decisions without pause, and returns how to ask what two people were decided to have at once.
func decidedForBoth(t *testing.T, d *directory.Directory, one, other string) func() catalogue.Set {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var both atomic.Uint64
	var done sync.WaitGroup
	done.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(50 * time.Microsecond) {
			s, now := d.Snapshot(), time.Now()
			both.Or(uint64(s.Permissions(one, algebra, now) & s.Permissions(other, algebra, now)))
		}
	})
	t.Cleanup(func() { stop(); done.Wait() })
	return func() catalogue.Set { return catalogue.Set(both.Load()) }
}

// The same where hundreds swap with hundreds, each of whom takes a write or two.
func TestSwapOfMany(t *testing.T) {
	people, commits := 150, 2
	if need.Long() {
		people, commits = 700, 30
	}
	s := startSwapping(t, people)
	for i := range commits {
		begin, before := time.Now(), s.manager.writes.Total()
		s.commit(i % 2)
		s.seen.check(t)
		t.Logf("commit %d: %d writes in %s", i, s.manager.writes.Total()-before, time.Since(begin).Round(time.Millisecond))
	}
}

// Nor is it seen where the API server goes away while statuses are being written,
// or the manager ends and another one goes on.
func TestSwapIsInterrupted(t *testing.T) {
	env := testenv.Start(t)
	cfg := env.ManagerConfig(t)
	cable := plugIn(cfg)
	s := startSwappingOn(t, env, cfg, 100)
	for i := range 4 {
		enough := s.seen.versions() + 1 + 80*i // of the 400 that it takes
		s.applied(i % 2)
		eventually(t, "statuses are written", func() bool { return s.seen.versions() >= enough })
		cable.pull()
		if i%2 == 0 {
			time.Sleep(100 * time.Millisecond)
			cable.back()
		} else {
			s.manager.stop()
			cfg = env.ManagerConfig(t)
			cable = plugIn(cfg)
			s.manager = runOn(t, cfg, localGit)
		}
		s.shows(i % 2)
		s.seen.check(t)
	}
}

// What ends for some by the clock and begins for others at the same moment is handed over like that too (R29).
func TestHandOverByTheClock(t *testing.T) {
	env, _ := start(t)
	moment := at(8)
	env.Apply(t, "acme", fmt.Sprintf(`%[1]s
---
%[2]s
---
%[3]s
---
kind: RoleBinding
metadata: {name: until}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Group, name: a}], notAfter: %[4]q}
---
kind: RoleBinding
metadata: {name: from}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Group, name: b}], notBefore: %[4]q}
`, school, groupOf("a", "a", 40), groupOf("b", "b", 40), moment))
	env.Expect(t, "EffectivePermissions/acme/a039 roles[Course/algebra]=course-instructor\nEffectivePermissions/acme/b039 absent")
	seen := follow(t, env, firstLetter)
	for i := range 40 {
		env.Expect(t, fmt.Sprintf("EffectivePermissions/acme/a%03d absent\n"+
			"EffectivePermissions/acme/b%03[1]d roles[Course/algebra]=course-instructor", i))
	}
	seen.check(t)
}
