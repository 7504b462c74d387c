package gitrepo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/memory"
)

// graph is a random history: each commit has up to two of the commits before it as parents, and times that say little.
type graph struct {
	hashes  []Hash
	parents map[Hash][]Hash
	objects map[Hash]*object.Commit
}

func randomGraph(t *testing.T, dice *rand.Rand, n int) *graph {
	t.Helper()
	g := &graph{parents: map[Hash][]Hash{}, objects: map[Hash]*object.Commit{}}
	store := memory.NewStorage()
	for i := range n {
		var parents []Hash
		for range min(i, dice.IntN(3)) {
			if p := g.hashes[max(0, i-1-dice.IntN(4))]; !slices.Contains(parents, p) {
				parents = append(parents, p)
			}
		}
		when := object.Signature{Name: "Robin", Email: "robin@example.org", When: time.Unix(int64(dice.IntN(100)), 0).UTC()}
		c := &object.Commit{Author: when, Committer: when, Message: fmt.Sprint(i), ParentHashes: parents}
		encoded := store.NewEncodedObject()
		if err := c.Encode(encoded); err != nil {
			t.Fatal(err)
		}
		c.Hash = encoded.Hash()
		g.hashes = append(g.hashes, c.Hash)
		g.parents[c.Hash], g.objects[c.Hash] = parents, c
	}
	return g
}

// reach is a commit and all before it.
func (g *graph) reach(from Hash) map[Hash]bool {
	out := map[Hash]bool{from: true}
	for queue := []Hash{from}; len(queue) > 0; queue = queue[1:] {
		for _, p := range g.parents[queue[0]] {
			if !out[p] {
				out[p] = true
				queue = append(queue, p)
			}
		}
	}
	return out
}

// clone is a repository with the commits that are fewer than depth away from the tip, as a fetch with that depth makes it.
func (g *graph) clone(t *testing.T, tip Hash, depth int) *Repository {
	t.Helper()
	store := memory.NewStorage()
	var shallow []Hash
	away := map[Hash]int{tip: 0}
	for queue := []Hash{tip}; len(queue) > 0; queue = queue[1:] {
		h := queue[0]
		encoded := store.NewEncodedObject()
		if err := g.objects[h].Encode(encoded); err != nil {
			t.Fatal(err)
		}
		if _, err := store.SetEncodedObject(encoded); err != nil {
			t.Fatal(err)
		}
		if away[h]+1 == depth {
			shallow = append(shallow, h)
			continue
		}
		for _, p := range g.parents[h] {
			if _, seen := away[p]; !seen {
				away[p] = away[h] + 1
				queue = append(queue, p)
			}
		}
	}
	if err := store.SetShallow(shallow); err != nil {
		t.Fatal(err)
	}
	repo, err := git.Open(store, nil)
	if err != nil {
		if repo, err = git.Init(store, nil); err != nil {
			t.Fatal(err)
		}
	}
	return From(repo, "random")
}

// Whatever two commits of whatever history: what came after one of them is what the other reaches and it does not. A clone
// without all of the history gives the same, or says that it does not know.
func TestSinceInRandomHistories(t *testing.T) {
	unknown := 0
	for seed := range uint64(300) {
		dice := rand.New(rand.NewPCG(seed, 1))
		g := randomGraph(t, dice, 2+dice.IntN(12))
		old, tip := g.hashes[dice.IntN(len(g.hashes))], g.hashes[dice.IntN(len(g.hashes))]
		used := g.reach(old)
		var want []string
		for h := range g.reach(tip) {
			if !used[h] {
				want = append(want, h.String())
			}
		}
		slices.Sort(want)
		depth := 1 + dice.IntN(len(g.hashes)+1)
		repo := g.clone(t, tip, depth)
		newest, err := repo.Commit(tip)
		if err != nil {
			t.Fatal(err)
		}
		commits, whole, err := repo.Since(old, newest)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range commits {
			got = append(got, c.Hash.String())
		}
		slices.Sort(got)
		switch {
		case !whole:
			unknown++
			if whole = g.reach(tip)[old] && depth > len(g.hashes); whole {
				t.Errorf("seed %d: all of the history is there, and what came after is not known", seed)
			}
		case !slices.Equal(got, want):
			t.Errorf("seed %d, depth %d: since %s, %s has %v, want %v", seed, depth, old, tip, got, want)
		}
	}
	if unknown == 0 || unknown == 300 {
		t.Errorf("%d of 300 clones did not know", unknown)
	}
}

// A commit that is not in the repository leaves the newest alone.
func TestSinceUnknown(t *testing.T) {
	g := randomGraph(t, rand.New(rand.NewPCG(1, 1)), 5)
	repo := g.clone(t, g.hashes[4], 9)
	tip, err := repo.Commit(g.hashes[4])
	if err != nil {
		t.Fatal(err)
	}
	commits, whole, err := repo.Since(plumbing.NewHash("0123456789012345678901234567890123456789"), tip)
	if err != nil || whole || len(commits) != 1 || commits[0].Hash != tip.Hash {
		t.Errorf("the commits are %v, %v, %v", commits, whole, err)
	}
}
