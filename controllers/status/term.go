package status

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

func termKind() Kind {
	return typed[*provostv1.Term]{
		render:   renderTerm,
		observed: func(o *provostv1.Term) *int64 { return &o.Status.ObservedGeneration },
	}.kind(directory.KindTerm)
}

func renderTerm(v View, o *provostv1.Term) Report {
	known := v.Term(directory.Key{Namespace: o.Namespace, Name: o.Name})
	s := &o.Status
	s.TimeZone = known.Zone
	s.Bindings, s.Enrolments = count(known.Bindings), count(known.Enrolments)
	s.Entries, s.Courses = count(known.Entries), count(known.Courses)
	s.State, s.Opens, s.Closes = "", nil, nil
	ready, notes := told(v, directory.ID{Kind: directory.KindTerm, Namespace: o.Namespace, Name: o.Name})
	if known.Problem != directory.TermOK {
		return Report{ready: first(ready, inOrder), notes: notes}
	}
	s.Opens, s.Closes = instant(known.Window.NotBefore), instant(known.Window.NotAfter)
	now := finding{good, provostv1.ReasonSucceeded, "Open until " + findings.End(known.Window.NotAfter) + "."}
	switch {
	case v.Now.Before(known.Window.NotBefore):
		s.State = provostv1.TermNotYet
		now = finding{good, provostv1.ReasonScheduled, "Opens " + findings.Day(known.Window.NotBefore) + "."}
	case findings.Over(known.Window, v.Now):
		s.State = provostv1.TermOver
		now = finding{good, provostv1.ReasonExpired, "The term " + findings.Ended(known.Window.NotAfter) + "."}
	default:
		s.State = provostv1.TermOpen
	}
	return Report{ready: first(ready, now), notes: notes}
}

func instant(t time.Time) *metav1.Time {
	at := metav1.NewTime(t.UTC().Truncate(time.Second))
	return &at
}
