package plan

import "provost.dev/provost/internal/engine/directory"

// where is where a binding or an enrolment gives something: at one entity, or at those that it selects (R34).
type where struct {
	entity  directory.LocalEntity
	selects *directory.EntitySelector
}

func (w where) String() string {
	if w.selects != nil {
		return w.selects.String()
	}
	return w.entity.String()
}

// field is the one that says it.
func (w where) field() string {
	if w.selects != nil {
		return "entitySelector"
	}
	return "entityRef"
}

func (e *editor[T]) where(prefix string, class Class, before, after where, set func(*T)) {
	e.field(prefix+after.field(), class, before.String(), after.String(), set)
}
