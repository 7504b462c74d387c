package directory_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// compareStatus holds what the engine says of single objects against the oracle.
func compareStatus(s *directory.Snapshot, t *table, _ *counts) string {
	for _, e := range t.entities {
		if want, got := t.world.Entity(e, t.now), s.Entity(e, t.now); !sameEntity(got, want) {
			return fmt.Sprintf("Entity(%s): %s", e, differing(want, got))
		}
	}
	for _, k := range s.Roles() {
		want, got := t.world.Role(k), s.Role(k, t.now)
		if got.Found != want.Found || got.Level != want.Level || got.Type != want.Type || got.Permissions != want.Permissions ||
			got.Problem != want.Problem || got.EntityFound != want.EntityFound ||
			!sameNames(got.Unknown, want.Unknown) || !slices.Equal(got.Conflicts, want.Conflicts) {
			return fmt.Sprintf("Role(%s): %s", k, differing(want, got))
		}
	}
	for _, k := range s.Templates() {
		if want, got := t.world.Template(k), s.Template(k, t.now); got.Found != want.Found || !sameNames(got.Unknown, want.Unknown) {
			return fmt.Sprintf("Template(%s): %s", k, differing(want, got))
		}
	}
	for _, k := range s.Bindings() {
		if got, ok := s.Binding(k, t.now); !ok || !sameGrant(got, t.world.Binding(k, t.now)) {
			return fmt.Sprintf("Binding(%s): %s", k, differing(t.world.Binding(k, t.now), got))
		}
	}
	for _, k := range s.Terms() {
		if want, got := t.world.Term(k), s.Term(k); !sameTime(got.Window, want.Window) || got.Problem != want.Problem || got.Zone != want.Zone ||
			got.Bindings != want.Bindings || got.Enrolments != want.Enrolments || got.Entries != want.Entries || got.Courses != want.Courses {
			return fmt.Sprintf("Term(%s): %s", k, differing(want, got))
		}
	}
	for _, k := range s.Overrides() {
		if got, ok := s.Override(k, t.now); !ok || !sameOverride(got, t.world.Override(k, t.now)) {
			return fmt.Sprintf("Override(%s): %s", k, differing(t.world.Override(k, t.now), got))
		}
	}
	for _, name := range s.Denies() {
		want := t.world.Deny(name, t.now)
		got, ok := s.Deny(name, t.now)
		if !ok || got.EntityFound != want.EntityFound || got.People != want.People || !slices.Equal(got.MissingGroups, want.MissingGroups) ||
			!slices.Equal(got.MissingNamespaces, want.MissingNamespaces) || !slices.Equal(got.Unnamed, want.Unnamed) ||
			!slices.Equal(got.Undeclared, want.Undeclared) || !sameNames(got.Unknown, want.Unknown) {
			return fmt.Sprintf("Deny(%s): %s", name, differing(want, got))
		}
	}
	return ""
}

// sameNames compares as sets.
func sameNames(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func sameOverride(got, want directory.OverrideStatus) bool {
	return got.Entity == want.Entity && got.EntityFound == want.EntityFound && got.Permissions == want.Permissions &&
		got.Replaced == want.Replaced && got.SubjectState == want.SubjectState && got.Declared == want.Declared &&
		sameNames(got.Unknown, want.Unknown) && slices.Equal(got.Conflicts, want.Conflicts)
}

func sameTime(a, b directory.Window) bool {
	return a.NotBefore.Equal(b.NotBefore) && a.NotAfter.Equal(b.NotAfter)
}

// sameGrant compares what the oracle knows: of a template's roles those that apply.
func sameGrant(got, want directory.GrantStatus) bool {
	roles := func(list []directory.RoleResolution) (out []string) {
		for _, r := range list {
			switch {
			case r.Problem == directory.RoleOK:
				out = append(out, fmt.Sprint(r.Name, r.Role, r.Permissions))
			case want.TemplateFound || got.Template != nil:
			default:
				out = append(out, fmt.Sprint(r.Name, r.Problem))
			}
		}
		return out
	}
	return got.Entity == want.Entity && got.Entities == want.Entities && got.LeftOut == want.LeftOut &&
		got.EntityFound == want.EntityFound && got.TemplateFound == want.TemplateFound &&
		got.Permissions == want.Permissions && got.People == want.People && sameTime(got.Window, want.Window) &&
		got.TermProblem == want.TermProblem &&
		slices.Equal(got.MissingGroups, want.MissingGroups) && slices.Equal(got.Undeclared, want.Undeclared) &&
		sameNames(roles(got.Roles), roles(want.Roles))
}

// sameEntity compares what the oracle knows.
func sameEntity(got, want directory.EntityStatus) bool {
	if !want.Declared {
		return !got.Declared && slices.Equal(got.Children, want.Children)
	}
	return got.Declared && got.ParentState == want.ParentState && slices.Equal(got.Children, want.Children) &&
		got.Ownership == want.Ownership && got.Owner == want.Owner && got.People == want.People && maps.Equal(got.Roles, want.Roles)
}

// statusOf is everything that the engine knows of one record at a time.
func statusOf(s *directory.Snapshot, id directory.ID, now time.Time) any {
	k := directory.Key{Namespace: id.Namespace, Name: id.Name}
	switch id.Kind {
	case directory.KindGroup:
		return s.Group(k, now)
	case directory.KindRoleBinding:
		f, _ := s.Binding(k, now)
		return f
	case directory.KindRole:
		if catalogue.SystemRole(id.Name) != nil && id.Namespace == directory.SystemNamespace {
			return s.SystemRole(id.Name, now)
		}
		return s.Role(k, now)
	case directory.KindRoleTemplate:
		return s.Template(k, now)
	case directory.KindPermissionOverride:
		f, _ := s.Override(k, now)
		return f
	case directory.KindSystemDeny:
		f, _ := s.Deny(id.Name, now)
		return f
	case directory.KindTerm:
		return s.Term(k)
	case directory.KindPerson:
		return s.Person(id.Name, now)
	}
	if level, ok := catalogue.ParseLevel(string(id.Kind)); ok {
		return s.Entity(directory.EntityKey{Level: level, Namespace: id.Namespace, Name: id.Name}, now)
	}
	return nil
}

func statusOfAll(s *directory.Snapshot, ids []directory.ID, now time.Time) map[directory.ID]any {
	out := map[directory.ID]any{}
	for _, id := range ids {
		out[id] = statusOf(s, id, now)
	}
	return out
}

// sameStatus compares statuses of any kind.
func sameStatus(a, b any) bool { return reflect.DeepEqual(a, b) }

// idsOf are the records', and those of the system roles.
func idsOf(records ...directory.Record) []directory.ID {
	seen := map[directory.ID]bool{}
	var out []directory.ID
	add := func(id directory.ID) {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	for _, r := range records {
		add(r.ID())
	}
	for _, r := range catalogue.SystemRoles() {
		add(directory.ID{Kind: directory.KindRole, Namespace: directory.SystemNamespace, Name: r.Name})
	}
	return out
}

// sameStatusEverywhere compares what two snapshots say of the records; "" where
// they are the same.
func sameStatusEverywhere(got, want *directory.Snapshot, records []directory.Record, now time.Time) string {
	for _, id := range idsOf(records...) {
		if g, w := statusOf(got, id, now), statusOf(want, id, now); !sameStatus(g, w) {
			return fmt.Sprintf("facts of %s, against a rebuild's: %s", id, differing(w, g))
		}
	}
	return ""
}
