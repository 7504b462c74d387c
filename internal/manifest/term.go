package manifest

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func (c *converter) term(o *provostv1.Term, key directory.Key) directory.Record {
	return &directory.Term{
		Key:      key,
		FirstDay: c.day(spec.Child("firstDay"), o.Spec.FirstDay),
		LastDay:  c.day(spec.Child("lastDay"), o.Spec.LastDay),
		TimeZone: string(o.Spec.TimeZone),
	}
}

func (c *converter) day(at *field.Path, text provostv1.Day) directory.Day {
	day, err := directory.ParseDay(string(text))
	switch {
	case text == "":
		c.errs = append(c.errs, field.Required(at, "a date of the calendar, for example 2027-02-01"))
	case err != nil:
		c.errs = append(c.errs, field.Invalid(at, text, err.Error()))
	}
	return day
}

// termRef is the term that a reference names: of the own namespace, or of the system's where it says so (R33). The path
// is asked for only where something is wrong: groups have thousands of members.
func (c *converter) termRef(at func() *field.Path, r *provostv1.TermReference) directory.Key {
	if r == nil {
		return directory.Key{}
	}
	k := directory.Key{Namespace: c.namespace, Name: string(r.Name)}
	if !validName(k.Name, maxName) {
		c.name(at().Child("name"), r.Name)
	}
	switch string(r.Namespace) {
	case "", c.namespace:
	case provostv1.SystemNamespace:
		k.Namespace = provostv1.SystemNamespace
	default:
		c.errs = append(c.errs, field.Invalid(at().Child("namespace"), r.Namespace,
			"must be "+provostv1.SystemNamespace+", or left out for a term of the own namespace"))
	}
	return k
}

// in is a path below spec.
func in(parts ...string) func() *field.Path {
	return func() *field.Path { return spec.Child(parts[0], parts[1:]...) }
}
