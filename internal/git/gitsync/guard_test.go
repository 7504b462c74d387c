package gitsync

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/manifest"
)

// snapshot is what the engine makes of everything in the cluster.
func (w *world) snapshot(ctx context.Context) (*directory.Snapshot, error) {
	var records []directory.Record
	for gvk := range kindStages {
		list, err := w.env.Scheme.New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		if err != nil {
			return nil, err
		}
		if err := w.env.Client.List(ctx, list.(client.ObjectList)); err != nil {
			return nil, err
		}
		err = meta.EachListItem(list, func(item runtime.Object) error {
			object, ok := item.(manifest.Object)
			if !ok {
				return nil
			}
			r, err := manifest.FromObject(object)
			if r != nil {
				records = append(records, r)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return directory.Build(records...), nil
}

// cohort is a group of the people p0 to p(n-1), but for some.
func cohort(n int, without ...int) gittest.Files {
	var members []string
	for i := range n {
		if !slices.Contains(without, i) {
			members = append(members, fmt.Sprintf("p%02d", i))
		}
	}
	return gittest.Files{"people/groups.yaml": group("maths", members...)}
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// A commit that takes access from too many is held back, and the one before it
// stays; a trailer that names the number lets it through.
func TestRemovalGuard(t *testing.T) {
	w := newWorld(t)
	w.syncer.Snapshot = w.snapshot
	repo := gittest.New(t, acme)
	repo.Commit(cohort(50))
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) {
		gs.Spec.RemovalGuard = &provostv1.RemovalGuard{MaxPercent: ptr.To[int32](20), Minimum: ptr.To[int32](10)}
	})
	applied := func() {
		t.Helper()
		out := w.run(gs)
		gs.Status.LastAppliedRevision, gs.Status.ObservedGeneration = out.Applied, gs.Generation
	}
	members := func(want int) {
		t.Helper()
		if got := len(strings.Fields(w.members("maths"))); got != want {
			t.Errorf("the group has %d members, want %d", got, want)
		}
	}
	applied()
	members(50)
	repo.Commit(cohort(50, upTo(9)...)) // few enough
	applied()
	members(41)
	repo.Commit(cohort(50))
	applied()

	// 60% of a group, and with that most of what anybody has.
	repo.Commit(cohort(50, upTo(30)...))
	w.fails(gs, provostv1.ReasonRemovalGuarded, "is held back", "30 of 50 members of Group acme/maths leave it (60%)",
		"Provost-Allow-Removals: 30")
	members(50)
	w.env.Apply(t, "acme", group("maths", "mallory")) // the last good commit is kept in place
	w.fails(gs, provostv1.ReasonRemovalGuarded, "Provost-Allow-Removals: 30")
	members(50)

	// After a restart too, and with too small a number.
	w.restart(w.syncer.Schemas)
	w.syncer.Snapshot = w.snapshot
	repo.CommitAs("Tidy up\n\nProvost-Allow-Removals: 29\n", nil)
	w.fails(gs, provostv1.ReasonRemovalGuarded, "Provost-Allow-Removals: 30")
	members(50)
	repo.CommitAs("The term is over\n\nProvost-Allow-Removals: 30\n", nil)
	applied()
	members(20)

	// Whoever may write the GitSync can let one revision pass as well.
	hash := repo.Commit(cohort(50, upTo(49)...))
	w.fails(gs, provostv1.ReasonRemovalGuarded, "19 of 20 members")
	gs.Annotations = map[string]string{provostv1.AllowRemovalsAnnotation: "main@sha1:" + hash}
	applied()
	members(1)
	repo.Commit(cohort(50, upTo(30)...))
	applied()

	// What somebody added by hand is taken away however much it is: Git never said it.
	w.env.Apply(t, "acme", cohort(90)["people/groups.yaml"])
	w.run(gs)
	members(20)

	// A binding that goes takes as much, and so does what leaves the repository.
	repo.Commit(gittest.Files{"people/bindings.json": ""})
	w.fails(gs, provostv1.ReasonRemovalGuarded, "20 of 20 people who have access lose all of it (100%)", "Provost-Allow-Removals: 20")
	w.exists("RoleBinding/maths")
	gs.Spec.Prune, gs.Generation = ptr.To(false), gs.Generation+1 // then nothing goes
	applied()
	w.exists("RoleBinding/maths")
}

// Without one of its own, a GitSync has the guard of the Platform that is in the
// cluster, whatever the commit says of it.
func TestRemovalGuardOfPlatform(t *testing.T) {
	w := newWorld(t)
	w.syncer.Snapshot = w.snapshot
	platform := func(guard string) string {
		return "apiVersion: provost.dev/v1alpha1\nkind: Platform\nmetadata: {name: platform}\nspec: {removalGuard: " + guard + "}\n"
	}
	repo := gittest.New(t, acme)
	files := cohort(50)
	files["platform.yaml"] = platform("{maxPercent: 20, minimum: 10}")
	repo.Commit(files)
	gs := w.gitSync("access", repo.URL())
	gs.Status.LastAppliedRevision = w.run(gs).Applied
	files = cohort(50, upTo(30)...)
	files["platform.yaml"] = platform("{maxPercent: 100, minimum: 10}")
	repo.Commit(files)
	w.fails(gs, provostv1.ReasonRemovalGuarded, "30 of 50 members")
	gs.Spec.RemovalGuard, gs.Generation = &provostv1.RemovalGuard{MaxPercent: ptr.To[int32](70), Minimum: ptr.To[int32](1)}, gs.Generation+1
	w.run(gs)
	if got := len(strings.Fields(w.members("maths"))); got != 20 {
		t.Errorf("the group has %d members", got)
	}
}
