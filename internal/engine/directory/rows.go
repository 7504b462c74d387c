package directory

// What a decision looks at lies apart from the nodes, person by person and
// entity by entity, so that it reads few lines of a processor's cache.

// personRow is what a decision looks at of a person.
type personRow struct {
	groups    []uint32 // as in the person's node
	known     bool     // there is a node
	declared  bool
	suspended bool
}

// byPerson are the rows of the new snapshot.
func (t *txn) byPerson() vector[personRow] {
	d := t.before.byPerson.edit(t.id)
	for _, i := range t.people.renewed {
		p := t.people.at(i)
		d.set(i, personRow{groups: p.groups, known: true, declared: p.rec != nil, suspended: p.rec != nil && p.rec.Suspended})
	}
	return d.vector
}

// byEntity is what is given at each entity of the new snapshot: nil where the entity
// is not declared, or nobody is given anything.
func (t *txn) byEntity() vector[*grants] {
	d := t.before.byEntity.edit(t.id)
	for _, i := range t.entities.renewed {
		e := t.entities.at(i)
		if e.rec == nil {
			d.set(i, nil)
		} else {
			d.set(i, e.grants)
		}
	}
	return d.vector
}
