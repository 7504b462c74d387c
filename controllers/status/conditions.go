package status

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// finding is what a look at an object comes to, in the words of a condition.
type finding struct {
	// state is what Ready becomes, and whether the object is stalled.
	state   state
	reason  string
	message string
}

// state is what a finding means for kstatus.
type state uint8

const (
	// good: Ready is True.
	good state = iota
	// missing: Ready is False, and what is missing may appear at any moment (rule R7).
	missing
	// stuck: Ready is False and Stalled True; only an edit helps.
	stuck
)

func goodBecause(reason, format string, args ...any) *finding {
	return &finding{good, reason, fmt.Sprintf(format, args...)}
}

func missingBecause(reason, format string, args ...any) *finding {
	return &finding{missing, reason, fmt.Sprintf(format, args...)}
}

func stuckBecause(reason, format string, args ...any) *finding {
	return &finding{stuck, reason, fmt.Sprintf(format, args...)}
}

// note is a condition beside Ready that is there only while it is True.
type note struct {
	condition string
	reason    string
	message   string
}

// Notes are the conditions that a note may be about; those without a note are taken away.
var Notes = []string{
	provostv1.ConditionReviewDue,
	provostv1.ConditionRuleUnmet,
	provostv1.ConditionUnjustified,
	provostv1.ConditionUndeclaredPeople,
	provostv1.ConditionUnknownPeople,
	provostv1.ConditionBreakGlass,
}

// conclude sets the conditions of an object's generation.
func conclude(o provostv1.Object, now time.Time, ready finding, notes []note) {
	o.SetConditions(conditions(o.GetConditions(), o.GetGeneration(), metav1.NewTime(now), ready, notes))
}

// conditions turns findings into the conditions of a generation. Of the ones
// that are there already, it keeps when they last changed.
func conditions(current []metav1.Condition, generation int64, now metav1.Time, ready finding, notes []note) []metav1.Condition {
	out := slices.Clone(current)
	set := func(kind string, status metav1.ConditionStatus, reason, message string) {
		apimeta.SetStatusCondition(&out, metav1.Condition{
			Type: kind, Status: status, Reason: reason, Message: clip(message),
			ObservedGeneration: generation, LastTransitionTime: now,
		})
	}
	status := metav1.ConditionTrue
	if ready.state != good {
		status = metav1.ConditionFalse
	}
	set(provostv1.ConditionReady, status, ready.reason, ready.message)
	if ready.state == stuck {
		set(provostv1.ConditionStalled, metav1.ConditionTrue, ready.reason, ready.message)
	} else {
		apimeta.RemoveStatusCondition(&out, provostv1.ConditionStalled)
	}
	apimeta.RemoveStatusCondition(&out, provostv1.ConditionReconciling)
	for _, kind := range Notes {
		i := slices.IndexFunc(notes, func(n note) bool { return n.condition == kind })
		if i < 0 {
			apimeta.RemoveStatusCondition(&out, kind)
			continue
		}
		set(kind, metav1.ConditionTrue, notes[i].reason, notes[i].message)
	}
	slices.SortStableFunc(out, byImportance)
	return out
}

// byImportance puts Ready first and the others in the order of their names, so
// that the order does not tell how the object came to them.
func byImportance(a, b metav1.Condition) int {
	rank := func(c metav1.Condition) int {
		if c.Type == provostv1.ConditionReady {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Type, b.Type))
}

// maxMessage is how long a message may be, which is well below what the schema allows: people read it.
const maxMessage = 2000

func clip(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage-3], "") + "..."
}
