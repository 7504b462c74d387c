package gitrepo

import "github.com/go-git/go-git/v5/plumbing"

// Branch is the branch that HEAD is on; "" where it is on none (a commit that
// was checked out by its hash).
func (r *Repository) Branch() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	head, err := r.git.Reference(plumbing.HEAD, false)
	if err != nil || !head.Target().IsBranch() {
		return ""
	}
	return head.Target().Short()
}
