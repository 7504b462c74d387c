package doors_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/testenv"
)

// chance makes worlds of a few groups, courses and bindings, in which one change is often too large for a guard.
type chance struct{ *rand.Rand }

func (d chance) in(n int) bool { return d.IntN(n) == 0 }

// members are some of forty people.
func (d chance) members() string {
	var out []string
	part := 1 + d.IntN(4)
	for i := range 40 {
		if d.IntN(part) == 0 {
			out = append(out, fmt.Sprintf("{name: p%d}", i))
		}
	}
	return strings.Join(out, ", ")
}

func (d chance) object(kind, namespace, name, spec string) string {
	if namespace != "" {
		namespace = ", namespace: " + namespace
	}
	return fmt.Sprintf("apiVersion: provost.dev/v1alpha1\nkind: %s\nmetadata: {name: %s%s}\nspec: {%s}\n", kind, name, namespace, spec)
}

func (d chance) group(name string) string {
	return d.object("Group", "acme", name, "members: ["+d.members()+"]")
}

func (d chance) binding(name string) string {
	roles := []string{"course-student", "course-instructor", "course-admin"}
	subject := fmt.Sprintf("{kind: Group, name: g%d}", d.IntN(4))
	if d.in(3) {
		subject = fmt.Sprintf("{kind: Person, name: p%d}", d.IntN(40))
	}
	return d.object("RoleBinding", "acme", name, fmt.Sprintf("roleRef: {name: %s}, entityRef: {kind: Course, name: c%d}, subjects: [%s]",
		roles[d.IntN(len(roles))], d.IntN(3), subject))
}

// world are the files of a world; where one of them is asked for again, it is made anew.
func (d chance) world() map[string]func() string {
	out := map[string]func() string{
		"namespace.yaml": func() string {
			return fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: acme, labels: {tier: t%d}}\n", d.IntN(2))
		},
		"platform.yaml": func() string {
			return d.object("Platform", "", "platform", fmt.Sprintf("removalGuard: {maxPercent: %d, minimum: %d}", d.IntN(101), 1+d.IntN(20)))
		},
	}
	for i := range 3 {
		out[fmt.Sprintf("c%d.yaml", i)] = func() string { return d.object("Course", "acme", fmt.Sprintf("c%d", i), "displayName: Course") }
	}
	for i := range 4 {
		out[fmt.Sprintf("g%d.yaml", i)] = func() string { return d.group(fmt.Sprintf("g%d", i)) }
	}
	for i := range 5 {
		out[fmt.Sprintf("b%d.yaml", i)] = func() string { return d.binding(fmt.Sprintf("b%d", i)) }
	}
	return out
}

// message is that of a commit, which often allows something.
func (d chance) message() string {
	out := "Change\n\n"
	for _, name := range []string{guard.TrailerRemovals, guard.TrailerSensitive, guard.TrailerAdministrators} {
		if d.in(3) {
			out += fmt.Sprintf("%s: %d\n", name, []int{1, 20, 500}[d.IntN(3)])
		}
	}
	return out
}

// Over random pairs of worlds, plan and a GitSync hold back the same, for the same reasons, and differ in the same objects:
// plan of two commits and of two folders where the cluster holds one of them and nothing else, and plan of the cluster always.
func TestPlanAndGitSyncAgree(t *testing.T) {
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	held, passed := 0, 0
	for seed := range need.AtMost(uint64(60), 5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := &pair{T: t, d: chance{rand.New(rand.NewPCG(seed, 7))}, cluster: newMemory(scheme)}
			w.syncer = &gitsync.Syncer{Client: w.cluster, Schemas: schemas, Snapshot: w.cluster.snapshot,
				Fetcher: &gitsync.Fetcher{FetcherOptions: gitsync.FetcherOptions{AllowLocal: true}}}
			if w.agree() {
				held++
			} else {
				passed++
			}
		})
	}
	if held == 0 || passed == 0 {
		t.Errorf("%d were held back and %d were not", held, passed)
	}
}

// pair is a cluster that holds one world, with a commit that brings another.
type pair struct {
	*testing.T
	d       chance
	cluster *memory
	syncer  *gitsync.Syncer
	sync    *provostv1.GitSync
	repo    *gittest.Repository
	base    string
	// alone says that the cluster holds nothing that is not in the repository.
	alone bool
}

// byHand writes what no commit holds: of nobody, or of another GitSync.
func (p *pair) byHand(text, owner string) {
	p.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		p.Fatal(err)
	}
	if owner != "" {
		u.SetLabels(map[string]string{provostv1.GitSyncLabel: owner})
	}
	p.cluster.put(u)
}

// make has the GitSync apply the first world, and commits the second.
func (p *pair) make() {
	p.Helper()
	files := gittest.Files{}
	world := p.d.world()
	names := make([]string, 0, len(world))
	for name := range world {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !p.d.in(6) || name == "namespace.yaml" {
			files[name] = world[name]()
		}
	}
	p.repo = gittest.New(p, nil)
	p.base = p.repo.CommitAs(p.d.message(), files)
	p.sync = &provostv1.GitSync{}
	p.sync.Namespace, p.sync.Name, p.sync.Spec.URL = provostv1.SystemNamespace, "access", p.repo.URL()
	if p.alone = p.d.in(2); !p.alone {
		p.byHand(p.d.group("hand"), "")
		p.byHand(p.d.object("RoleBinding", "acme", "hand", "roleRef: {name: course-instructor}, entityRef: {kind: Course, name: c0}, "+
			"subjects: [{kind: Group, name: hand}, {kind: Group, name: g1}]"), "")
		p.byHand(p.d.group("other"), "provost-system.other")
		if p.d.in(3) {
			p.sync.Spec.Prune = ptr.To(false)
		}
		if p.d.in(3) {
			p.sync.Spec.RemovalGuard = &provostv1.RemovalGuard{MaxPercent: ptr.To(int32(p.d.IntN(101))), Minimum: ptr.To[int32](5)}
		}
	}
	out, err := p.syncer.Run(p.Context(), p.sync, false, gitsync.Progress{})
	if err != nil {
		p.Fatal(err)
	}
	p.sync.Status.LastAppliedRevision = out.Applied
	clear(p.cluster.written)

	change := gittest.Files{}
	for _, name := range names {
		switch _, had := files[name]; {
		case had && p.d.in(5) && name != "namespace.yaml":
			change[name] = ""
		case p.d.in(2):
			change[name] = world[name]()
		}
	}
	p.repo.CommitAs(p.d.message(), change)
	switch p.d.IntN(3) {
	case 0:
		p.repo.CommitAs(p.d.message(), nil)
	case 1:
		p.repo.Merge(p.base, p.d.message())
	}
}

