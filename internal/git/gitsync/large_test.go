package gitsync

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/cache"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/testing/need"
)

// withCache gives the Syncer informers to look at first.
func (w *world) withCache() {
	w.Helper()
	c, err := cache.New(w.env.Config, cache.Options{Scheme: w.env.Scheme})
	if err != nil {
		w.Fatal(err)
	}
	go func() { _ = c.Start(w.Context()) }()
	if !c.WaitForCacheSync(w.Context()) {
		w.Fatal("the cache does not start")
	}
	w.syncer.Cached = c
}

// quiet wants runs to come to rest: no write, and soon no read of an object.
func (w *world) quiet(gs *provostv1.GitSync) {
	w.Helper()
	var reads int64
	for range 50 { // until the cache has seen the last write
		before := w.client.reads.Load()
		if out := w.run(gs); out.Changes.Writes() != 0 {
			w.Fatalf("an unchanged revision wrote %s", out.Changes.Names())
		}
		if reads = w.client.reads.Load() - before; reads == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.Errorf("a run that finds nothing new makes %d requests", reads)
}

func TestReadsByTheCache(t *testing.T) {
	w := newWorld(t)
	w.withCache()
	repo := gittest.New(t, acme)
	gs := w.gitSync("access", repo.URL())
	w.run(gs)
	w.quiet(gs)
	for _, drift := range []func(){
		func() { w.env.Apply(t, "acme", group("maths", "mallory")) },
		func() { w.env.Delete(t, "acme", "{kind: RoleBinding, metadata: {name: maths}}") },
		func() {
			w.env.Apply(t, "acme",
				"{apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: extra, labels: {provost.dev/gitsync: provost-system.access}}}")
		},
	} {
		drift()
		fixed := 0
		for deadline := time.Now().Add(10 * time.Second); fixed == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			out := w.run(gs)
			fixed = out.Changes.Writes()
		}
		if fixed != 1 {
			t.Errorf("%d objects put back, want 1", fixed)
		}
		w.quiet(gs)
	}
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("the members are %s", got)
	}
	w.exists("RoleBinding/maths")
	w.gone("Person/extra")
}

func TestManyObjects(t *testing.T) {
	w := newWorld(t)
	w.withCache()
	const n = 150
	files := gittest.Files{"namespace.yaml": acme["namespace.yaml"], "acme.yaml": acme["acme.yaml"]}
	for i := range n {
		files[fmt.Sprintf("courses/%d.yaml",
			i)] = fmt.Sprintf("apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: c-%d, namespace: acme}\nspec: {displayName: "+
			"Course %d}\n", i, i) +
			"---\n" + group(fmt.Sprintf("g-%d", i), "alice", "bob") + "---\n" + fmt.Sprintf(`apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: b-%d, namespace: acme}
spec:
  entityRef: {kind: Course, name: c-%d}
  roleRef: {name: course-student}
  subjects: [{kind: Group, name: g-%d}]
`, i, i, i)
	}
	repo := gittest.New(t, files)
	gs := w.gitSync("access", repo.URL())
	w.measure(gs, "the first run", 3*n+2, 1, 0)
	w.quiet(gs)
	w.measure(gs, "nothing new", 0, 0, 0)
	repo.Commit(gittest.Files{"courses/7.yaml": group("g-7", "carol")})
	w.measure(gs, "a commit", 0, 1, 2)
	gone := gittest.Files{"keep.yaml": group("keep", "alice")}
	for name := range files {
		if strings.HasPrefix(name, "courses/") {
			gone[name] = ""
		}
	}
	repo.Commit(gone)
	w.measure(gs, "removing it all", 1, 0, 3*n-2)
}

// measure runs a GitSync, wants these numbers, and tells how long it took.
func (w *world) measure(gs *provostv1.GitSync, what string, created, updated, deleted int) {
	w.Helper()
	reads, writes, start := w.client.reads.Load(), w.client.writes.Load(), time.Now()
	out := w.run(gs)
	took := time.Since(start)
	if got, want := out.Changes.String(), fmt.Sprintf("%d created, %d updated, %d deleted", created, updated, deleted); got != want &&
		created >= 0 {
		w.Errorf("%s: %s, want %s", what, got, want)
	}
	w.Logf("%s: %s in %v, with %d reads and %d writes", what, out.Changes.String(), took.Round(time.Millisecond), w.client.reads.Load()-reads,
		w.client.writes.Load()-writes)
}

// The real organisation, where its data lies beside the project.
func TestRealOrganisation(t *testing.T) {
	need.Time(t)
	dir := need.Organisation(t, false)
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args[0], err, out)
		}
	}
	git("-C", dir, "reset", "-q", "--hard", "HEAD~20")
	w := newWorld(t)
	w.withCache()
	gs := w.gitSync("real", "file://"+dir)
	w.measure(gs, "the first run", -1, 0, 0)
	w.quiet(gs)
	w.measure(gs, "nothing new", 0, 0, 0)
	w.restart(w.syncer.Schemas)
	w.measure(gs, "after a restart", 0, 0, 0)
	for i := 19; i >= 0; i-- {
		git("-C", dir, "reset", "-q", "--hard", fmt.Sprintf("origin/main~%d", i))
		w.measure(gs, fmt.Sprintf("commit %d", 20-i), -1, 0, 0)
	}
	w.measure(gs, "nothing new", 0, 0, 0)
}
