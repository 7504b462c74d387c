package controllers

import (
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/engine/directory"
)

// Rendered returns an object as its status ought to be, rendered from a
// snapshot that may have come about in quite another way.
func Rendered(s *directory.Snapshot, now time.Time, p provostv1.JustificationPolicy, revision, kind string, o statusObject) provostv1.Object {
	for _, k := range status.Kinds() {
		if string(k.Name) == kind {
			out := o.DeepCopyObject().(statusObject)
			k.Fill(status.View{Snapshot: s, Now: now, Justification: p, Revision: revision}, out)
			return out
		}
	}
	return nil
}