// agree compares, and says whether the commit is held back.
func (p *pair) agree() bool {
	p.Helper()
	p.make()
	repo, err := gitrepo.Open(p.repo.Dir)
	if err != nil {
		p.Fatal(err)
	}
	trees := [2]history.Tree{p.tree(repo, p.base), p.tree(repo, "HEAD")}
	objects, err := p.cluster.all()
	if err != nil {
		p.Fatal(err)
	}
	cluster, err := plans.NewCluster("the cluster", append(objects, p.sync), "")
	if err != nil {
		p.Fatal(err)
	}
	live, found := p.plan(plans.Guards{Repository: repo, Cluster: cluster}, cluster.Tree(), cluster.Applied(trees[1]))
	if p.alone {
		commits, of := p.plan(plans.Guards{Repository: repo}, trees[0], trees[1])
		if diff := cmp.Diff(found, of); diff != "" {
			p.Errorf("the guards (-cluster +commits)\n%s", diff)
		}
		if diff := cmp.Diff(differing(live), differing(commits)); diff != "" {
			p.Errorf("the objects (-cluster +commits)\n%s", diff)
		}
		var folders [2]history.Tree
		for i, at := range []*gitrepo.Commit{trees[0].Commit, trees[1].Commit} {
			fs, err := repo.Tree(at, "")
			if err != nil {
				p.Fatal(err)
			}
			folders[i] = history.FolderTree("folder", manifest.Source{FS: fs, Dir: "."})
		}
		_, of = p.plan(plans.Guards{Allowance: guard.Allowances(p.said(repo, trees[1].Commit)...)}, folders[0], folders[1])
		if diff := cmp.Diff(found, of); diff != "" {
			p.Errorf("the guards (-cluster +folders)\n%s", diff)
		}
	}
	if got := cluster.Unmanaged(); !p.alone != (len(got) == 2) {
		p.Errorf("in the cluster and in no repository are %v", got)
	}

	_, err = p.syncer.Run(p.Context(), p.sync, false, gitsync.Progress{})
	var failure *gitsync.Failure
	held := errors.As(err, &failure) && failure.Reason == provostv1.ReasonRemovalGuarded
	if err != nil && !held {
		p.Fatal(err)
	}
	if held != (len(guard.Held(found)) > 0) {
		p.Fatalf("plan finds %+v, and the GitSync ends with %v", found, err)
	}
	if !held {
		var written []directory.ID
		for id := range p.cluster.written {
			if id.Kind != directory.KindPlatform { // of its guard nobody's access hangs
				written = append(written, id)
			}
		}
		slices.SortFunc(written, directory.ID.Compare)
		if diff := cmp.Diff(differing(live), written); diff != "" {
			p.Errorf("the objects (-plan +GitSync)\n%s", diff)
		}
		return false
	}
	for _, text := range append(messages(guard.Held(found)), guard.Trailers(found)...) {
		if !strings.Contains(failure.Error(), text) {
			p.Errorf("the GitSync does not say %q:\n%v", text, failure)
		}
	}
	return true
}

// said are the messages of the commits since the base.
func (p *pair) said(repo *gitrepo.Repository, tip *gitrepo.Commit) (out []string) {
	p.Helper()
	base, err := repo.Resolve(p.base)
	if err != nil {
		p.Fatal(err)
	}
	commits, whole, err := repo.Since(base.Hash, tip)
	if err != nil || !whole {
		p.Fatal(whole, err)
	}
	for _, c := range commits {
		out = append(out, c.Message)
	}
	return out
}

func (p *pair) tree(repo *gitrepo.Repository, revision string) history.Tree {
	p.Helper()
	c, err := repo.Resolve(revision)
	if err != nil {
		p.Fatal(err)
	}
	tree, err := history.CommitTree(repo, c, "")
	if err != nil {
		p.Fatal(err)
	}
	return tree
}

func (p *pair) plan(g plans.Guards, base, head history.Tree) (*history.Comparison, []guard.Finding) {
	p.Helper()
	c, err := history.Compare(p.Context(), manifest.Options{}, g.Repository, "", base, head, time.Now())
	if err != nil {
		p.Fatal(err)
	}
	found, _, err := g.Check(c)
	if err != nil {
		p.Fatal(err)
	}
	return c, found
}

// differing are the objects that bear on access and differ.
func differing(c *history.Comparison) (out []directory.ID) {
	for i := range c.Step.Changes {
		if change := &c.Step.Changes[i]; change.Access && change.ID.Kind != directory.KindPlatform {
			out = append(out, change.ID)
		}
	}
	return out
}

func messages(found []guard.Finding) (out []string) {
	for _, f := range found {
		out = append(out, f.Message)
	}
	return out
}
