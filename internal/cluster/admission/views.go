package admission

import (
	"context"
	"slices"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
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
	case len(r.UserInfo.Extra[provostv1.RevisionExtra]) > 0:
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
	states := h.views(r)
	for _, s := range states {
		if ok, err := h.trusts(ctx, r, s); err != nil || !ok {
			return false, err
		}
	}
	// Who is trusted may be about to change.
	var changes []directory.Change
	for _, u := range h.open(ctx, h.sequence, h.newest()) {
		if u.trusted && u.id != r.id && (u.id.Kind == directory.KindPlatform || u.id.Kind == directory.KindPerson) {
			changes = append(changes, u.change)
		}
	}
	if len(changes) == 0 {
		return true, nil
	}
	after, _ := states[len(states)-1].With(changes...)
	return h.trusts(ctx, r, after)
}

func (h *changes) trusts(ctx context.Context, r *request, s *directory.Snapshot) (bool, error) {
	who, err := h.requester(ctx, r, s)
	return err == nil && authority.Trusted(s, who), err
}

// verdict judges a request in states, and in those that what is under way may
// make of them: the first verdict that refuses it, or one that allows it. It is sure where
// nothing that is under way makes a difference.
func (h *changes) verdict(ctx context.Context, r *request, given []*directory.Snapshot, open []*underWay) (v authority.Verdict, sure bool,
	err error) {
	for _, s := range given {
		if v, err = h.ask(ctx, r, s); err != nil || !v.Allowed {
			return v, true, err
		}
	}
	for _, s := range given {
		for _, s := range states(s, open, r) {
			if v, err = h.ask(ctx, r, s); err != nil || !v.Allowed {
				return v, false, err
			}
		}
	}
	return v, true, nil
}

// ask judges a request in one state, with whoever it comes from there.
func (h *changes) ask(ctx context.Context, r *request, s *directory.Snapshot) (authority.Verdict, error) {
	who, err := h.requester(ctx, r, s)
	if err != nil {
		return authority.Verdict{}, err
	}
	v := authority.Verdict{Allowed: true}
	if !r.same {
		if v, err = authority.Judge(ctx, s, who, authority.Change{Before: r.was, After: r.is}, h.Clock.Now()); err != nil {
			return v, err
		}
	}
	if r.metadataChange != nil {
		t := authority.MayTouch(s, who, r.id, r.metadataChange.record, h.Clock.Now())
		v.Allowed = v.Allowed && t.Allowed
		v.Missing = append(slices.Clone(v.Missing), t.Missing...)
		slices.Sort(v.Missing)
		v.Missing = slices.Compact(v.Missing)
	}
	return v, nil
}

// requester is who asks, in a state.
func (h *changes) requester(ctx context.Context, r *request, s *directory.Snapshot) (authority.Requester, error) {
	who := r.asker()
	if _, ok := s.Record(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}); ok {
		return who, nil
	}
	if r.administers == nil {
		asked, err := requester(ctx, h.Client, s, r.UserInfo)
		if err != nil {
			return who, err
		}
		r.administers = &asked.MayAdminister
	}
	who.MayAdminister = *r.administers
	return who, nil
}
