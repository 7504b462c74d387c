package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// kindOfRow is what changes have in common that may stand in one row.
type kindOfRow struct {
	level                  catalogue.Level
	from                   time.Time
	gained, lost           catalogue.Set
	rolesGained, rolesLost string
	lifted                 catalogue.Set
	// whole says that afterwards the people have every permission of the level, and had not.
	whole  bool
	causes string
}

// rows groups the differences: first each person's, so that what happens to somebody at many
// entities is one, and then those of people who have the same at the same entities.
func (p *Plan) rows() {
	find := newCauses(p)
	index := map[string]int{}
	for start := 0; start < len(p.differences); {
		end := start
		for end < len(p.differences) && p.differences[end].who == p.differences[start].who {
			end++
		}
		p.person(p.differences[start:end], find, index)
		start = end
	}
}

// person adds one person's differences to the rows.
func (p *Plan) person(own []difference, find *causes, index map[string]int) {
	type share struct {
		kind     kindOfRow
		entities []directory.EntityKey
		causes   map[int]bool
	}
	var order []kindOfRow
	shares := map[kindOfRow]*share{}
	for i := range own {
		d := &own[i]
		edits, class := find.of(d)
		all := d.at.Level.All()
		k := kindOfRow{
			level: d.at.Level, from: d.from, gained: d.gained, lost: d.lost,
			rolesGained: strings.Join(d.rolesGained, ","), rolesLost: strings.Join(d.rolesLost, ","),
			lifted: d.lifted, whole: d.after == all && d.before != all, causes: class,
		}
		s := shares[k]
		if s == nil {
			s = &share{kind: k, causes: map[int]bool{}}
			shares[k] = s
			order = append(order, k)
		}
		s.entities = append(s.entities, d.at)
		for _, e := range edits {
			s.causes[e] = true
		}
	}
	for _, k := range order {
		s := shares[k]
		slices.SortFunc(s.entities, directory.EntityKey.Compare)
		var key strings.Builder
		fmt.Fprintf(&key, "%+v", k)
		for _, e := range s.entities {
			key.WriteString(" " + e.String())
		}
		at, known := index[key.String()]
		if !known {
			at = len(p.Rows)
			index[key.String()] = at
			p.Rows = append(p.Rows, newRow(k, s.entities))
		}
		r := &p.Rows[at]
		r.People = append(r.People, own[0].who)
		for e := range s.causes {
			if !slices.Contains(r.Causes, e) {
				r.Causes = append(r.Causes, e)
			}
		}
	}
}

func newRow(k kindOfRow, entities []directory.EntityKey) Row {
	r := Row{
		Level: k.level, From: k.from, Entities: entities, Gained: k.gained, Lost: k.lost,
		RolesGained: split(k.rolesGained), RolesLost: split(k.rolesLost),
	}
	if k.whole {
		r.Marks = append(r.Marks, Mark{Kind: MarkSuperadmin})
	}
	if k.lifted != 0 {
		r.Marks = append(r.Marks, Mark{Kind: MarkDenyLifted, Permissions: k.lifted})
	}
	return r
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// sort puts the weightiest rows first: escalations, then what is now, then what touches most.
func (p *Plan) sort() {
	for i := range p.Rows {
		slices.Sort(p.Rows[i].Causes)
		slices.Sort(p.Rows[i].People)
	}
	slices.SortStableFunc(p.Rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(weight(&a), weight(&b)),
			a.From.Compare(b.From),
			cmp.Compare(b.Grants(), a.Grants()),
			cmp.Compare(a.Level, b.Level),
			slices.CompareFunc(a.Entities, b.Entities, directory.EntityKey.Compare),
			slices.Compare(a.People, b.People),
		)
	})
}

// weight is the place of a row's weightiest mark; rows without one come last.
func weight(r *Row) int {
	if len(r.Marks) == 0 {
		return len(marksInOrder)
	}
	return slices.Index(marksInOrder, r.Marks[0].Kind)
}
