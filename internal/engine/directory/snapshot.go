package directory

import (
	"sync"
	"sync/atomic"

	"github.com/google/btree"
)

// Snapshot is the directory as it was after some Apply. It never changes and
// may be read by any number of goroutines, for as long as they like.
type Snapshot struct {
	names *names

	people     vector[*person]
	namespaces vector[*namespace]
	groups     vector[*group]
	entities   vector[*entity]
	bindings   vector[*binding]
	roles      vector[*role]
	templates  vector[*template]
	overrides  vector[*override]
	denials    vector[*denial]
	terms      vector[*term]
	selections vector[*selection]
	profiles   vector[*profile]

	// What decisions look at, by person and by entity.
	byPerson vector[personRow]
	byEntity vector[*grants]

	platform  *Platform // nil: absent
	ruleOf    map[string]*RoleRule
	denyIndex *denyIndex
	selecting []uint32 // groups that have a member selector
	// selectionCount is how many bindings and enrolments select (R34).
	selectionCount int
	composing      []uint32 // groups that are made of others (R36)
	linked         []uint32 // groups that bear on those, or on which they do
	// rolesAbove is how many roles stand above their level (R35).
	rolesAbove int
	// transitions are the times at which some window opens or closes.
	transitions *btree.BTreeG[transition]
	users       *btree.BTreeG[userName]
	count       Counts
}

// Directory holds the newest Snapshot and the one way to a newer one.
type Directory struct {
	mu      sync.Mutex // held by the writer
	current atomic.Pointer[Snapshot]
}

// New returns a Directory without any records.
func New() *Directory {
	d := &Directory{}
	d.current.Store(&Snapshot{
		names:       newNames(),
		denyIndex:   &denyIndex{},
		transitions: btree.NewG(32, transition.less),
		users:       newUsers(),
	})
	return d
}

// Build returns the snapshot of the given records alone. Of several with one ID the last counts.
func Build(records ...Record) *Snapshot {
	d := New()
	changes := make([]Change, len(records))
	for i, r := range records {
		changes[i] = Upsert(r)
	}
	d.Apply(changes...)
	return d.Snapshot()
}

// Snapshot returns the newest snapshot. It never waits for a writer.
func (d *Directory) Snapshot() *Snapshot { return d.current.Load() }

// Change is one upsert or delete.
type Change struct {
	record Record
	gone   ID
}

// Record is what it declares; nil for a deletion.
func (c Change) Record() Record { return c.record }

// Upsert declares a record, in the place of the one with the same ID if there is one.
func Upsert(r Record) Change { return Change{record: r} }

// Delete takes back the record of that ID. Deleting what is not there changes nothing.
func Delete(id ID) Change { return Change{gone: id} }

// Apply makes all the changes in one step, which readers see whole or not at
// all, and says whom they touch. Of two changes to one record the later counts.
// Calls from several goroutines take turns.
func (d *Directory) Apply(changes ...Change) Delta {
	if len(changes) == 0 {
		return Delta{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	after, delta := d.current.Load().With(changes...)
	d.current.Store(after)
	return delta
}

// With returns the snapshot that the changes would lead to, and whom they would
// touch, without making them: what if. The snapshot that it is asked of stays as it is.
func (s *Snapshot) With(changes ...Change) (*Snapshot, Delta) {
	s.names.mu.Lock()
	defer s.names.mu.Unlock()
	s.names.txns++
	t := begin(s, s.names.txns)
	for _, c := range changes {
		t.change(c)
	}
	after := t.commit()
	return after, Delta{parts: []part{{before: s, after: after, effects: t.effects}}}
}
