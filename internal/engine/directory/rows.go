package directory

import "time"

// What a decision looks at lies apart from the nodes, person by person and
// entity by entity, so that it reads few lines of a processor's cache.

// personRow is what a decision looks at of a person.
type personRow struct {
	groups    []uint32 // as in the person's node; where they are timed, as rolled has them
	timed     bool     // they depend on the moment (R12a)
	unsure    bool     // the person's node says what the person might be in (R36)
	known     bool     // there is a node
	declared  bool
	suspended bool
}

// personAt is the row of a person, with the groups of a moment (R12a).
func (s *Snapshot) personAt(i uint32, now int64) personRow {
	c := s.byPerson.at(i)
	if c.timed {
		c.groups, c.timed = unrolled(c.groups, now), false
	}
	return c
}

// possibleAt are the unsettled groups that a person might be in at a moment (R36).
func (s *Snapshot) possibleAt(i uint32, c personRow, now time.Time) []uint32 {
	if !c.unsure {
		return nil
	}
	return s.people.at(i).possibleAt(now.UnixMicro())
}

// byPerson are the rows of the new snapshot.
func (t *txn) byPerson() vector[personRow] {
	d := t.before.byPerson.edit(t.id)
	for _, i := range t.people.renewed {
		p := t.people.at(i)
		row := personRow{
			groups: p.groups, timed: p.epochs != nil, unsure: p.possible != nil,
			known: true, declared: p.rec != nil, suspended: p.rec != nil && p.rec.Suspended,
		}
		if row.timed {
			row.groups = rolled(p.epochs)
		}
		d.set(i, row)
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
