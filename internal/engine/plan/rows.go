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
	// whole says that afterwards the people have every permission of the level, and had not; admin that they newly
	// hold the level's admin role.
	whole, admin bool
}

// exact is a row of which the causes are the same, and not only alike.
type exact struct {
	Row
	kind kindOfRow
}

// rows groups the differences: first each person's, so that what happens to somebody at many
// entities is one, then those of people who have the same at the same entities, and then those
// of which the causes are alike.
func (p *Plan) rows() {
	found := p.causes()
	index := map[string]int{}
	var list []exact
	for start := 0; start < len(p.differences); {
		end := start
		for end < len(p.differences) && p.differences[end].who == p.differences[start].who {
			end++
		}
		list = p.person(list, index, p.differences[start:end], found[start:end])
		start = end
	}
	for i := range list {
		sortParts(&list[i].Row)
	}
	p.Rows, p.Blocks = p.alike(list)
}

// person adds one person's differences to the rows.
func (p *Plan) person(list []exact, index map[string]int, own []difference, found []cause) []exact {
	type key struct {
		kind   kindOfRow
		causes string
	}
	type share struct {
		entities []directory.EntityKey
		cause    *cause
	}
	var order []key
	shares := map[key]*share{}
	for i := range own {
		d, c := &own[i], &found[i]
		all := d.at.Level.All()
		k := key{kindOfRow{
			level: d.at.Level, from: d.from, gained: d.gained, lost: d.lost,
			rolesGained: strings.Join(c.rolesGained, ","), rolesLost: strings.Join(c.rolesLost, ","),
			lifted: d.lifted, whole: d.after == all && d.before != all,
			admin: slices.Contains(d.rolesGained, d.at.Level.Prefix()+"admin"),
		}, c.key()}
		s := shares[k]
		if s == nil {
			s = &share{cause: c}
			shares[k] = s
			order = append(order, k)
		}
		s.entities = append(s.entities, d.at)
	}
	for _, k := range order {
		s := shares[k]
		slices.SortFunc(s.entities, directory.EntityKey.Compare)
		var name strings.Builder
		fmt.Fprintf(&name, "%+v", k)
		for _, e := range s.entities {
			name.WriteString(" " + e.String())
		}
		at, known := index[name.String()]
		if !known {
			at = len(list)
			index[name.String()] = at
			list = append(list, exact{newRow(k.kind, s.entities), k.kind})
		}
		r := &list[at].Row
		r.People = append(r.People, own[0].who)
		part := &r.Parts[0]
		part.Causes = append(part.Causes, p.atoms.editsOf(s.cause.atoms, own[0].who)...)
		for i, set := range s.cause.also {
			if i == len(part.Also) {
				part.Also = append(part.Also, nil)
			}
			part.Also[i] = append(part.Also[i], p.atoms.editsOf(set, own[0].who)...)
		}
	}
	return list
}

func sortParts(r *Row) {
	slices.Sort(r.People)
	for i := range r.Parts {
		part := &r.Parts[i]
		part.Causes = sortedOnce(part.Causes)
		for j := range part.Also {
			part.Also[j] = sortedOnce(part.Also[j])
		}
	}
}

func sortedOnce(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

func newRow(k kindOfRow, entities []directory.EntityKey) Row {
	r := Row{
		Level: k.level, From: k.from, Entities: entities, Gained: k.gained, Lost: k.lost,
		RolesGained: split(k.rolesGained), RolesLost: split(k.rolesLost), Parts: []Part{{Entities: entities}},
	}
	if k.whole {
		r.Marks = append(r.Marks, Mark{Kind: MarkSuperadmin})
	}
	if k.admin {
		r.Marks = append(r.Marks, Mark{Kind: MarkAdmin})
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

// sort puts the weightiest rows and blocks first: escalations, then what is now, then what touches most.
func (p *Plan) sort() {
	order := make([]int, len(p.Rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return weightier(&p.Rows[a], &p.Rows[b]) })
	rows, place := make([]Row, len(order)), make([]int, len(order))
	for to, from := range order {
		rows[to], place[from] = p.Rows[from], to
	}
	p.Rows = rows
	for i := range p.Blocks {
		b := &p.Blocks[i]
		for j := range b.Rows {
			b.Rows[j] = place[b.Rows[j]]
		}
		slices.Sort(b.Rows)
		b.Marks = rows[b.Rows[0]].Marks
	}
	slices.SortStableFunc(p.Blocks, func(a, b Block) int { return weightier(&a.Row, &b.Row) })
}

func weightier(a, b *Row) int {
	return cmp.Or(
		cmp.Compare(weight(a), weight(b)),
		a.From.Compare(b.From),
		cmp.Compare(b.Grants(), a.Grants()),
		cmp.Compare(a.Level, b.Level),
		slices.CompareFunc(a.Entities, b.Entities, directory.EntityKey.Compare),
		slices.Compare(a.People, b.People),
	)
}

// weight is the place of a row's weightiest mark; rows without one come last.
func weight(r *Row) int {
	if len(r.Marks) == 0 {
		return len(marksInOrder)
	}
	return slices.Index(marksInOrder, r.Marks[0].Kind)
}
