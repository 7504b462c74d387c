package gitrepo

import (
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
)

// Tag is what an annotated tag says of itself.
type Tag struct {
	Hash Hash
	// Name is the name inside the tag, which its signature covers. The reference
	// that led to it may have another.
	Name string
	// Target is the object that the tag names: a commit or, rarely, another tag.
	Target Hash
	signed signed
}

// Signed says that a tag has a signature, whether or not it is good.
func (t *Tag) Signed() bool { return t.signed.signature != "" }

// Tag reads the annotated tag that a reference is at, such as refs/tags/v1. It is
// nil where the reference is at a commit: a light tag, which nobody can sign.
func (r *Repository) Tag(name string) (*Tag, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ref, err := r.git.Reference(plumbing.ReferenceName(name), true)
	if err != nil {
		return nil, fmt.Errorf("%s has no %s: %w", r.name, name, err)
	}
	t, err := r.git.TagObject(ref.Hash())
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading tag %s: %w", name, err)
	}
	tag := &Tag{Hash: t.Hash, Name: t.Name, Target: t.Target}
	if tag.signed, err = signedBy(t, t.PGPSignature, t.Tagger.When); err != nil {
		return nil, fmt.Errorf("reading tag %s: %w", name, err)
	}
	return tag, nil
}
