package whocan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Everywhere is who has which of some permissions at which entities, grouped.
type Everywhere struct {
	// People are those who have any of them anywhere, by name.
	People []string
	// Entities is at how many entities somebody has any of them, and Asked at how many that was asked.
	Entities, Asked int
	// Holdings are sorted by level, those with the most permissions first, and by roles.
	Holdings []Holding
}

// Holding is what is held through the same roles: the same permissions of one level, by people at entities.
type Holding struct {
	Level       catalogue.Level
	Permissions catalogue.Set
	// Roles are those that give any of the permissions; none where a PermissionOverride does.
	Roles      []string
	Customised bool
	// Until is when the end of what is in force next takes something of it away; zero where nothing ends.
	Until time.Time
	// Blocks are who has it where: everybody of a block at every entity of it, and nobody twice at one entity. They are as few as
	// there are either people with the same entities or entities with the same people.
	Blocks []Block
	// People and Entities are all of the blocks, each once.
	People   []string
	Entities []directory.EntityKey
	// Least and Most are at how few and how many of the entities one of the people has it.
	Least, Most int
}

// Block is people and entities: each of the people at each of the entities.
type Block struct {
	People   []string
	Entities []directory.EntityKey
}

// Wanted are the permissions that are asked about: a set for each level.
type Wanted [catalogue.LevelCount]catalogue.Set

// Sensitive are all sensitive permissions.
func Sensitive() Wanted {
	var out Wanted
	for _, l := range catalogue.Levels() {
		out[l] = l.Sensitive()
	}
	return out
}

// Named is a permission at every level that has one of the name; ok is false where none has.
func Named(id string) (out Wanted, ok bool) {
	for _, l := range catalogue.Levels() {
		if p, found := l.Permission(id); found {
			out[l], ok = p.Set(), true
		}
	}
	return out, ok
}

// AskAt asks who has which of some permissions at entities.
func AskAt(s *directory.Snapshot, want Wanted, at []directory.EntityKey, now time.Time) *Everywhere {
	g := gathering{at: map[string]*held{}}
	out := &Everywhere{}
	people := map[string]bool{}
	for _, e := range at {
		if want[e.Level] == 0 {
			continue
		}
		out.Asked++
		found := false
		for _, r := range s.WhoHas(e, now) {
			if set := r.Access.Effective & want[e.Level]; set != 0 {
				g.add(&r, set)
				people[r.Person], found = true, true
			}
		}
		if found {
			out.Entities++
		}
		g.close(e)
	}
	for name := range people {
		out.People = append(out.People, name)
	}
	slices.Sort(out.People)
	out.Holdings = g.holdings()
	return out
}

// gathering gathers holdings, entity by entity. Of each it keeps entities with the same people once: where one group is bound at
// a thousand courses, its members are kept once and not a thousand times.
type gathering struct {
	at map[string]*held
	// here are those of the entity that is looked at.
	here []*held
}

type held struct {
	Holding
	here    []string       // people at the entity that is looked at
	classes map[string]int // into Blocks, by people
}

// add adds somebody at the entity that is looked at.
func (g *gathering) add(r *directory.Reached, set catalogue.Set) {
	level := r.Access.Entity.Level
	var roles []string
	if !r.Access.Overridden {
		for _, h := range r.Access.Roles {
			if !h.Withheld && h.Permissions&set != 0 {
				roles = append(roles, h.Role.Name)
			}
		}
	}
	key := level.Word() + "/" + strings.Join(roles, ",") + "/" + strings.Join(set.IDs(level), ",") + "/" +
		strconv.FormatInt(r.Access.Until.Unix(), 10)
	h := g.at[key]
	if h == nil {
		h = &held{Holding: Holding{Level: level, Permissions: set, Roles: roles, Customised: r.Access.Overridden, Until: r.Access.Until},
			classes: map[string]int{}}
		g.at[key] = h
	}
	if h.here == nil {
		g.here = append(g.here, h)
	}
	h.here = append(h.here, r.Person)
}

// close ends with an entity.
func (g *gathering) close(e directory.EntityKey) {
	for _, h := range g.here {
		same := strings.Join(h.here, "\n") // people come by name
		i, known := h.classes[same]
		if !known {
			i = len(h.Blocks)
			h.classes[same] = i
			h.Blocks = append(h.Blocks, Block{People: h.here})
		}
		h.Blocks[i].Entities = append(h.Blocks[i].Entities, e)
		h.here = nil
	}
	g.here = g.here[:0]
}

