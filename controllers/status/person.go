package status

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func personKind() Kind {
	return typed[*provostv1.Person]{
		render:   renderPerson,
		observed: func(o *provostv1.Person) *int64 { return &o.Status.ObservedGeneration },
	}.kind(directory.KindPerson)
}

func renderPerson(v View, o *provostv1.Person) Report {
	known := v.Person(o.Name, v.Now)
	o.Status.Groups = count(len(known.Groups))
	o.Status.Namespaces = known.Namespaces[:min(len(known.Namespaces), provostv1.MaxPersonNamespaces)]
	return Report{ready: judge(known, personSuspended)}
}

func personSuspended(f directory.PersonStatus) *finding {
	if f.SubjectState != directory.SubjectSuspended {
		return nil
	}
	return goodBecause(provostv1.ReasonSuspended,
		"Suspended: no permission anywhere, whatever grants it. Set spec.state to Active to give everything back.")
}
