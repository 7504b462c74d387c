package history

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
)

// Index remembers of commits whom they affect, so that the next question about
// somebody goes to the commits that matter to that person alone. It is about one
// folder of a repository. The zero Index knows nothing, and a nil one learns nothing.
type Index struct {
	commits map[gitrepo.Hash]affected
	learnt  bool
}

// affected is whom and what a commit bears on, next to the last good one before it.
type affected struct {
	// Wrong says that the commit cannot be read, and so changes nothing.
	Wrong bool
	// Everybody says that it affects more than is worth listing.
	Everybody bool
	People    []string
	Groups    []directory.Key
}

// mostAffected is how many people a commit may affect and be worth an entry.
const mostAffected = 2000

// visit is a commit of a list that has to be looked at.
type visit struct {
	at   int
	time time.Time
	// follows says that the visit before is to the good commit before this one, so that
	// the step is what this commit did.
	follows bool
}

// visits chooses the commits to look at: those that bear on one of the questions, those that nothing is
// known of, the ones before each, the first, and those that are wrong, so that this is said again.
func (x *Index) visits(commits []*gitrepo.Commit, questions []Question) []visit {
	chosen := make([]bool, len(commits))
	good := -1 // the last good one
	before := make([]int, len(commits))
	for i, c := range commits {
		before[i] = good
		known, ok := x.known(c.Hash)
		if !known.Wrong {
			good = i
		}
		if i > 0 && ok && !known.Wrong && !slices.ContainsFunc(questions, known.bears) {
			continue
		}
		chosen[i] = true
		if before[i] >= 0 && !known.Wrong {
			chosen[before[i]] = true
		}
	}
	var out []visit
	var at time.Time
	last := -1
	for i, c := range commits {
		at = later(c.When, at)
		if chosen[i] {
			out = append(out, visit{at: i, time: at, follows: last == before[i]})
			if known, _ := x.known(c.Hash); !known.Wrong {
				last = i
			}
		}
	}
	return out
}

func (x *Index) known(h gitrepo.Hash) (affected, bool) {
	if x == nil {
		return affected{}, false
	}
	t, ok := x.commits[h]
	return t, ok
}

func (t *affected) bears(f Question) bool {
	switch {
	case t.Everybody:
		return true
	case f.Group != directory.Key{}:
		return slices.Contains(t.Groups, f.Group)
	}
	_, found := slices.BinarySearch(t.People, f.Person)
	return found
}

// record learns whom a commit affects.
func (x *Index) record(step *Step, v visit) {
	if x == nil || !v.follows {
		return
	}
	hash := step.Commit().Hash
	if _, known := x.commits[hash]; known {
		return
	}
	if x.commits == nil {
		x.commits = map[gitrepo.Hash]affected{}
	}
	x.learnt = true
	// By a commit that gives names, any question may go on under another one (R39).
	t := affected{Wrong: len(step.Problems) > 0, Everybody: v.at == 0 || step.namesAnew()}
	for id := range step.Delta.Records() {
		if id.Kind == directory.KindGroup {
			t.Groups = append(t.Groups, directory.Key{Namespace: id.Namespace, Name: id.Name})
		}
	}
	for person := range step.Delta.Keys() {
		t.People = append(t.People, person)
	}
	slices.Sort(t.People)
	t.People = slices.Compact(t.People)
	if t.Everybody = t.Everybody || len(t.People)+len(t.Groups) > mostAffected; t.Everybody {
		t.People, t.Groups = nil, nil
	}
	x.commits[hash] = t
}