func (g *gathering) holdings() []Holding {
	out := make([]Holding, 0, len(g.at))
	for _, h := range g.at {
		h.finish()
		out = append(out, h.Holding)
	}
	slices.SortFunc(out, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), -cmp.Compare(a.Permissions.Len(), b.Permissions.Len()),
			slices.Compare(a.Roles, b.Roles), slices.Compare(a.Permissions.IDs(a.Level), b.Permissions.IDs(b.Level)),
			a.Until.Compare(b.Until))
	})
	return out
}

// finish counts, and makes the blocks as few as they may be.
func (h *Holding) finish() {
	blocksOf := map[string][]int{} // of each person
	for i, b := range h.Blocks {
		h.Entities = append(h.Entities, b.Entities...)
		for _, who := range b.People {
			blocksOf[who] = append(blocksOf[who], i)
		}
	}
	slices.SortFunc(h.Entities, directory.EntityKey.Compare)
	for who, in := range blocksOf {
		h.People = append(h.People, who)
		n := 0
		for _, i := range in {
			n += len(h.Blocks[i].Entities)
		}
		if h.Least == 0 || n < h.Least {
			h.Least = n
		}
		h.Most = max(h.Most, n)
	}
	slices.Sort(h.People)
	if byPeople := h.byPeople(blocksOf); len(byPeople) < len(h.Blocks) {
		h.Blocks = byPeople
	}
	for i := range h.Blocks {
		slices.SortFunc(h.Blocks[i].Entities, directory.EntityKey.Compare)
	}
	slices.SortStableFunc(h.Blocks, func(a, b Block) int {
		return cmp.Or(-cmp.Compare(len(a.Entities), len(b.Entities)), -cmp.Compare(len(a.People), len(b.People)),
			strings.Compare(a.People[0], b.People[0]), a.Entities[0].Compare(b.Entities[0]))
	})
}

// byPeople are the blocks of people who have the same entities.
func (h *Holding) byPeople(blocksOf map[string][]int) []Block {
	var out []Block
	classes := map[string]int{}
	for _, who := range h.People {
		var key strings.Builder
		for _, i := range blocksOf[who] {
			key.WriteString(h.Blocks[i].Entities[0].String() + "\n") // each entity is in one block
		}
		i, known := classes[key.String()]
		if !known {
			i = len(out)
			classes[key.String()] = i
			var all []directory.EntityKey
			for _, b := range blocksOf[who] {
				all = append(all, h.Blocks[b].Entities...)
			}
			out = append(out, Block{Entities: all})
		}
		out[i].People = append(out[i].People, who)
	}
	return out
}

// EverywhereData is the output of "who-can" without an entity, and with --sensitive.
type EverywhereData struct {
	// Permission is what was asked about; it is left out where that were all sensitive ones.
	Permission string `json:"permission,omitempty"`
	Sensitive  bool   `json:"sensitive,omitempty"`
	// People and Entities count, each once.
	People   int           `json:"people"`
	Entities int           `json:"entities"`
	Holdings []HoldingData `json:"holdings"`
}

// HoldingData is who has the same permissions through the same roles, and where.
type HoldingData struct {
	Level       string      `json:"level"`
	Permissions []string    `json:"permissions"`
	Roles       []string    `json:"roles"`
	Customised  bool        `json:"customised,omitempty"`
	Until       *time.Time  `json:"until,omitempty"`
	People      int         `json:"people"`
	Entities    int         `json:"entities"`
	Blocks      []BlockData `json:"blocks"`
}

// BlockData is people and entities: each of the people at each of the entities.
type BlockData struct {
	People   []string      `json:"people"`
	Entities []cite.Entity `json:"entities"`
}

// Data is the answer for JSON and YAML.
func (a *Everywhere) Data(permission string) EverywhereData {
	out := EverywhereData{Permission: permission, Sensitive: permission == "", People: len(a.People), Entities: a.Entities,
		Holdings: []HoldingData{}}
	for _, h := range a.Holdings {
		d := HoldingData{Level: h.Level.String(), Permissions: h.Permissions.IDs(h.Level), Roles: append([]string{}, h.Roles...),
			Customised: h.Customised, People: len(h.People), Entities: len(h.Entities)}
		if !h.Until.IsZero() {
			d.Until = &h.Until
		}
		for _, b := range h.Blocks {
			block := BlockData{People: b.People}
			for _, e := range b.Entities {
				block.Entities = append(block.Entities, cite.EntityOf(e))
			}
			d.Blocks = append(d.Blocks, block)
		}
		out.Holdings = append(out.Holdings, d)
	}
	return out
}
