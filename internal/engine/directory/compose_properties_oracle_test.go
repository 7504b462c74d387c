package directory_test

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// uncomposed are the records with no group made of others.
func uncomposed(records []directory.Record) []directory.Record {
	out := slices.Clone(records)
	for i, r := range out {
		if g, ok := r.(*directory.Group); ok {
			c := *g
			c.Compose = directory.Compose{}
			out[i] = &c
		}
	}
	return out
}

type membership struct {
	who string
	in  directory.Key
}

// membershipsOf is who is a member of what.
func membershipsOf(s *directory.Snapshot) map[membership]bool {
	out := map[membership]bool{}
	for _, k := range s.Groups() {
		for _, m := range s.Members(k, worlds.Now) {
			out[membership{m.Person, k}] = true
		}
	}
	return out
}

// moreThan says who is a member of something in one world and not in another.
func moreThan(a, b map[membership]bool) string {
	for m := range a {
		if !b[m] {
			return fmt.Sprintf("%s is a member of %s", m.who, m.in)
		}
	}
	return ""
}

// brokenNames are the names in compose that are missing, and those that close circles.
func brokenNames(s *directory.Snapshot) (missing, circular []directory.Reference, of map[directory.Reference][]directory.Key) {
	of = map[directory.Reference][]directory.Key{}
	for _, k := range s.Groups() {
		for _, r := range s.Group(k, worlds.Now).References {
			switch r.State {
			case directory.ReferenceMissing:
				missing = append(missing, r)
			case directory.ReferenceOnCircle:
				circular = append(circular, r)
				of[r] = append(of[r], k)
			}
		}
	}
	return missing, circular, of
}

// mendCircles takes names that close circles out of compose, all or some of them.
func mendCircles(d worlds.Dice, records []directory.Record) []directory.Record {
	for {
		_, circular, of := brokenNames(directory.Build(records...))
		if len(circular) == 0 || d.In(5) {
			return records
		}
		r := worlds.Pick(d, circular)
		g, _ := directory.Build(records...).Record(worlds.Pick(d, of[r]).GroupID())
		c := *g.(*directory.Group)
		list := map[directory.ComposeList]*[]string{
			directory.ComposeInclude: &c.Compose.Include, directory.ComposeRequire: &c.Compose.Require, directory.ComposeExclude: &c.Compose.Exclude,
		}[r.List]
		*list = slices.DeleteFunc(slices.Clone(*list), func(name string) bool { return name == r.Name.Name })
		records = oracle.After(records, oracle.Set(&c))
	}
}

// mendMissing declares groups that compose names and that there are not: anew, below and above nothing, and so that
// no circle comes of it.
func mendMissing(d worlds.Dice, records []directory.Record) []directory.Record {
	m := worlds.NewMutator(d)
	missing, circular, _ := brokenNames(directory.Build(records...))
	for _, r := range missing {
		asParent := func(o directory.Record) bool {
			g, ok := o.(*directory.Group)
			return ok && g.Parent == r.Name
		}
		if d.In(5) || slices.ContainsFunc(records, asParent) {
			continue
		}
		g := m.NewGroup(r.Name)
		g.Parent = directory.Key{}
		with := oracle.After(records, oracle.Set(g))
		if _, now, _ := brokenNames(directory.Build(with...)); len(now) > len(circular) {
			g.Compose = directory.Compose{}
			with = oracle.After(records, oracle.Set(g))
		}
		records = with
	}
	return records
}

// mendingPutsNobodyOut is that nobody is a member as long as a name is missing or on a circle who would not be one once
// that is mended: what gives waits for what it names, and what restricts does not.
func mendingPutsNobodyOut(d worlds.Dice, records []directory.Record) string {
	for range 3 {
		mended := mendMissing(d, mendCircles(d, records))
		if diff := moreThan(membershipsOf(directory.Build(records...)), membershipsOf(directory.Build(mended...))); diff != "" {
			return diff + ", and no longer once the world is mended to\n" + worlds.Dump(mended)
		}
	}
	return ""
}

// whatGoesLetsNobodyIn takes a group away that others name in compose, and that stands alone in the trees.
func whatGoesLetsNobodyIn(_ worlds.Dice, records []directory.Record) string {
	s := directory.Build(records...)
	before := membershipsOf(s)
	for _, k := range s.Groups() {
		if f := s.Group(k, worlds.Now); len(f.Subgroups) > 0 || len(f.Path) > 1 || len(f.Cycle) > 0 || f.Circle != nil || looksInCircles(s) {
			continue
		}
		after := membershipsOf(directory.Build(oracle.After(records, oracle.Drop(k.GroupID()))...))
		if diff := moreThan(after, before); diff != "" {
			return diff + " once there is no " + k.String()
		}
	}
	return ""
}

// looksInCircles says that there are circles, which may go with a group.
func looksInCircles(s *directory.Snapshot) bool {
	_, circular, _ := brokenNames(s)
	return len(circular) > 0
}

// deniesReachThroughCircles is that a deny of a group on a circle, or of one that hangs on it, concerns everybody whom it
// would once the circle is broken.
func deniesReachThroughCircles(d worlds.Dice, records []directory.Record) string {
	s := directory.Build(records...)
	mended := directory.Build(mendCircles(d, records)...)
	for _, k := range s.Groups() {
		deny := &directory.SystemDeny{Name: "added", Permissions: []string{"*"}, Subjects: []directory.Subject{directory.GroupSubject(k)}}
		was, _ := s.With(directory.Upsert(deny))
		is, _ := mended.With(directory.Upsert(deny))
		for _, who := range s.People() {
			if is.Denied("added", who, worlds.Now) && !was.Denied("added", who, worlds.Now) {
				return fmt.Sprintf("%s is denied what is denied to %s only once circles are broken", who, k)
			}
		}
	}
	return ""
}
