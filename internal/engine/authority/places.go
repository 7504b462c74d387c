package authority

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// places are the entities at which alone a change can have an effect: what gives
// something at one entity changes nothing at another. None means anywhere.
//
// It is what makes a binding of thousands of people, who may do this and that
// at hundreds of other entities, cheap to judge.
func (j *judgement) places() []directory.EntityKey {
	var out []directory.EntityKey
	for _, rec := range []directory.Record{j.change.Before, j.change.After} {
		switch r := rec.(type) {
		case *directory.PermissionOverride:
			out = append(out, r.Entity.In(r.Key.Namespace))
		case *directory.RoleBinding:
			if r.Selects == nil {
				out = append(out, r.Entity.In(r.Key.Namespace))
				break
			}
			out = append(out, j.before.Selected(r.ID())...)
			out = append(out, j.after.Selected(r.ID())...)
			if len(out) == 0 {
				out = append(out, r.Selects.Under.In(r.Key.Namespace)) // nothing is reached
			}
		case *directory.Role:
			out = append(out, r.Entity.In(r.Key.Namespace))
		case *directory.RoleTemplate:
			out = append(out, j.usesOf(r.Key)...)
		}
	}
	if len(out) > 0 && one(j.change).ID().Kind != directory.KindPermissionOverride && (asksAtParent(j.before) || asksAtParent(j.after)) {
		return nil // what is held at an entity bears on what is withheld below it (R6)
	}
	slices.SortFunc(out, directory.EntityKey.Compare)
	return slices.Compact(out)
}

// asksAtParent says whether any role requires another one at the parent.
func asksAtParent(s *directory.Snapshot) bool {
	atParent := func(list []directory.Requirement) bool {
		return slices.ContainsFunc(list, func(q directory.Requirement) bool { return q.AtParent })
	}
	if rec, ok := s.Record(platformID); ok {
		if slices.ContainsFunc(rec.(*directory.Platform).RoleRules, func(r directory.RoleRule) bool { return atParent(r.Requires) }) {
			return true
		}
	}
	return slices.ContainsFunc(s.Roles(), func(k directory.Key) bool {
		rec, ok := s.Record(k.RoleID())
		return ok && atParent(rec.(*directory.Role).Requires)
	})
}
