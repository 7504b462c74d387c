// Package effective writes what the engine answers about one person in one
// namespace as the status of an EffectivePermissions. The controllers and the
// command line use it alike, so that the same manifests give the same content
// from a cluster, a folder and a commit (rule R0).
//
// The rule is in docs/concepts.md#r0.
package effective

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// Engine is the part of a snapshot of the engine that is needed here.
type Engine interface {
	AccessIn(person, namespace string, now time.Time) []directory.Access
	Access(person string, e directory.EntityKey, now time.Time) directory.Access
	Explain(person string, e directory.EntityKey, now time.Time) directory.Explanation
}

// Status is what a person may do in a namespace at a time, without conditions.
// The same answers of the engine give the same status, to the order of each
// list. The cost is that of explaining every entity at which there is
// something to say.
func Status(engine Engine, person, namespace string, now time.Time) provostv1.EffectivePermissionsStatus {
	r := renderer{engine: engine, person: person, now: now}
	for _, a := range engine.AccessIn(person, namespace, now) {
		r.add(engine.Explain(person, a.Entity, now))
	}
	return r.status()
}

// Empty says that there is nothing to say, so that no object is needed.
func Empty(s *provostv1.EffectivePermissionsStatus) bool {
	return len(s.Access) == 0 && len(s.Denied) == 0 && len(s.Customised) == 0
}

// EntityName is an entity as the statuses of its namespace write it: Kind/name.
func EntityName(e directory.EntityKey) string { return e.Level.String() + "/" + e.Name }

type renderer struct {
	engine Engine
	person string
	now    time.Time

	access     groups[*provostv1.Access]
	sources    map[*provostv1.Access]map[string]provostv1.AccessSource
	denied     groups[*provostv1.DeniedAccess]
	customised []string
	entities   int
	roles      map[directory.RoleName]bool
}

// groups keeps one item for each key, in the order in which the keys came: that
// of the entities, as the engine sorts them.
type groups[T any] struct {
	byKey map[string]T
	order []T
}

func (g *groups[T]) get(key string, create func() T) T {
	if item, ok := g.byKey[key]; ok {
		return item
	}
	if g.byKey == nil {
		g.byKey = map[string]T{}
	}
	item := create()
	g.byKey[key] = item
	g.order = append(g.order, item)
	return item
}

func (r *renderer) add(x directory.Explanation) {
	name := EntityName(x.Entity)
	if x.Overridden {
		r.customised = append(r.customised, name)
	}
	if x.Effective != 0 {
		r.entities++
	}
	for _, role := range x.Roles {
		if r.roles == nil {
			r.roles = map[directory.RoleName]bool{}
		}
		r.roles[role.Role] = true
	}
	if len(x.Roles) > 0 || x.Overridden || x.Effective != 0 {
		r.addAccess(name, x)
	}
	if x.Denied != 0 {
		r.addDenied(name, x)
	}
}

func (r *renderer) addAccess(name string, x directory.Explanation) {
	until := Ends(r.engine, r.person, x.Access)
	roles := roleNames(x.Roles)
	key := strings.Join([]string{
		x.Entity.Level.String(), strings.Join(roles, ","),
		strconv.FormatUint(uint64(x.Effective), 16), until.UTC().Format(time.RFC3339),
	}, "|")
	item := r.access.get(key, func() *provostv1.Access {
		a := &provostv1.Access{Permissions: x.Effective.IDs(x.Entity.Level)}
		a.Roles = append(a.Roles, roles...)
		if !until.IsZero() {
			// To the second, as it is stored: an answer must not differ from its own stored form.
			a.NotAfter = ptr.To(metav1.NewTime(until.UTC().Truncate(time.Second)))
		}
		return a
	})
	item.Entities = append(item.Entities, name)
	if r.sources == nil {
		r.sources = map[*provostv1.Access]map[string]provostv1.AccessSource{}
	}
	if r.sources[item] == nil {
		r.sources[item] = map[string]provostv1.AccessSource{}
	}
	collectSources(r.sources[item], x)
}

