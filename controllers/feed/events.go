package feed

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// Event is one thing that happened and may have changed somebody's access.
type Event struct {
	ID     directory.ID
	Object audit.Object
	// Record is what the object says by it; nil where it is gone, or says nothing new.
	Record directory.Record
}

// Step is what one step of the Feed, or one wake of the Clock, brought.
type Step struct {
	// Before is the snapshot that knew nothing of it.
	Before *directory.Snapshot
	Events []Event
	// Delta says whom it bears on, once that is known.
	Delta directory.Delta
}

// WindowEvents are that windows opened or closed.
func WindowEvents(s *directory.Snapshot, transitions []directory.Transition) []Event {
	var out []Event
	for _, t := range transitions {
		at := t.At
		out = append(out, Event{ID: t.Source, Object: audit.Object{
			Kind: string(t.Source.Kind), Namespace: t.Source.Namespace, Name: t.Source.Name, Action: windowAction(s, t), At: &at,
		}})
	}
	return out
}

// windowAction says whether something begins or ends. A group may
// have several windows, of entries and enrolments; one that ends at the moment says so first.
func windowAction(s *directory.Snapshot, t directory.Transition) audit.Action {
	rec, _ := s.Record(t.Source)
	var windows []directory.Window
	switch r := s.Dated(rec).(type) {
	case *directory.Term:
		windows = append(windows, s.Term(r.Key).Window)
	case *directory.RoleBinding:
		windows = append(windows, r.Window)
	case *directory.PermissionOverride:
		windows = append(windows, r.Window)
	case *directory.SystemDeny:
		windows = append(windows, r.Window)
	case *directory.Group:
		for _, e := range r.Enrolments {
			windows = append(windows, e.Window)
		}
		for i := range r.Members {
			windows = append(windows, r.Members[i].Window)
		}
	}
	for _, w := range windows {
		if w.NotAfter.Truncate(time.Microsecond).Equal(t.At) {
			return audit.Closed
		}
	}
	return audit.Opened
}

// Trailed names an object with what its annotations say of its last change.
func Trailed(id directory.ID, o client.Object, action audit.Action) audit.Object {
	trail := o.GetAnnotations()
	return audit.Object{
		Kind: string(id.Kind), Namespace: id.Namespace, Name: id.Name, UID: string(o.GetUID()), Action: action,
		ChangedBy:       trail[provostv1.ChangedByAnnotation],
		ChangedAt:       trail[provostv1.ChangedAtAnnotation],
		ChangedRevision: trail[provostv1.ChangedRevisionAnnotation],
	}
}
