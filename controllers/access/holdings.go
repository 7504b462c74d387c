package access

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/effective"
)

// held is what somebody holds at one entity.
type held struct {
	permissions catalogue.Set
	// roles are names of roles, sorted, and permissions that this release does not know.
	roles []string
}

func (h held) empty() bool { return h.permissions == 0 && len(h.roles) == 0 }

// holdings are what somebody holds in a namespace, by entity (Kind/name). Nothing empty is in it.
type holdings map[string]held

func (h holdings) put(entity string, x held) {
	if !x.empty() {
		h[entity] = x
	}
}

// shownBy are the holdings that a status shows.
func shownBy(s *provostv1.EffectivePermissionsStatus) holdings {
	out := holdings{}
	for i := range s.Access {
		a := &s.Access[i]
		for _, entity := range a.Entities {
			permissions, unknown := levelOf(entity).Parse(a.Permissions)
			x := held{permissions, a.Roles}
			if len(unknown) > 0 {
				x.roles = union(a.Roles, sortedCopy(unknown))
			}
			out.put(entity, x.or(out[entity]))
		}
	}
	return out
}

// heldBy is what the engine says that a person holds in a namespace.
func heldBy(s feed.Instant, key types.NamespacedName) holdings {
	out := holdings{}
	for _, a := range s.AccessIn(key.Name, key.Namespace, s.At) {
		out.put(effective.EntityName(a.Entity), held{a.Effective, namesOf(a.Roles)})
	}
	return out
}

func namesOf(roles []directory.HeldRole) []string {
	if len(roles) == 0 {
		return nil
	}
	out := make([]string, 0, len(roles))
	for i := range roles {
		out = append(out, roles[i].Role.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// levelOf is the level of an entity that is named Kind/name.
func levelOf(entity string) catalogue.Level {
	kind, _, _ := strings.Cut(entity, "/")
	level, _ := catalogue.ParseLevel(kind)
	return level
}

func (h held) or(o held) held {
	return held{h.permissions | o.permissions, union(h.roles, o.roles)}
}

func (h held) and(o held) held {
	return held{h.permissions & o.permissions, common(h.roles, o.roles)}
}

func (h held) beyond(o held) held {
	return held{h.permissions &^ o.permissions, without(h.roles, o.roles)}
}

// or is what either has.
func (h holdings) or(o holdings) holdings {
	out := make(holdings, len(h)+len(o))
	out.add(h)
	out.add(o)
	return out
}

// add adds what others have.
func (h holdings) add(o holdings) {
	for entity, x := range o {
		h[entity] = x.or(h[entity])
	}
}

// and is what both have.
func (h holdings) and(o holdings) holdings {
	out := holdings{}
	for entity, x := range h {
		out.put(entity, x.and(o[entity]))
	}
	return out
}

// beyond is what h has and o has not.
func (h holdings) beyond(o holdings) holdings {
	out := holdings{}
	for entity, x := range h {
		out.put(entity, x.beyond(o[entity]))
	}
	return out
}

// meets says whether both have something in common.
func (h holdings) meets(o holdings) bool {
	for entity, x := range h {
		if !x.and(o[entity]).empty() {
			return true
		}
	}
	return false
}

// union, common and without are of sorted lists; where there is nothing to do, the result is one of them.
func union(a, b []string) []string {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0 || slices.Equal(a, b):
		return b
	}
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

func common(a, b []string) []string {
	if slices.Equal(a, b) {
		return a
	}
	var out []string
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(other, x) })
}

func sortedCopy(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}
