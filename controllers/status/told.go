package status

import (
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// beside says which condition tells the findings of a reason; all others bear on Ready.
var beside = map[string]string{
	provostv1.ReasonReviewByPassed:       provostv1.ConditionReviewDue,
	provostv1.ReasonJustificationMissing: provostv1.ConditionUnjustified,
	provostv1.ReasonNotDeclared:          provostv1.ConditionUndeclaredPeople,
	provostv1.ReasonNotNamed:             provostv1.ConditionUnknownPeople,
}

// told are the findings about a record, as conditions tell them. What bears on Ready comes in
// the order of its weight; the sentences are those of every other way in (engine/findings).
func told(v View, id directory.ID) (ready []finding, notes []note) {
	r, ok := v.Record(id)
	if !ok {
		return nil, nil
	}
	question := findings.Question{Snapshot: v.Snapshot, Now: v.Now, Justification: string(v.Justification)}
	for _, f := range question.Of(r) {
		condition := beside[f.Reason]
		switch {
		case f.Reason == "": // no status tells it
		case condition != "":
			notes = append(notes, note{condition, f.Reason, f.Sentences()})
		default:
			ready = append(ready, asCondition(f))
		}
	}
	return ready, notes
}

// asCondition is a finding in the words of a condition.
func asCondition(f findings.Finding) finding {
	state := stuck
	switch {
	case f.Rule == findings.Expired, f.Rule == findings.SuspendedPerson:
		state = good // it is as it says
	case f.Waits:
		state = missing
	}
	return finding{state, f.Reason, f.Sentences()}
}

// first is the first of some findings or, where there is none, what an object in order says.
func first(found []finding, inOrder finding) finding {
	if len(found) > 0 {
		return found[0]
	}
	return inOrder
}

// inOrder is what an object says of which there is nothing else to say.
var inOrder = finding{good, provostv1.ReasonSucceeded, "Everything is found and in effect."}

// scheduled says when something takes effect that is to come (rule R7), and otherwise what is so now.
func scheduled(w directory.Window, now time.Time, inForce string) finding {
	if !w.NotBefore.IsZero() && now.Before(w.NotBefore) {
		return finding{good, provostv1.ReasonScheduled, "Takes effect " + findings.Day(w.NotBefore) + "."}
	}
	return finding{good, provostv1.ReasonSucceeded, inForce}
}
