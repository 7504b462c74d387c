package status

import (
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// View is what a status is rendered from: one snapshot and one moment, so that
// no two of its parts disagree.
type View struct {
	*directory.Snapshot
	Now time.Time
	// Justification is what the Platform asks for (rule R31).
	Justification provostv1.JustificationPolicy
	// Revision is the release of this manager.
	Revision string
	// Behind is how many statuses do not show yet what has happened, as far as that is to be said.
	Behind int
}

// Report is what rendering a status comes to, apart from what the status says.
type Report struct {
	// Again is when the status will differ by the clock for a reason that the engine does not
	// know of; zero for never.
	Again time.Time
	// DependsOn is what else the status depends on, beyond what the engine relates to the object.
	DependsOn []directory.ID
	// OnAccess says that it depends on what anybody may do in the object's namespace, too.
	OnAccess bool

	ready finding
	notes []note
}

// Kind is what sets one kind's statuses apart. There is one file a kind.
type Kind struct {
	Name directory.Kind
	// Loud says that whatever else keeps an object from being Ready makes an event too, and not only another reason.
	Loud bool

	render     func(View, provostv1.Object) Report
	observed   func(provostv1.Object) *int64
	lag        func(desired, current provostv1.Object)
	countsOnly func(provostv1.Object) bool
}

// Kinds are those whose statuses the engine answers for.
func Kinds() []Kind {
	var out []Kind
	for _, level := range catalogue.Levels() {
		out = append(out, entityKind(level))
	}
	return append(out, personKind(), groupKind(), roleKind(), roleTemplateKind(), roleBindingKind(), termKind(),
		permissionOverrideKind(), systemDenyKind(), platformKind())
}

// Fill has an object's status be as the engine would have it.
func (k Kind) Fill(v View, o provostv1.Object) Report {
	r := k.render(v, o)
	*k.observed(o) = o.GetGeneration()
	conclude(o, v.Now, r.ready, r.notes)
	return r
}

// Unreadable has an object's status say that the object cannot be read, and why. Nothing else of it changes.
func (k Kind) Unreadable(v View, o provostv1.Object, why error) Report {
	k.render = func(View, provostv1.Object) Report {
		return Report{ready: *stuckBecause(provostv1.ReasonInvalid, "The object cannot be read: %v. Correct it.", why)}
	}
	return k.Fill(v, o)
}

// Observed is the generation of which an object's status speaks.
func (k Kind) Observed(o provostv1.Object) int64 { return *k.observed(o) }

// Lag gives an object the counts of the one that is there already: those that need not follow at once.
func (k Kind) Lag(desired, current provostv1.Object) {
	if k.lag != nil {
		k.lag(desired, current)
	}
}

// CountsOnly says of an object that nothing but counts changes in its status, so that it is looked
// at every now and then only.
func (k Kind) CountsOnly(o provostv1.Object) bool { return k.countsOnly != nil && k.countsOnly(o) }

// typed is a Kind in terms of its own Go type.
type typed[T provostv1.Object] struct {
	// render fills in the status of an object, conditions apart.
	render func(View, T) Report
	// observed is where the status says of which generation it speaks.
	observed func(T) *int64
	// lag is Lag; nil for a kind without such counts.
	lag func(desired, current T)
	// countsOnly is CountsOnly; nil: of no object.
	countsOnly func(T) bool
	loud       bool
}

func (t typed[T]) kind(name directory.Kind) Kind {
	k := Kind{
		Name: name, Loud: t.loud,
		render:   func(v View, o provostv1.Object) Report { return t.render(v, o.(T)) },
		observed: func(o provostv1.Object) *int64 { return t.observed(o.(T)) },
	}
	if t.lag != nil {
		k.lag = func(desired, current provostv1.Object) { t.lag(desired.(T), current.(T)) }
	}
	if t.countsOnly != nil {
		k.countsOnly = func(o provostv1.Object) bool { return t.countsOnly(o.(T)) }
	}
	return k
}
