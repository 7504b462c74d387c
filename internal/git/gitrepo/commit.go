package gitrepo

import (
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Hash names a commit, a tree or a file's content.
type Hash = plumbing.Hash

// Commit is what a commit says of itself.
type Commit struct {
	Hash    Hash
	Tree    Hash
	Parents []Hash
	// Author and Email are who wrote the change, and When it was committed.
	Author, Email string
	When          time.Time
	Message       string

	signed signed
}

// Short is the first twelve digits of the commit's hash.
func (c *Commit) Short() string { return c.Hash.String()[:12] }

// Subject is the first line of the message.
func (c *Commit) Subject() string {
	line, _, _ := strings.Cut(strings.TrimSpace(c.Message), "\n")
	return strings.TrimSpace(line)
}

func commitOf(c *object.Commit) (*Commit, error) {
	s, err := signedBy(c, c.PGPSignature, c.Committer.When)
	return &Commit{
		Hash: c.Hash, Tree: c.TreeHash, Parents: c.ParentHashes,
		Author: c.Author.Name, Email: c.Author.Email, When: c.Committer.When, Message: c.Message,
		signed: s,
	}, err
}

// Commit reads the commit of that hash.
func (r *Repository) Commit(h Hash) (*Commit, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.commit(h)
}

func (r *Repository) commit(h Hash) (*Commit, error) {
	c, err := r.git.CommitObject(h)
	if err == nil {
		return commitOf(c)
	}
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		if shallow, serr := r.git.Storer.Shallow(); serr == nil && len(shallow) > 0 {
			return nil, fmt.Errorf("commit %s is not in %s, which is a shallow clone; fetch its history (git fetch --unshallow)", h, r.name)
		}
		return nil, fmt.Errorf("commit %s is not in %s; fetch it, or check the hash", h, r.name)
	}
	return nil, fmt.Errorf("reading commit %s: %w", h, err)
}

// History goes through from and everything before it, newest first by commit
// time, each commit once. In a shallow clone it ends where the clone does.
func (r *Repository) History(from *Commit) iter.Seq2[*Commit, error] {
	return func(yield func(*Commit, error) bool) {
		shallow := r.Shallow()
		seen := map[Hash]bool{from.Hash: true}
		queue := byTime{from}
		for len(queue) > 0 {
			c := heap.Pop(&queue).(*Commit)
			if !yield(c, nil) {
				return
			}
			for _, h := range c.Parents {
				if seen[h] {
					continue
				}
				seen[h] = true
				p, err := r.Commit(h)
				if err != nil {
					if shallow {
						continue
					}
					yield(nil, err)
					return
				}
				heap.Push(&queue, p)
			}
		}
	}
}

// byTime is a heap of commits with the newest on top.
type byTime []*Commit

func (q byTime) Len() int           { return len(q) }
func (q byTime) Less(i, j int) bool { return q[i].When.After(q[j].When) }
func (q byTime) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *byTime) Push(x any)        { *q = append(*q, x.(*Commit)) }
func (q *byTime) Pop() any {
	old := *q
	c := old[len(old)-1]
	*q = old[:len(old)-1]
	return c
}

// readBlob reads a file's content.
func (r *Repository) readBlob(h Hash) ([]byte, error) {
	if s, ok := r.git.Storer.(*storage); ok {
		if typ, content, ok := s.read(h); ok && typ == plumbing.BlobObject {
			return bytes.Clone(content), nil
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b, err := r.git.BlobObject(h)
	if err != nil {
		return nil, r.missing(err)
	}
	reader, err := b.Reader()
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	out := make([]byte, b.Size)
	_, err = io.ReadFull(reader, out)
	return out, err
}

// blobSize is the length of a file's content in bytes.
func (r *Repository) blobSize(h Hash) (int64, error) {
	if s, ok := r.git.Storer.(*storage); ok {
		if size, ok := s.size(h); ok {
			return size, nil
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.git.Storer.EncodedObjectSize(h)
}