func (r *renderer) addDenied(name string, x directory.Explanation) {
	var denies []string
	for _, d := range x.Denies {
		if d.Permissions&x.Denied != 0 {
			denies = append(denies, d.Source.Name)
		}
	}
	slices.Sort(denies)
	denies = slices.Compact(denies)
	key := strings.Join([]string{
		x.Entity.Level.String(), strconv.FormatUint(uint64(x.Denied), 16), strings.Join(denies, ","),
	}, "|")
	item := r.denied.get(key, func() *provostv1.DeniedAccess {
		d := &provostv1.DeniedAccess{Permissions: x.Denied.IDs(x.Entity.Level)}
		d.Denies = denies[:min(len(denies), provostv1.MaxAccessSources)]
		return d
	})
	item.Entities = append(item.Entities, name)
}

// Ends is when the end of a grant or override next takes a role or permission
// of an answer away; zero where none does. Access.Until alone does not say: what
// ends then may be given by something else too. A deny that is yet to begin is
// not looked for.
func Ends(engine Engine, person string, a directory.Access) time.Time {
	return EndsFor(engine, person, a, func(next directory.Access) bool {
		return !next.Effective.Has(a.Effective) || !holdsAll(next.Roles, a.Roles)
	})
}

// EndsFor is Ends for what lost looks at: one permission, for example.
func EndsFor(engine Engine, person string, a directory.Access, lost func(next directory.Access) bool) time.Time {
	for at := a.Until; !at.IsZero(); {
		next := engine.Access(person, a.Entity, at)
		if lost(next) {
			return at
		}
		if !next.Until.After(at) {
			break
		}
		at = next.Until
	}
	return time.Time{}
}

func holdsAll(have, want []directory.HeldRole) bool {
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h directory.HeldRole) bool { return h.Role == w.Role }) {
			return false
		}
	}
	return true
}

func (r *renderer) status() provostv1.EffectivePermissionsStatus {
	s := provostv1.EffectivePermissionsStatus{
		Person:          r.person,
		EntityCount:     ptr.To(int32(r.entities)),
		RoleCount:       ptr.To(int32(len(r.roles))),
		CustomisedCount: ptr.To(int32(len(r.customised))),
	}
	slices.Sort(r.customised)
	s.Customised = r.customised[:min(len(r.customised), provostv1.MaxAccessEntities)]
	for _, item := range r.access.order {
		item.Sources, item.SourceCount = sorted(r.sources[item])
		for _, part := range parts(item.Entities) {
			copied := *item
			copied.Entities = part
			s.Access = append(s.Access, copied)
		}
	}
	for _, item := range r.denied.order {
		for _, part := range parts(item.Entities) {
			copied := *item
			copied.Entities = part
			s.Denied = append(s.Denied, copied)
		}
	}
	s.Access = s.Access[:min(len(s.Access), provostv1.MaxAccessItems)]
	s.Denied = s.Denied[:min(len(s.Denied), provostv1.MaxAccessItems)]
	return s
}

// parts sorts entities and cuts them into what one item may hold.
func parts(entities []string) [][]string {
	slices.Sort(entities)
	return slices.Collect(slices.Chunk(entities, provostv1.MaxAccessEntities))
}

func roleNames(held []directory.HeldRole) []string {
	names := make([]string, 0, len(held))
	for _, h := range held {
		names = append(names, h.Role.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// sorted returns the first sources and how many there are.
func sorted(sources map[string]provostv1.AccessSource) ([]provostv1.AccessSource, *int32) {
	out := make([]provostv1.AccessSource, 0, len(sources))
	for _, s := range sources {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b provostv1.AccessSource) int {
		return cmp.Or(cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Enrolment, b.Enrolment),
			cmp.Compare(a.Role, b.Role), slices.Compare(a.Through, b.Through))
	})
	return out[:min(len(out), provostv1.MaxAccessSources)], ptr.To(int32(len(out)))
}

// rank puts what decides most first: it is never among what the cap leaves out.
var rank = map[provostv1.AccessSourceKind]int{
	provostv1.SourcePermissionOverride: 0, provostv1.SourceRole: 1, provostv1.SourceRoleBinding: 2, provostv1.SourceEnrolment: 3,
}
