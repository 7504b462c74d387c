package findings

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Hole is where a SystemDeny does not do what it says, since what it names does
// not exist: whoever is meant keeps what was to be taken away (rule R10).
type Hole struct {
	// Rule is DanglingDeny or UnknownPerson.
	Rule Rule
	// Grave says that something is missing for certain; otherwise a name may be misspelt.
	Grave bool
	// Field is where the deny names it, and Missing the first of what is missing.
	Field   string
	Missing directory.ID
	// Message says what is missing and what comes of it, Remedy what to do about it; neither ends in a full stop.
	Message, Remedy string
}

// Holes are those of a SystemDeny, the gravest first; none of one that is over.
// Apart gives each of several names a hole of its own.
func Holes(s *directory.Snapshot, r *directory.SystemDeny, now time.Time, apart bool) []Hole {
	f, ok := s.Deny(r.Name)
	if !ok || !r.Window.NotAfter.IsZero() && !now.Before(r.Window.NotAfter) {
		return nil
	}
	m := &mending{deny: r, apart: apart}
	m.namespaces(f.MissingNamespaces)
	if !f.EntityFound {
		m.entity(*r.Scope.Entity)
	}
	m.groups(f.MissingGroups)
	m.people(f.Unnamed, declaredPeople(s))
	return m.out
}

// HolesLeft are those that a SystemDeny has for what is deleted: a group, an
// entity, or a namespace with everything in it.
func HolesLeft(s *directory.Snapshot, r *directory.SystemDeny, deleted directory.ID, now time.Time) []Hole {
	f, ok := s.Deny(r.Name)
	if !ok || !r.Window.NotAfter.IsZero() && !now.Before(r.Window.NotAfter) {
		return nil
	}
	goes := func(id directory.ID) bool {
		return id == deleted || deleted.Kind == directory.KindNamespace && id.Namespace == deleted.Name
	}
	m := &mending{deny: r}
	m.namespaces(slices.DeleteFunc(slices.Clone(r.Scope.Namespaces), func(n string) bool {
		return !goes(directory.ID{Kind: directory.KindNamespace, Name: n}) || slices.Contains(f.MissingNamespaces, n)
	}))
	if e := r.Scope.Entity; e != nil && f.EntityFound && goes(e.ID()) {
		m.entity(*e)
	}
	var groups []directory.Key
	for _, x := range r.Subjects {
		k := directory.Key{Namespace: x.Namespace, Name: x.Name}
		if x.Kind == directory.KindGroup && goes(groupID(k)) && !slices.Contains(f.MissingGroups, k) {
			groups = append(groups, k)
		}
	}
	m.groups(groups)
	return m.out
}

func declaredPeople(s *directory.Snapshot) bool {
	r, _ := s.Record(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName})
	p, ok := r.(*directory.Platform)
	return ok && p.DeclaredPeople
}

// mending gathers the holes of one SystemDeny.
type mending struct {
	deny  *directory.SystemDeny
	apart bool
	out   []Hole
}

func (m *mending) namespaces(names []string) {
	inPieces(names, m.apart, func(some []string) {
		i := slices.Index(m.deny.Scope.Namespaces, some[0])
		m.out = append(m.out, Hole{
			Rule: DanglingDeny, Grave: true,
			Field: at("spec.scope.namespaces", i), Missing: directory.ID{Kind: directory.KindNamespace, Name: some[0]},
			Message: missing("namespace", some, itself) + ": the deny does not hold there",
			Remedy:  "create what is missing, or correct spec.scope.namespaces",
		})
	})
}

func (m *mending) entity(e directory.EntityKey) {
	rest := "the deny does not hold there, but only at what names it as its parent"
	if m.deny.Scope.ExcludeDescendants {
		rest = "the deny does not hold there, which is the one place where it would"
	}
	m.out = append(m.out, Hole{
		Rule: DanglingDeny, Grave: true, Field: "spec.scope.entityRef", Missing: e.ID(),
		Message: fmt.Sprintf("%s does not exist in the namespace %s: %s", EntityName(e), e.Namespace, rest),
		Remedy:  "create what is missing, or correct spec.scope.entityRef",
	})
}

func (m *mending) groups(keys []directory.Key) {
	inPieces(keys, m.apart, func(some []directory.Key) {
		whose := "its"
		if len(some) > 1 {
			whose = "their"
		}
		m.out = append(m.out, Hole{
			Rule: DanglingDeny, Grave: true,
			Field: m.subject(directory.GroupSubject(some[0])), Missing: groupID(some[0]),
			Message: missing("group", some, directory.Key.String) + ": the deny takes nothing from " + whose + " members",
			Remedy:  "create what is missing, or correct spec.subjects",
		})
	})
}

// people are those whom nothing else names. Where people need not be declared,
// there may well be such people: it is only worth a look.
func (m *mending) people(names []string, declared bool) {
	text := "nothing but SystemDenies names %s: where that is misspelt, the deny takes nothing from whoever is meant"
	if declared {
		text = "nothing but SystemDenies names %s, and the Platform wants people to be declared: the deny takes nothing from whoever is meant"
	}
	inPieces(names, m.apart, func(some []string) {
		m.out = append(m.out, Hole{
			Rule: UnknownPerson, Grave: declared,
			Field: m.subject(directory.PersonSubject(some[0])), Missing: directory.ID{Kind: directory.KindPerson, Name: some[0]},
			Message: fmt.Sprintf(text, Names(some, itself)), Remedy: "correct the name, or declare the Person",
		})
	})
}

func (m *mending) subject(s directory.Subject) string {
	return at("spec.subjects", slices.Index(m.deny.Subjects, s))
}

// inPieces passes names on one by one or, where there are any, together.
func inPieces[T any](all []T, apart bool, pass func(some []T)) {
	size := max(len(all), 1)
	if apart {
		size = 1
	}
	for some := range slices.Chunk(all, size) {
		pass(some)
	}
}

// missing says that some do not exist: "groups acme/a, acme/b do not exist".
func missing[T any](what string, some []T, name func(T) string) string {
	if len(some) == 1 {
		return what + " " + name(some[0]) + " does not exist"
	}
	return what + "s " + Names(some, name) + " do not exist"
}

func (a *finder) deny(r *directory.SystemDeny) {
	f, ok := a.Snapshot.Deny(r.Name)
	if !ok {
		return
	}
	a.unknown(f.Unknown, r.Permissions, "any level")
	for _, h := range Holes(a.Snapshot, r, a.Now, a.Apart) {
		a.add(Finding{Rule: h.Rule, Field: h.Field, Message: h.Message, Remedy: h.Remedy, Missing: h.Missing})
	}
	others := slices.DeleteFunc(f.Undeclared, func(p string) bool { return slices.Contains(f.Unnamed, p) })
	a.undeclared(others, func(p string) string {
		return at("spec.subjects", slices.Index(r.Subjects, directory.PersonSubject(p)))
	})
}
