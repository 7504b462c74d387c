package controllers

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

func personKind() kind[*provostv1.Person] {
	return kind[*provostv1.Person]{
		name:     directory.KindPerson,
		new:      func() *provostv1.Person { return &provostv1.Person{} },
		list:     func() client.ObjectList { return &provostv1.PersonList{} },
		render:   renderPerson,
		observed: func(o *provostv1.Person) *int64 { return &o.Status.ObservedGeneration },
	}
}

func renderPerson(v view, o *provostv1.Person) report {
	facts := v.Person(o.Name, v.now)
	o.Status.Groups = count(len(facts.Groups))
	o.Status.Namespaces = facts.Namespaces[:min(len(facts.Namespaces), provostv1.MaxPersonNamespaces)]
	return report{ready: judge(facts, personSuspended)}
}

func personSuspended(f directory.PersonStatus) *finding {
	if f.SubjectState != directory.SubjectSuspended {
		return nil
	}
	return goodBecause(provostv1.ReasonSuspended,
		"Suspended: no permission anywhere, whatever grants it. Set spec.state to Active to give everything back.")
}
