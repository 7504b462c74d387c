package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func systemDenyKind() Kind {
	return typed[*provostv1.SystemDeny]{
		render:   renderSystemDeny,
		observed: func(o *provostv1.SystemDeny) *int64 { return &o.Status.ObservedGeneration },
		lag:      func(desired, current *provostv1.SystemDeny) { desired.Status.People = current.Status.People },
		loud:     true,
	}.kind(directory.KindSystemDeny)
}

func renderSystemDeny(v View, o *provostv1.SystemDeny) Report {
	known, _ := v.Deny(o.Name, v.Now)
	o.Status.People = count(known.People)
	o.Status.PermissionCount = count(known.Permissions)
	ready, notes := told(v, directory.ID{Kind: directory.KindSystemDeny, Name: o.Name})
	inForce := scheduled(windowOf(o.Spec.Window), v.Now, "In effect: it wins over every role and every PermissionOverride.")
	return Report{ready: all(ready, inForce), notes: notes}
}

// all tells all of some findings at once, in the order of their weight: each of them lets somebody keep what was
// to be taken.
func all(found []finding, inOrder finding) finding {
	out := first(found, inOrder)
	for _, f := range found[min(len(found), 1):] {
		out.message += " " + f.message
	}
	return out
}
