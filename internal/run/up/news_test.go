package up

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

func TestNews(t *testing.T) {
	var out strings.Builder
	n := &news{out: &out, told: "Applied main@sha1:1: 4 objects.",
		now: func() time.Time { return time.Date(2027, 1, 1, 12, 0, 3, 0, time.UTC) }}
	for _, c := range []struct {
		status                metav1.ConditionStatus
		reason, message, busy string
	}{
		{metav1.ConditionTrue, "Succeeded", "Applied main@sha1:1: 4 objects.", ""},
		{metav1.ConditionUnknown, "Progressing", "Applying main@sha1:2.", "True"},
		{metav1.ConditionFalse, "Progressing", "Applying main@sha1:2.", "True"},
		{metav1.ConditionTrue, "Succeeded", "Applied main@sha1:2: 5 objects.", "True"},
		{metav1.ConditionTrue, "Succeeded", "Applied main@sha1:2: 5 objects.", ""},
		{metav1.ConditionTrue, "Succeeded", "Applied main@sha1:2: 5 objects.", ""},
		{metav1.ConditionFalse, "BuildFailed", "main@sha1:3 is wrong:\na.yaml:1: no\nb.yaml:2: no", ""},
	} {
		g := &provostv1.GitSync{}
		g.Status.Conditions = []metav1.Condition{{Type: provostv1.ConditionReady, Status: c.status, Reason: c.reason, Message: c.message}}
		if c.busy != "" {
			g.Status.Conditions = append(g.Status.Conditions, metav1.Condition{Type: provostv1.ConditionReconciling,
				Status: metav1.ConditionStatus(c.busy)})
		}
		n.look(g)
	}
	n.look(&provostv1.GitSync{})
	const want = `12:00:03  Applied main@sha1:2: 5 objects.
12:00:03  BuildFailed: main@sha1:3 is wrong:
          a.yaml:1: no
          b.yaml:2: no
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
