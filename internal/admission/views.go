package admission

import (
	"context"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/authority"
	"provost.dev/provost/internal/directory"
)

// views are the states by which a request is judged. Mostly there is one. While a
// GitSync writes a commit, the engine keeps to what was before, and there is also
// what has arrived of the commit. The GitSync itself is judged by that: it may bind
// at an entity of the same commit. Everybody else's request has to be in order by
// both: nobody gets authority from half a commit, and nobody joins, just before it
// takes effect, what is about to become powerful.
func (h *changes) views(r *request) []*directory.Snapshot {
	s, newest := h.Directory.Snapshot(), h.newest()
	switch {
	case s == newest:
		return []*directory.Snapshot{s}
	case len(r.UserInfo.Extra[v1alpha1.RevisionExtra]) > 0:
		return []*directory.Snapshot{newest}
	}
	return []*directory.Snapshot{s, newest}
}

// newest is the state of all that has arrived.
func (h *changes) newest() *directory.Snapshot {
	if h.Ahead == nil {
		return h.Directory.Snapshot()
	}
	return h.Ahead()
}

// trusted says whether the requester need not be judged.
func (h *changes) trusted(ctx context.Context, r *request) (bool, error) {
	for _, s := range h.views(r) {
		who, err := requester(ctx, h.Client, s, r.UserInfo)
		if err != nil || !authority.Trusted(s, who) {
			return false, err
		}
	}
	return true, nil
}

// verdict judges a request: the first verdict that refuses it, or one that allows it.
func (h *changes) verdict(ctx context.Context, r *request) (v authority.Verdict, err error) {
	for _, s := range h.views(r) {
		who, err := requester(ctx, h.Client, s, r.UserInfo)
		if err != nil {
			return v, err
		}
		if v, err = authority.Judge(ctx, s, who, authority.Change{Before: r.was, After: r.is}, h.Clock.Now()); err != nil || !v.Allowed {
			break
		}
	}
	return v, err
}
