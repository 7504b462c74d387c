package controllers

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// Rendered returns an object as its status ought to be, rendered from a
// snapshot that may have come about in quite another way.
func Rendered(s *directory.Snapshot, now time.Time, p provostv1.JustificationPolicy, revision string, o provostv1.Object) provostv1.Object {
	v := view{Snapshot: s, now: now, justification: p, revision: revision}
	switch o := o.(type) {
	case *provostv1.Organisation:
		return render(v, entityKind(directory.KindOrganisation, newOf[provostv1.Organisation], nil), o)
	case *provostv1.Campus:
		return render(v, entityKind(directory.KindCampus, newOf[provostv1.Campus], nil), o)
	case *provostv1.Course:
		return render(v, entityKind(directory.KindCourse, newOf[provostv1.Course], nil), o)
	case *provostv1.Module:
		return render(v, entityKind(directory.KindModule, newOf[provostv1.Module], nil), o)
	case *provostv1.Session:
		return render(v, entityKind(directory.KindSession, newOf[provostv1.Session], nil), o)
	case *provostv1.Task:
		return render(v, entityKind(directory.KindTask, newOf[provostv1.Task], nil), o)
	case *provostv1.Person:
		return render(v, personKind(), o)
	case *provostv1.Group:
		return render(v, groupKind(), o)
	case *provostv1.Role:
		return render(v, roleKind(), o)
	case *provostv1.RoleTemplate:
		return render(v, roleTemplateKind(), o)
	case *provostv1.RoleBinding:
		return render(v, roleBindingKind(), o)
	case *provostv1.PermissionOverride:
		return render(v, permissionOverrideKind(), o)
	case *provostv1.SystemDeny:
		return render(v, systemDenyKind(), o)
	case *provostv1.Platform:
		return render(v, platformKind(), o)
	}
	return nil
}

func render[T statusObject](v view, k kind[T], o T) provostv1.Object {
	out := o.DeepCopyObject().(T)
	report := k.render(v, out)
	*k.observed(out) = out.GetGeneration()
	out.SetConditions(conditions(o.GetConditions(), out.GetGeneration(), metav1.NewTime(v.now), report.ready, report.notes))
	return out
}
