package authority

import (
	"context"
	"reflect"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Step is what many changes at once, such as those of a commit, do to one object.
type Step struct {
	ID directory.ID
	// Change is empty for an object that declares nothing about access, such as a
	// GitSync, and has equal sides where only a title or the like differs.
	Change
}

// Refused is one object of which a change was not the requester's to make.
type Refused struct {
	ID directory.ID
	// Missing says what the requester would have needed.
	Missing []string
}

// RequesterOf is whoever is known by any of several names, as one who asks: by
// the first of them that is somebody's user name, or that the Platform trusts, or
// else by the last resort. Person is whom that is among the people; "" where it is nobody.
func RequesterOf(s *directory.Snapshot, names []string, otherwise string) (r Requester, person string) {
	for _, name := range names {
		r := Requester{User: name}
		people := s.PeopleOfUser(name)
		if len(people) == 1 {
			return r, people[0]
		}
		if len(people) > 1 || r.trusted(s) {
			return r, ""
		}
	}
	return Requester{User: otherwise}, ""
}

// JudgeAll says which of many changes to what a snapshot holds are not the
// requester's to make. They are judged one after the other, as if the requester
// had asked for each of them: what is created before what refers to it, and what
// goes the other way round. Who is trusted with everything (R21), the snapshot
// itself says, before any of them.
func JudgeAll(ctx context.Context, s *directory.Snapshot, r Requester, steps []Step, now time.Time) ([]Refused, error) {
	if r.trusted(s) {
		return nil, nil
	}
	var out []Refused
	for _, step := range inOrder(steps) {
		var missing []string
		if step.Before == nil && step.After == nil {
			if reason := Reserved(step.ID); reason != "" {
				missing = []string{reason}
			}
		} else {
			v, err := Judge(ctx, s, r, step.Change, now)
			if err != nil {
				return nil, err
			}
			missing = v.Missing
			if len(missing) == 0 && reflect.DeepEqual(step.Before, step.After) { // a title, a label or the like
				missing = MayTouch(s, r, step.ID, step.After, now).Missing
			}
			s, _ = s.With(step.change())
		}
		if len(missing) > 0 {
			out = append(out, Refused{ID: step.ID, Missing: missing})
		}
	}
	return out, nil
}

// stages are the kinds in an order in which what is referred to comes first.
var stages = []directory.Kind{
	directory.KindNamespace, directory.KindPlatform, directory.KindPerson, directory.KindTerm,
	directory.KindOrganisation, directory.KindCampus, directory.KindCourse, directory.KindModule, directory.KindSession, directory.KindTask,
	directory.KindRole, directory.KindRoleTemplate, directory.KindGroup, directory.KindRoleBinding, directory.KindPermissionOverride,
	directory.KindSystemDeny,
}

// inOrder puts what is declared first, with groups below those above them and after those that their compose names (R36),
// and then what goes, the other way round.
func inOrder(steps []Step) []Step {
	refers := map[directory.ID][]directory.ID{}
	for _, s := range steps {
		if g, ok := s.After.(*directory.Group); ok {
			refers[s.ID] = groupsNamedBy(g)
		}
	}
	depths := map[directory.ID]int{}
	var depth func(id directory.ID) int
	depth = func(id directory.ID) int {
		if d, known := depths[id]; known {
			return d
		}
		depths[id] = 0 // what refers in a circle has no order
		d := 0
		for _, to := range refers[id] {
			if _, within := refers[to]; within {
				d = max(d, depth(to)+1)
			}
		}
		depths[id] = d
		return d
	}
	out := slices.Clone(steps)
	slices.SortStableFunc(out, func(a, b Step) int {
		switch {
		case a.After != nil && b.After == nil:
			return -1
		case a.After == nil && b.After != nil:
			return 1
		}
		n := slices.Index(stages, a.ID.Kind) - slices.Index(stages, b.ID.Kind)
		if n == 0 {
			n = depth(a.ID) - depth(b.ID)
		}
		if a.After == nil {
			n = -n
		}
		return n
	})
	return out
}
