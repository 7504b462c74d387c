package status

import (
	"fmt"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

func permissionOverrideKind() Kind {
	return typed[*provostv1.PermissionOverride]{
		render:   renderPermissionOverride,
		observed: func(o *provostv1.PermissionOverride) *int64 { return &o.Status.ObservedGeneration },
	}.kind(directory.KindPermissionOverride)
}

func renderPermissionOverride(v View, o *provostv1.PermissionOverride) Report {
	known, _ := v.Override(directory.Key{Namespace: o.Namespace, Name: o.Name}, v.Now)
	window := windowOf(o.Spec.Window)
	s := &o.Status
	s.Entity = string(o.Spec.EntityRef.Kind) + "/" + string(o.Spec.EntityRef.Name)
	s.Until = until(window)
	s.PermissionCount = count(known.Permissions.Len())
	s.Replaced = known.Replaced.IDs(known.Entity.Level)
	inForce := fmt.Sprintf("In effect: the roles of %s do not count at %s.", o.Spec.Person, findings.EntityName(known.Entity))
	if known.SubjectState == directory.SubjectSuspended {
		inForce = "In effect, but " + findings.Suspended(string(o.Spec.Person)).Message + "."
	}
	ready, notes := told(v, directory.ID{Kind: directory.KindPermissionOverride, Namespace: o.Namespace, Name: o.Name})
	return Report{ready: first(ready, scheduled(window, v.Now, inForce)), notes: notes}
}

// windowOf reads a window as the engine has it.
func windowOf(w provostv1.Window) directory.Window {
	var out directory.Window
	if w.NotBefore != nil {
		out.NotBefore = w.NotBefore.Time
	}
	if w.NotAfter != nil {
		out.NotAfter = w.NotAfter.Time
	}
	return out
}
