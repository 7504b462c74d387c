package history

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// BenchmarkPlanOfCommits measures, over the last commits of a real organisation, reading what
// each changed and planning it, against parsing the files that it changed and nothing else.
func BenchmarkPlanOfCommits(b *testing.B) {
	repo, all := realOrganisation(b)
	first := len(all) - 100
	now := time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			for i := first; i < len(all); i++ {
				parseChanged(b, repo, all[i-1], all[i])
			}
		}
	})
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			w := NewWorld(manifest.Options{})
			for _, err := range w.Walk(b.Context(), repo, "", all[first-1:first]) {
				if err != nil {
					b.Fatal(err)
				}
			}
			b.StartTimer()
			for step, err := range w.Walk(b.Context(), repo, "", all[first:]) {
				if err != nil {
					b.Fatal(err)
				}
				step.Plan(now)
			}
		}
	})
}

// parseChanged parses the files that differ between two commits, those of the later one.
func parseChanged(b *testing.B, repo *gitrepo.Repository, from, to *gitrepo.Commit) {
	b.Helper()
	a, err := repo.Tree(from, "")
	if err != nil {
		b.Fatal(err)
	}
	t, err := repo.Tree(to, "")
	if err != nil {
		b.Fatal(err)
	}
	changed, err := gitrepo.Diff(a, t)
	if err != nil {
		b.Fatal(err)
	}
	source := manifest.Source{FS: t, Dir: "."}
	for _, c := range changed {
		if !c.To.IsZero() && source.Reads(c.Path) {
			source.ReadFile(b.Context(), &manifest.Options{}, c.Path)
		}
	}
}

// large is a repository of many small files, and a commit that changes ten of them.
func large(t testing.TB, files int) (*gitrepo.Repository, []*gitrepo.Commit) {
	t.Helper()
	first, second := map[string]string{}, map[string]string{}
	for i := range files {
		name := fmt.Sprintf("g%03d/group-%05d.yaml", i/100, i)
		ada, bob := fmt.Sprintf("ada-%05d", i), fmt.Sprintf("bob-%05d", i)
		first[name] = group(fmt.Sprintf("group-%05d", i), ada, bob)
		if i%(files/10) == 0 {
			second[name] = group(fmt.Sprintf("group-%05d", i), ada, bob, "cy")
		}
	}
	return commits(t, first, second)
}

// BenchmarkTenOfTenThousand plans a commit of ten files in a repository of ten thousand, against reading all of it.
func BenchmarkTenOfTenThousand(b *testing.B) {
	repo, all := large(b, 10_000)
	now := time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)
	step := func(b *testing.B, w *World, c *gitrepo.Commit) *Step {
		b.Helper()
		t, err := CommitTree(repo, c, "")
		if err != nil {
			b.Fatal(err)
		}
		s, err := w.Step(b.Context(), t)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			step(b, NewWorld(manifest.Options{}), all[0])
		}
	})
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			parseChanged(b, repo, all[0], all[1])
		}
	})
	b.Run("plan", func(b *testing.B) {
		w := NewWorld(manifest.Options{})
		step(b, w, all[0])
		for b.Loop() {
			step(b, w, all[1]).Plan(now)
			b.StopTimer()
			step(b, w, all[0])
			b.StartTimer()
		}
	})
}

// TestReadsOnlyWhatDiffers counts the files that a step reads.
func TestReadsOnlyWhatDiffers(t *testing.T) {
	repo, all := large(t, 300)
	w := NewWorld(manifest.Options{})
	var read []int
	for step, err := range w.Walk(t.Context(), repo, "", all) {
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, step.Read)
	}
	if got := strings.Trim(fmt.Sprint(read), "[]"); got != "300 10" {
		t.Errorf("the steps read %s files, want 300 and 10", got)
	}
}
