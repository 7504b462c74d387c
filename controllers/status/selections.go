package status

import (
	"fmt"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// whereOf says where a binding gives something, and of one that selects (rule R34) how many entities it reaches and leaves out.
func whereOf(
	ref *provostv1.EntityReference, sel *provostv1.EntitySelector, known directory.GrantStatus,
) (text string, entities, leftOut *int32) {
	switch {
	case sel != nil:
		return sel.Text(), count(known.Entities), count(known.LeftOut)
	case ref != nil:
		return string(ref.Kind) + "/" + string(ref.Name), nil, nil
	}
	return "", nil, nil
}

// selecting says of the enrolments that select how many entities they reach.
func selecting(list []provostv1.Enrolment, known []directory.GrantStatus) []provostv1.EnrolmentStatus {
	var out []provostv1.EnrolmentStatus
	for i := range min(len(list), len(known)) {
		if list[i].EntitySelector != nil {
			out = append(out, provostv1.EnrolmentStatus{
				Name: string(list[i].Name), Entities: *count(known[i].Entities), LeftOut: *count(known[i].LeftOut),
			})
		}
	}
	return out
}

// inForceAt says where a grant is in effect.
func inForceAt(f directory.GrantStatus) string {
	text := fmt.Sprintf("In effect at %s, %s.", f.Selects, words.Count(f.Entities, "entity", "entities"))
	if f.LeftOut > 0 {
		text += fmt.Sprintf(" %s there private, public or of another organisation, and left out.",
			words.Count(f.LeftOut, "entity is", "entities are"))
	}
	return text
}
