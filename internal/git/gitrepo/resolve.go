package gitrepo

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"provost.dev/provost/internal/text/suggest"
)

// Resolve finds the commit that a revision names: a branch, a tag, a full or
// short hash, HEAD, refs/..., each with ~2 or ^ behind it where wanted. An
// empty revision is HEAD. A branch that exists only at the remote "origin"
// is found by its own name too.
func (r *Repository) Resolve(rev string) (*Commit, error) {
	if rev == "" {
		rev = "HEAD"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.checkAmbiguous(rev); err != nil {
		return nil, err
	}
	hash, err := r.git.ResolveRevision(plumbing.Revision(rev))
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		if remote, rerr := r.git.ResolveRevision(plumbing.Revision("refs/remotes/origin/" + rev)); rerr == nil {
			hash, err = remote, nil
		}
	}
	if err != nil {
		return nil, r.unknown(rev, err)
	}
	return r.commit(*hash)
}

var hexDigits = regexp.MustCompile(`^[0-9a-f]{4,39}`)

// checkAmbiguous refuses a short hash of several commits: go-git would take any of them.
func (r *Repository) checkAmbiguous(rev string) error {
	base, _, _ := strings.Cut(strings.NewReplacer("^", "~").Replace(rev), "~")
	if hexDigits.FindString(base) != base || base == "" {
		return nil
	}
	finder, ok := r.git.Storer.(interface {
		HashesWithPrefix([]byte) ([]plumbing.Hash, error)
	})
	if !ok {
		return nil
	}
	prefix, err := hex.DecodeString(base[:len(base)&^1])
	if err != nil {
		return err
	}
	hashes, err := finder.HashesWithPrefix(prefix)
	if err != nil {
		return fmt.Errorf("looking for %s in %s: %w", base, r.name, err)
	}
	var commits []string
	for _, h := range hashes {
		if strings.HasPrefix(h.String(), base) {
			if _, err := r.git.CommitObject(h); err == nil {
				commits = append(commits, h.String()[:12])
			}
		}
	}
	if len(commits) > 1 {
		return fmt.Errorf("%s in %s is short for several commits (%s); give more digits", base, r.name, suggest.List(commits, "and"))
	}
	return nil
}

// unknown says why a revision was not found and which names are near.
func (r *Repository) unknown(rev string, cause error) error {
	if shallow, err := r.git.Storer.Shallow(); err == nil && len(shallow) > 0 {
		return fmt.Errorf("%s has no revision %q, and is a shallow clone; fetch its history (git fetch --unshallow)", r.name, rev)
	}
	if errors.Is(cause, io.EOF) { // a walk past the first commit
		return fmt.Errorf("%s has no revision %q: the history ends before it", r.name, rev)
	}
	names, empty := r.refNames()
	if empty {
		return &NothingCommittedError{r.name + " has no commit yet", "commit the manifests first"}
	}
	if !errors.Is(cause, plumbing.ErrReferenceNotFound) && !errors.Is(cause, plumbing.ErrObjectNotFound) {
		return fmt.Errorf("%s: %q is no revision: %w", r.name, rev, cause)
	}
	if base := strings.FieldsFunc(rev, func(c rune) bool { return c == '~' || c == '^' }); len(names) > 0 && len(base) > 0 &&
		base[0] == "HEAD" {
		if branch := r.unborn(); branch != "" {
			return fmt.Errorf("%s is on branch %s, which has no commit; name another with @, such as %s@%s", r.name, branch, r.name, names[0])
		}
	}
	hint := suggest.DidYouMean(rev, append([]string{"HEAD"}, names...))
	if hint == "" {
		hint = "give a branch, a tag or a commit hash"
		if len(names) > 0 && len(names) <= 5 {
			hint += "; it has " + suggest.List(names, "and")
		}
	}
	return fmt.Errorf("%s has no revision %q; %s", r.name, rev, hint)
}

// unborn is the branch that HEAD names where that has no commit; "" where it has.
func (r *Repository) unborn() string {
	if _, err := r.git.Reference(plumbing.HEAD, true); err == nil {
		return ""
	}
	head, err := r.git.Reference(plumbing.HEAD, false)
	if err != nil {
		return ""
	}
	return head.Target().Short()
}

// refNames lists branches and tags by their short names; empty says that there is no commit at all.
func (r *Repository) refNames() (names []string, empty bool) {
	refs, err := r.git.References()
	if err != nil {
		return nil, false
	}
	defer refs.Close()
	empty = true
	_ = refs.ForEach(func(ref *plumbing.Reference) error {
		if ref.Type() != plumbing.HashReference {
			return nil
		}
		empty = false
		switch n := ref.Name(); {
		case n.IsBranch(), n.IsTag():
			names = append(names, n.Short())
		case n.IsRemote():
			if _, short, ok := strings.Cut(n.Short(), "/"); ok && short != "HEAD" {
				names = append(names, short)
			}
		}
		return nil
	})
	slices.Sort(names)
	return slices.Compact(names), empty
}
