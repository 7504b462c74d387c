package plan

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// counts are of people and entities, once each.
type counts struct {
	people, gaining, losing map[string]bool
	entities                map[directory.EntityKey]bool
	gained, lost            int
	sensitiveGained         int
	sensitiveLost           int
}

func newCounts() *counts {
	return &counts{people: map[string]bool{}, gaining: map[string]bool{}, losing: map[string]bool{}, entities: map[directory.EntityKey]bool{}}
}

func (t *counts) add(d *difference) {
	sensitive := d.at.Level.Sensitive()
	t.people[d.who], t.entities[d.at] = true, true
	if d.gained != 0 {
		t.gaining[d.who] = true
	}
	if d.lost != 0 {
		t.losing[d.who] = true
	}
	t.gained += d.gained.Len()
	t.lost += d.lost.Len()
	t.sensitiveGained += (d.gained & sensitive).Len()
	t.sensitiveLost += (d.lost & sensitive).Len()
}

// count fills in the numbers.
func (p *Plan) count() {
	p.Counts = p.counted(func(d *difference) bool { return d.from.IsZero() })
	p.Later = p.counted(func(d *difference) bool { return !d.from.IsZero() })
	days := map[time.Time]bool{}
	for i := range p.differences {
		if d := &p.differences[i]; !d.from.IsZero() {
			days[day(d.from)] = true
		}
	}
	for on := range days {
		p.Days = append(p.Days, DayCounts{on, p.counted(func(d *difference) bool { return !d.from.IsZero() && day(d.from).Equal(on) })})
	}
	slices.SortFunc(p.Days, func(a, b DayCounts) int { return a.Day.Compare(b.Day) })
	gaining, losing := map[string]bool{}, map[string]bool{}
	for i := range p.differences {
		d := &p.differences[i]
		if !d.from.IsZero() {
			continue
		}
		gaining[d.who] = gaining[d.who] || d.before == 0
		losing[d.who] = losing[d.who] || d.after == 0
	}
	for who, some := range gaining {
		if some && p.without(p.Before, who) {
			p.Counts.NewPeople = append(p.Counts.NewPeople, who)
		}
	}
	for who, some := range losing {
		if some && p.without(p.After, who) {
			p.Counts.GonePeople = append(p.Counts.GonePeople, who)
		}
	}
	slices.Sort(p.Counts.NewPeople)
	slices.Sort(p.Counts.GonePeople)
}

// without says whether somebody has no access anywhere.
func (p *Plan) without(s *directory.Snapshot, who string) bool {
	return !slices.ContainsFunc(s.AccessOf(who, p.Now), func(a directory.Access) bool { return a.Effective != 0 })
}

// CountsFrom are the numbers of what the clock brings about from a moment on.
func (p *Plan) CountsFrom(moment time.Time) Counts {
	return p.counted(func(d *difference) bool { return !d.from.IsZero() && !d.from.Before(moment) })
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func (p *Plan) counted(which func(*difference) bool) Counts {
	all := newCounts()
	var levels [catalogue.LevelCount]*counts
	for i := range p.differences {
		d := &p.differences[i]
		if !which(d) {
			continue
		}
		if levels[d.at.Level] == nil {
			levels[d.at.Level] = newCounts()
		}
		levels[d.at.Level].add(d)
		all.add(d)
	}
	out := Counts{
		People: len(all.people), Gaining: len(all.gaining), Losing: len(all.losing), Entities: len(all.entities),
		Gained: all.gained, Lost: all.lost, SensitiveGained: all.sensitiveGained, SensitiveLost: all.sensitiveLost,
	}
	for l, t := range levels {
		if t != nil {
			out.Levels = append(out.Levels, LevelCounts{
				Level: catalogue.Level(l), People: len(t.people), Entities: len(t.entities),
				Gained: t.gained, Lost: t.lost, SensitiveGained: t.sensitiveGained, SensitiveLost: t.sensitiveLost,
			})
		}
	}
	return out
}

// GrantsLost counts the pairs of a person and an entity of which nothing is left, now or later.
func (p *Plan) GrantsLost() int {
	type pair struct {
		who string
		at  directory.EntityKey
	}
	lost := map[pair]bool{}
	for i := range p.differences {
		if d := &p.differences[i]; d.lost != 0 && d.after == 0 {
			lost[pair{d.who, d.at}] = true
		}
	}
	return len(lost)
}

// GrantsBefore counts the people who had some access, and the pairs of a person
// and an entity. It looks at everybody.
func (p *Plan) GrantsBefore() (people, grants int) {
	for _, who := range p.Before.People() {
		n := 0
		for _, a := range p.Before.AccessOf(who, p.Now) {
			if a.Effective != 0 {
				n++
			}
		}
		grants += n
		if n > 0 {
			people++
		}
	}
	return people, grants
}
