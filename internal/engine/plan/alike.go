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

// likenesses, from the closest on: the name of the entity itself, as in algebra-exam-board; the same last word; the same last
// word, or a number in its place; the same first word.
var likenesses = []likeness{byEntity, byEnd, byNumber, byBeginning}

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

// byNumber is byEnd, and of a name that ends in a number (algebra-2026) nothing is left but that.
func byNumber(name string, r *Row) string {
	if i := strings.LastIndex(name, "-"); i >= 0 && !strings.ContainsFunc(name[i:], unicode.IsLetter) {
		return "*"
	}
	return byEnd(name, r)
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
// otherwise into one block. What is alike in many is looked for first, and by any likeness: algebra-2025, algebra-2026 and
// analysis-2026 are one block before each subject is one of its own.
func (p *Plan) alike(list []exact) ([]Row, []Block) {
	g := grouping{Plan: p, list: list}
	for i := range list {
		g.alone = append(g.alone, i)
	}
	for _, like := range likenesses {
		g.take(like, func(_ []int, joined []Row) bool { return len(joined) > MostApart })
	}
	for _, like := range likenesses {
		g.take(like, func(members []int, _ []Row) bool { return len(members) > 1 })
	}
	g.take(byEntity, func([]int, []Row) bool { return true })
	return g.rows, g.blocks
}

// grouping is rows that are being put together.
type grouping struct {
	*Plan
	list []exact
	// alone are those of the list that are in none of the rows and blocks yet.
	alone  []int
	rows   []Row
	blocks []Block
}

// take takes from those that are alone the clusters that are wanted, of what is alike.
func (g *grouping) take(like likeness, wanted func(members []int, joined []Row) bool) {
	var order []string
	clusters := map[string][]int{}
	for _, i := range g.alone {
		key := fmt.Sprintf("%+v", g.list[i].kind)
		for _, part := range g.list[i].Parts {
			key += g.shapes(part.Causes, &g.list[i].Row, like)
			for _, also := range part.Also {
				key += " also " + g.shapes(also, &g.list[i].Row, like)
			}
		}
		if clusters[key] == nil {
			order = append(order, key)
		}
		clusters[key] = append(clusters[key], i)
	}
	g.alone = nil
	for _, key := range order {
		members := clusters[key]
		if joined := g.joined(g.list, members, like); wanted(members, joined) {
			g.add(joined, like)
		} else {
			g.alone = append(g.alone, members...)
		}
	}
}

// add adds rows of which the causes are alike: one block where they are many.
func (g *grouping) add(joined []Row, like likeness) {
	first := len(g.rows)
	g.rows = append(g.rows, joined...)
	if len(joined) <= MostApart {
		for i := range joined {
			g.blocks = append(g.blocks, Block{joined[i], []int{first + i}})
		}
		return
	}
	b := Block{Row: g.join(joined, like)}
	for i := range joined {
		b.Rows = append(b.Rows, first+i)
	}
	g.blocks = append(g.blocks, b)
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
