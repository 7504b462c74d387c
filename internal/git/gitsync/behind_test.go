package gitsync

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"k8s.io/utils/ptr"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/testing/need"
)

// What lies behind the newest commit is fetched where it is asked for, as far back as it takes; where that cannot be, the
// newest commit stands alone.
func TestFetchSince(t *testing.T) {
	repo := gittest.New(t, gittest.Files{"a.yaml": "one"})
	first := repo.Commit(gittest.Files{"a.yaml": "two"})
	repo.Commit(gittest.Files{"b.yaml": "three"})
	side := repo.CommitAs("b", gittest.Files{"b.yaml": "four"})
	repo.Reset(first)
	base := repo.Commit(gittest.Files{"c.yaml": "five"})
	repo.Reset(side)
	merged := repo.Merge(base, "Merge")
	server := repo.Serve(t, nil)
	f := fetcher(FetcherOptions{AllowLocal: true})
	since := func(old string, want int, alone string) {
		t.Helper()
		for _, url := range []string{repo.URL(), server.URL} {
			src := source(t, url, Ref{}, map[string][]byte{secretCAFile: server.CA})
			c, err := f.Fetch(t.Context(), "key", src)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.Since(t.Context(), "key", src, c, plumbing.NewHash(old))
			if err != nil || len(got.Commits) != want || !strings.Contains(got.Alone, alone) || alone == "" && got.Alone != "" {
				t.Errorf("%s: since %.7s there are %d commits (%s), %v; want %d", url, old, len(got.Commits), got.Alone, err, want)
			}
		}
	}
	since(first, 4, "")
	since(base, 3, "") // what came in by the merge, and the merge
	since(side, 2, "")
	since(merged, 0, "")
	since("0123456789012345678901234567890123456789", 1, "is not known here")
	t.Run("deeper", func(t *testing.T) {
		need.Time(t) // it makes many commits
		for i := range depths[0] + 5 {
			repo.Commit(gittest.Files{"d.yaml": fmt.Sprint(i)})
		}
		since(base, depths[0]+8, "")
	})
}

// A trailer counts in every commit that came since the last applied one, of a merged branch too, and never again.
func TestTrailersSinceTheLastApplied(t *testing.T) {
	w := newWorld(t)
	w.syncer.Snapshot = w.snapshot
	repo := gittest.New(t, acme)
	all := repo.Commit(cohort(50))
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) {
		gs.Spec.RemovalGuard = &provostv1.RemovalGuard{MaxPercent: ptr.To[int32](20), Minimum: ptr.To[int32](10)}
	})
	applied := func(want int) {
		t.Helper()
		gs.Status.LastAppliedRevision = w.run(gs).Applied
		if got := len(strings.Fields(w.members("maths"))); got != want {
			t.Errorf("the group has %d members, want %d", got, want)
		}
	}
	applied(50)

	// A pull request with the number in its commit, merged with a merge commit that says nothing.
	base := repo.Commit(gittest.Files{"README.md": "something else"})
	repo.Reset(all)
	repo.CommitAs("The term is over\n\nProvost-Allow-Removals: 30\n", cohort(50, upTo(30)...))
	repo.Merge(base, "Merge the end of the term")
	applied(20)
	repo.Commit(cohort(50))
	applied(50)

	// The same number again is not there for what follows, and back before it counts for nothing.
	repo.Commit(cohort(50, upTo(30)...))
	w.fails(gs, provostv1.ReasonRemovalGuarded, "this line", "\nProvost-Allow-Removals: 30\n", "30 of 50 members")
	repo.Commit(gittest.Files{"README.md": "and more"})
	w.fails(gs, provostv1.ReasonRemovalGuarded, "Provost-Allow-Removals: 30")

	// A branch that was rebased is as good, whichever of its commits says it.
	repo.CommitAs("Meant\n\nProvost-Allow-Removals: 30\n", nil)
	repo.Commit(gittest.Files{"README.md": "and the end"})
	applied(20)

	// Of what was never applied, and of a history in which the last applied commit is not known, the newest counts alone.
	repo.Commit(cohort(50))
	applied(50)
	repo.CommitAs("Meant\n\nProvost-Allow-Removals: 30\n", cohort(50, upTo(30)...))
	repo.Commit(gittest.Files{"README.md": "after it"})
	gs.Status.LastAppliedRevision = "main@sha1:0123456789012345678901234567890123456789"
	w.fails(gs, provostv1.ReasonRemovalGuarded, "the newest commit alone was asked for it", "0123456789012345678901234567890123456789"[:12])
	gs.Status.LastAppliedRevision = ""
	w.fails(gs, provostv1.ReasonRemovalGuarded, "the newest commit alone was asked for it")
}

// Whoever asks for signatures takes no trailer from a commit that nobody trusted signed.
func TestTrailersOfTrustedCommits(t *testing.T) {
	w := newWorld(t)
	w.syncer.Snapshot = w.snapshot
	dana, mallory := gittest.NewSSHKey(t, "dana@example.org"), gittest.NewSSHKey(t, "mallory")
	repo := gittest.New(t, nil)
	repo.SignWith(dana)
	repo.Commit(acme)
	repo.Commit(cohort(50))
	w.keys(dana.Public)
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) {
		gs.Spec.Verify = &provostv1.GitVerification{Mode: provostv1.VerifyCommit, SecretRef: provostv1.SecretReference{Name: "keys"}}
	})
	gs.Status.LastAppliedRevision = w.run(gs).Applied
	repo.SignWith(mallory)
	sly := repo.CommitAs("Meant\n\nProvost-Allow-Removals: 30\n", cohort(50, upTo(30)...))
	repo.SignWith(dana)
	repo.Commit(gittest.Files{"README.md": "a good commit"})
	w.fails(gs, provostv1.ReasonRemovalGuarded, "what commit "+sly[:12]+" allows does not count", "not trusted")
	repo.CommitAs("Meant\n\nProvost-Allow-Removals: 30\n", nil)
	repo.Commit(gittest.Files{"README.md": "and another one"})
	w.run(gs)
	if got := len(strings.Fields(w.members("maths"))); got != 20 {
		t.Errorf("the group has %d members", got)
	}
}
