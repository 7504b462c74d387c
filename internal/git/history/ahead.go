package history

import (
	"context"
	"runtime"

	"provost.dev/provost/internal/git/gitrepo"
)

// reading is what a commit's tree has that differs from the tree before it.
type reading struct {
	tree Tree
	// from is the commit that it was compared with.
	from gitrepo.Hash
	// next is nil where the tree has to be read by whoever holds the state before.
	next map[string]*part
	err  error
}

// readAhead reads the trees of commits while those before them are still being
// looked at, several at a time, and hands them over in their order. It stops
// with the context, and then hands over nothing more.
func (w *World) readAhead(ctx context.Context, repo *gitrepo.Repository, dir string, commits []*gitrepo.Commit) <-chan chan *reading {
	// Far enough ahead that a commit with large files keeps no processor waiting.
	out := make(chan chan *reading, 8*runtime.GOMAXPROCS(0))
	opts, tree := w.opts, w.tree
	go func() {
		defer close(out)
		before := tree
		for _, c := range commits {
			from := before
			r := &reading{}
			if r.tree, r.err = CommitTree(repo, c, dir); r.err == nil {
				before = r.tree
			}
			done := make(chan *reading, 1)
			select {
			case out <- done:
			case <-ctx.Done():
				return
			}
			go func() {
				if r.err == nil && from.Commit != nil && from.fileByFile() && r.tree.fileByFile() {
					r.from = from.Commit.Hash
					r.next, r.err = readChanged(ctx, &opts, &from, &r.tree)
				}
				done <- r
			}()
		}
	}()
	return out
}
