package gitsync

import (
	corev1 "k8s.io/api/core/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/git/gitsync"
)

// record makes events of what was written, and of a failure when it is new.
func (r *Reconciler) record(before, now *provostv1.GitSync, out gitsync.Outcome, failure error) {
	say := func(kind, reason, action, format string, args ...any) {
		r.events.Eventf(now, nil, kind, reason, action, format, args...)
	}
	revision := out.Applied
	if revision == "" {
		revision = now.Status.LastAppliedRevision
	}
	switch {
	case out.Changes.Writes() == 0:
	case failure == nil && out.New:
		say(corev1.EventTypeNormal, "Applied", "Apply", "%s: %s", revision, out.Changes.String())
	case failure != nil && out.New:
		say(corev1.EventTypeNormal, "PartlyApplied", "Apply", "%s: %s", out.Revision, out.Changes.String())
	default:
		say(corev1.EventTypeNormal, "DriftCorrected", "Apply",
			"%s: put back what was not as in Git: %s (%s)", revision, out.Changes.Names(), out.Changes.String())
	}
	is, was := readyOf(now), readyOf(before)
	if failure != nil && (was == nil || was.Reason != is.Reason || was.Message != is.Message) {
		note := is.Message
		if out.Revision != "" {
			note = out.Revision + ": " + note
		}
		say(corev1.EventTypeWarning, is.Reason, "Sync", "%s", apiserver.Clip(note))
	}
}
