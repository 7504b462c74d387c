package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"provost.dev/provost/internal/engine/directory"
)

// MostApart is how many rows that are alike but concern different people still stand by themselves.
const MostApart = 3

// likeness is how a cause's name is compared with those of other rows: what stands for the same part of each
// is written "*".
type likeness func(name string, r *Row) string

// likenesses, from the closest on: the name of the entity itself, as in algebra-exam-board; the same last word; the same first word.
var likenesses = []likeness{byEntity, byEnd, byBeginning}

// byEntity writes "*" wherever a name has the words with which the row's only entity begins.
func byEntity(name string, r *Row) string {
	if len(r.Entities) != 1 {
		return name
	}
	entity, words := strings.Split(r.Entities[0].Name, "-"), strings.Split(name, "-")
	for n := min(len(entity), len(words)); n > 0; n-- {
		found := false
		for at := 0; at+n <= len(words); at++ {
			if slices.Equal(words[at:at+n], entity[:n]) {
				words = slices.Replace(words, at, at+n, "*")
				found = true
			}
		}
		if found {
			return strings.Join(words, "-")
		}
	}
	return name
}

func byEnd(name string, _ *Row) string {
	i := strings.LastIndex(name, "-")
	if i < 0 || !strings.ContainsFunc(name[i:], unicode.IsLetter) {
		return name
	}
	return "*" + name[i:]
}

func byBeginning(name string, _ *Row) string {
	i := strings.Index(name, "-")
	if i < 0 {
		return name
	}
	return name[:i+1] + "*"
}

// shape is what an edit has in common with those that are like it.
func (p *Plan) shape(e int, r *Row, like likeness) string {
	edit := &p.Edits[e]
	out := fmt.Sprintf("%s %s %t ", edit.ID.Kind, edit.Class, edit.Gone)
	if edit.ID.Kind != directory.KindPerson {
		out += edit.ID.Namespace + "/" + like(edit.ID.Name, r)
	}
	if edit.Person == "" {
		words := strings.FieldsFunc(edit.Value, func(r rune) bool { return r == ' ' || r == '/' })
		for _, w := range words {
			out += " " + like(w, r)
		}
	}
	return out
}

func (p *Plan) shapes(edits []int, r *Row, like likeness) string {
	var out []string
	for _, e := range edits {
		out = append(out, p.shape(e, r, like))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// alike puts rows together of which the causes are alike: into one row where they concern the same people, and
// otherwise into one block.
func (p *Plan) alike(list []exact) ([]Row, []Block) {
	var rows []Row
	var blocks []Block
	alone := make([]int, len(list))
	for i := range alone {
		alone[i] = i
	}
	add := func(members []int, like likeness) {
		joined := p.joined(list, members, like)
		first := len(rows)
		rows = append(rows, joined...)
		if len(joined) <= MostApart {
			for i := range joined {
				blocks = append(blocks, Block{joined[i], []int{first + i}})
			}
			return
		}
		b := Block{Row: p.join(joined, like)}
		for i := range joined {
			b.Rows = append(b.Rows, first+i)
		}
		blocks = append(blocks, b)
	}
	for _, like := range likenesses {
		var order []string
		clusters := map[string][]int{}
		for _, i := range alone {
			key := fmt.Sprintf("%+v", list[i].kind)
			for _, part := range list[i].Parts {
				key += p.shapes(part.Causes, &list[i].Row, like)
				for _, also := range part.Also {
					key += " also " + p.shapes(also, &list[i].Row, like)
				}
			}
			if clusters[key] == nil {
				order = append(order, key)
			}
			clusters[key] = append(clusters[key], i)
		}
		alone = nil
		for _, key := range order {
			if members := clusters[key]; len(members) == 1 {
				alone = append(alone, members[0])
			} else {
				add(members, like)
			}
		}
	}
	for _, i := range alone {
		add([]int{i}, likenesses[0])
	}
	return rows, blocks
}

// joined are the rows of a cluster, those of the same people as one.
func (p *Plan) joined(list []exact, members []int, like likeness) []Row {
	var order []string
	of := map[string][]Row{}
	for _, i := range members {
		people := strings.Join(list[i].People, " ")
		if of[people] == nil {
			order = append(order, people)
		}
		of[people] = append(of[people], list[i].Row)
	}
	out := make([]Row, len(order))
	for i, people := range order {
		out[i] = p.join(of[people], like)
	}
	return out
}

// join is rows as one, with what is alike in their causes.
func (p *Plan) join(rows []Row, like likeness) Row {
	out := rows[0]
	out.People, out.Entities, out.Parts = nil, nil, nil
	for i := range rows {
		out.People = append(out.People, rows[i].People...)
		out.Entities = append(out.Entities, rows[i].Entities...)
		out.Parts = append(out.Parts, rows[i].Parts...)
	}
	slices.Sort(out.People)
	out.People = slices.Compact(out.People)
	slices.SortFunc(out.Entities, directory.EntityKey.Compare)
	out.Entities = slices.Compact(out.Entities)
	out.Causes, out.Alike = p.gathered(out.Parts, like, func(part *Part) []int { return part.Causes })
	out.Also, out.AlsoAlike = nil, nil
	for i := range out.Parts[0].Also { // as many as of the others: the rows are alike
		edits, alike := p.gathered(out.Parts, like, func(part *Part) []int { return part.Also[i] })
		out.Also, out.AlsoAlike = append(out.Also, edits), append(out.AlsoAlike, alike)
	}
	return out
}

// gathered are edits of several parts, and the same by what they have in common.
func (p *Plan) gathered(parts []Part, like likeness, of func(*Part) []int) (edits []int, alike [][]int) {
	var order []string
	by := map[string][]int{}
	for i := range parts {
		at := Row{Entities: parts[i].Entities}
		for _, e := range of(&parts[i]) {
			edits = append(edits, e)
			shape := p.shape(e, &at, like)
			if by[shape] == nil {
				order = append(order, shape)
			}
			by[shape] = append(by[shape], e)
		}
	}
	for _, shape := range order {
		alike = append(alike, sortedOnce(by[shape]))
	}
	return sortedOnce(edits), alike
}
