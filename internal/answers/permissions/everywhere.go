package permissions

import (
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/effective"
)

// Everywhere is what somebody may do in a namespace, or in all of them where it is "": an answer an entity.
func Everywhere(s *directory.Snapshot, person, namespace string, now time.Time) []directory.Access {
	if namespace != "" {
		return s.AccessIn(person, namespace, now)
	}
	return s.AccessOf(person, now)
}

// Note says what but roles made an answer.
func Note(a *directory.Access) string {
	var notes []string
	switch a.SubjectState {
	case directory.SubjectSuspended:
		notes = append(notes, "suspended")
	case directory.SubjectUndeclared:
		notes = append(notes, "not declared")
	}
	if a.Overridden {
		notes = append(notes, "customised")
	}
	if a.Denied != 0 {
		notes = append(notes, strconv.Itoa(a.Denied.Len())+" denied")
	}
	for _, h := range a.Roles {
		if warned(&h) {
			notes = append(notes, "rule of "+h.Role.Name+" unmet")
		}
	}
	return strings.Join(notes, ", ")
}

// warned says whether a rule of a role is unmet that warns of it and takes nothing (R6).
func warned(h *directory.HeldRole) bool {
	return slices.ContainsFunc(h.Unmet, func(r directory.UnmetRule) bool { return r.Enforcement == directory.Warn })
}

// Effective is what the cluster's EffectivePermissions of people hold, in a namespace or in all of them where it is "".
func Effective(s *directory.Snapshot, people []string, namespace string, now time.Time) *provostv1.EffectivePermissionsList {
	list := &provostv1.EffectivePermissionsList{
		TypeMeta: metav1.TypeMeta{APIVersion: provostv1.GroupVersion.String(), Kind: "EffectivePermissionsList"},
		Items:    []provostv1.EffectivePermissions{},
	}
	for _, person := range people {
		namespaces := s.Person(person, now).Namespaces
		if namespace != "" {
			namespaces = []string{namespace}
		}
		for _, ns := range namespaces {
			status := effective.Status(s, person, ns, now)
			if effective.Empty(&status) {
				continue
			}
			list.Items = append(list.Items, provostv1.EffectivePermissions{
				TypeMeta:   metav1.TypeMeta{APIVersion: provostv1.GroupVersion.String(), Kind: "EffectivePermissions"},
				ObjectMeta: metav1.ObjectMeta{Name: person, Namespace: ns},
				Status:     status,
			})
		}
	}
	return list
}
