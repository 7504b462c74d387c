package status

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/findings"
)

var noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

// written writes conditions shortly: "Ready=True/Succeeded@noon".
func written(cs []metav1.Condition) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Type+"="+string(c.Status)+"/"+c.Reason+"@"+c.LastTransitionTime.UTC().Format("15:04"))
	}
	return strings.Join(out, " ")
}

func TestConditions(t *testing.T) {
	review := note{provostv1.ConditionReviewDue, provostv1.ReasonReviewByPassed, "look"}
	ok := finding{good, provostv1.ReasonSucceeded, "fine"}
	gone := finding{missing, provostv1.ReasonRoleNotFound, "no role"}
	clash := finding{stuck, provostv1.ReasonConflict, "two"}
	var cs []metav1.Condition
	for i, step := range []struct {
		ready finding
		notes []note
		want  string
	}{
		{ok, nil, "Ready=True/Succeeded@12:00"},
		{ok, []note{review}, "Ready=True/Succeeded@12:00 ReviewDue=True/ReviewByPassed@12:01"},
		{gone, []note{review}, "Ready=False/RoleNotFound@12:02 ReviewDue=True/ReviewByPassed@12:01"},
		{clash, []note{review}, "Ready=False/Conflict@12:02 ReviewDue=True/ReviewByPassed@12:01 Stalled=True/Conflict@12:03"},
		{clash, nil, "Ready=False/Conflict@12:02 Stalled=True/Conflict@12:03"},
		{ok, nil, "Ready=True/Succeeded@12:05"},
	} {
		now := metav1.NewTime(noon.Add(time.Duration(i) * time.Minute))
		before := append([]metav1.Condition(nil), cs...)
		next := conditions(cs, int64(i+1), now, step.ready, step.notes)
		if got := written(next); got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
		if d := cmp.Diff(before, cs); d != "" {
			t.Errorf("step %d changed the conditions that it was given: %s", i, d)
		}
		for _, c := range next {
			if c.ObservedGeneration != int64(i+1) {
				t.Errorf("step %d: %s is of generation %d", i, c.Type, c.ObservedGeneration)
			}
		}
		if d := cmp.Diff(next, conditions(next, int64(i+1), metav1.Now(), step.ready, step.notes)); d != "" {
			t.Errorf("step %d, done twice, differs: %s", i, d)
		}
		cs = next
	}
}

func TestMessagesStayReadable(t *testing.T) {
	many := strings.Fields("a b c d e f g h")
	if got := findings.List(many); got != "a, b, c, d, e and 3 more" {
		t.Error(got)
	}
	if got := findings.List(many[:2]); got != "a, b" {
		t.Error(got)
	}
	if got := clip(strings.Repeat("ä", maxMessage)); len(got) > maxMessage || !strings.HasSuffix(got, "ä...") {
		t.Errorf("%d bytes, ending %q", len(got), got[len(got)-8:])
	}
}
