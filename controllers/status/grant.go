package status

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest/effective"
)

// judgedGrant is what the policies of a RoleBinding or an enrolment judge.
type judgedGrant struct {
	directory.GrantStatus
	ref       provostv1.RoleReference
	namespace string
	now       time.Time
}

// grantOrder judges a grant. A grant that is over is in order whatever it
// names; one that is to come is not, when what it names is missing.
var grantOrder = []policy[judgedGrant]{
	grantOver, grantEntityExists, grantTemplateExists, grantTemplateApplies, grantRolesResolve, grantGroupsExist, grantToCome, grantInForce,
}

func grantOver(f judgedGrant) *finding { return windowOver(f.Window, f.now) }

func grantEntityExists(f judgedGrant) *finding {
	if f.EntityFound {
		return nil
	}
	return missingBecause(provostv1.ReasonEntityNotFound,
		"%s does not exist in this namespace, so nothing is granted. Create it, or correct entityRef.", effective.EntityName(f.Entity))
}

func grantTemplateExists(f judgedGrant) *finding {
	if f.ref.Kind != provostv1.RoleReferenceTemplate || f.TemplateFound {
		return nil
	}
	return missingBecause(provostv1.ReasonRoleTemplateNotFound,
		"There is no RoleTemplate %s in this namespace or in %s, so nothing is granted. Create it, or correct roleRef.", f.ref.Name, directory.SystemNamespace)
}

func grantTemplateApplies(f judgedGrant) *finding {
	if f.ref.Kind != provostv1.RoleReferenceTemplate || len(f.Roles) > 0 {
		return nil
	}
	return stuckBecause(provostv1.ReasonWrongLevel,
		"No role of the RoleTemplate %s is of the level %s, so nothing is granted. Add one to the template, or name another template or entity.", f.ref.Name, f.Entity.Level)
}

func grantRolesResolve(f judgedGrant) *finding {
	for _, r := range f.Roles {
		if found := roleProblem(r, f.Entity); found != nil {
			return found
		}
	}
	return nil
}

// roleProblem says why a reference to a role gives nothing at an entity.
func roleProblem(r directory.RoleResolution, at directory.EntityKey) *finding {
	const remedy = "so nothing is granted through it."
	switch r.Problem {
	case directory.RoleOK:
		return nil
	case directory.RoleWrongLevel:
		return stuckBecause(provostv1.ReasonWrongLevel,
			"The role %s is not of the level %s, %s Name a role of the level %s, or another entity.", r.Name, at.Level, remedy, at.Level)
	case directory.RoleOfAnotherEntity:
		return missingBecause(provostv1.ReasonRoleNotFound,
			"The role %s belongs to %s and counts only there, %s Create a role of its own for %s, or correct roleRef.", r.Name, effective.EntityName(r.Elsewhere), remedy, effective.EntityName(at))
	case directory.RoleNotBindable:
		return stuckBecause(provostv1.ReasonInvalid,
			"%s is an Override, which takes effect by itself, %s Name the system role that it overrides.", r.Name, remedy)
	case directory.RoleInvalid:
		return stuckBecause(provostv1.ReasonInvalid,
			"The role %s does not agree with its own entity, %s See the conditions of the role.", r.Name, remedy)
	default:
		return missingBecause(provostv1.ReasonRoleNotFound,
			"There is no system role %s and no Custom role of that name in this namespace, %s Create the role, or correct roleRef.", r.Name, remedy)
	}
}

func grantGroupsExist(f judgedGrant) *finding {
	if len(f.MissingGroups) == 0 {
		return nil
	}
	return missingBecause(provostv1.ReasonGroupNotFound,
		"Among the subjects are groups that do not exist: %s. The others get what they should. Create them, or take them out of spec.subjects.", findings.Names(f.MissingGroups, directory.Key.String))
}

func grantToCome(f judgedGrant) *finding { return windowToCome(f.Window, f.now) }

func grantInForce(f judgedGrant) *finding {
	text := fmt.Sprintf("In effect at %s.", effective.EntityName(f.Entity))
	for _, r := range f.Roles {
		if len(r.Overridden) > 0 {
			text += fmt.Sprintf(" The permissions of %s are replaced there by the Override %s.", r.Name,
				findings.Names(r.Overridden, func(k directory.Key) string { return k.Name }))
		}
	}
	return goodBecause(provostv1.ReasonSucceeded, "%s", text)
}

// windowOver and windowToCome are for everything that has a window (rule R7).
func windowOver(w directory.Window, now time.Time) *finding {
	switch {
	case w.NotAfter.IsZero() || now.Before(w.NotAfter):
		return nil
	default:
		return goodBecause(provostv1.ReasonExpired, "Ended at %s. Delete it, or set a later spec.notAfter.", moment(w.NotAfter))
	}
}

func windowToCome(w directory.Window, now time.Time) *finding {
	if w.NotBefore.IsZero() || !now.Before(w.NotBefore) {
		return nil
	}
	return goodBecause(provostv1.ReasonScheduled, "Takes effect at %s.", moment(w.NotBefore))
}

// nextTransition is when a window next opens or closes; nil for never.
func nextTransition(w directory.Window, now time.Time) *metav1.Time {
	var next time.Time
	for _, t := range []time.Time{w.NotBefore, w.NotAfter} {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if next.IsZero() {
		return nil
	}
	t := metav1.NewTime(next.UTC().Truncate(time.Second))
	return &t
}

// until writes when a window ends, for a column.
func until(w directory.Window) string {
	if w.NotAfter.IsZero() {
		return ""
	}
	return moment(w.NotAfter)
}

// moment writes a time as statuses and messages do: in UTC, to the second.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// sortedKeys are the keys of a map in their order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
