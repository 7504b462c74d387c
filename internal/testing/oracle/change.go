package oracle

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// Change is a record that is declared (anew), or, where Record is nil, no longer so.
type Change struct {
	ID     directory.ID
	Record directory.Record
}

// Set declares a record.
func Set(r directory.Record) Change { return Change{r.ID(), r} }

// Drop takes the record of that ID away.
func Drop(id directory.ID) Change { return Change{ID: id} }

// After are the records once the changes were made, one after the other. The
// given slice is left as it is.
func After(records []directory.Record, changes ...Change) []directory.Record {
	out := slices.Clone(records)
	for _, c := range changes {
		out = slices.DeleteFunc(out, func(r directory.Record) bool { return r.ID() == c.ID })
		if c.Record != nil {
			out = append(out, c.Record)
		}
	}
	return out
}
