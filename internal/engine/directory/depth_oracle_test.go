package directory_test

import (
	"fmt"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/worlds"
)

// TestDepthHasNoLimit builds a chain of 5,000 groups with somebody declared in
// the lowest one and a course bound to the topmost (R12, R13), and then blocks,
// cuts and closes the chain.
func TestDepthHasNoLimit(t *testing.T) {
	const depth = 5000
	course := directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "algebra"}
	at := directory.LocalEntity{Level: course.Level, Name: course.Name}
	key := func(i int) directory.Key { return directory.Key{Namespace: "acme", Name: fmt.Sprintf("g%04d", i)} }
	group := func(i int) *directory.Group {
		g := &directory.Group{Key: key(i)}
		if i > 0 {
			g.Parent = key(i - 1)
		}
		return g
	}
	lowest := group(depth - 1)
	lowest.Members = []directory.Member{{Name: "alice"}}
	records := []directory.Change{
		directory.Upsert(&directory.Entity{Key: course}),
		directory.Upsert(lowest),
		directory.Upsert(&directory.RoleBinding{
			Key: directory.Key{Namespace: "acme", Name: "b"}, Entity: at, Role: directory.RoleRef{Name: "course-student"},
			Subjects: []directory.Subject{directory.GroupSubject(key(0))},
		}),
	}
	for i := range depth - 1 {
		records = append(records, directory.Upsert(group(i)))
	}
	d := directory.New()
	check := func(what string, can bool, groups int) {
		t.Helper()
		s := d.Snapshot()
		view, _ := catalogue.Course.Permission("view_course")
		if got := s.Can("alice", view, course, worlds.Now); got != can {
			t.Errorf("%s: can view %v", what, got)
		}
		if got := len(s.Person("alice", worlds.Now).Groups); got != groups {
			t.Errorf("%s: in %d groups, want %d", what, got, groups)
		}
		if got := len(s.Members(key(0), worlds.Now)); got != map[bool]int{true: 1}[can] {
			t.Errorf("%s: %d members at the top", what, got)
		}
	}
	d.Apply(records...)
	check("the chain", true, depth)
	if x := d.Snapshot().Explain("alice", course, worlds.Now); len(x.Grants) != 1 || len(x.Grants[0].Path.Groups) != depth {
		t.Errorf("the explanation has %d grants and not one by way of all groups", len(x.Grants))
	}

	middle := group(depth / 2)
	middle.Members = []directory.Member{{Name: "alice", State: directory.MemberRemoved}}
	d.Apply(directory.Upsert(middle))
	check("removed in the middle", true, depth/2)
	d.Apply(directory.Delete(middle.ID()))
	check("the middle is gone", false, depth-depth/2-1)
	d.Apply(directory.Upsert(group(depth / 2)))
	check("the middle is back", true, depth)

	top := group(0)
	top.Parent = lowest.Key
	d.Apply(directory.Upsert(top))
	check("a cycle of all", false, 1)
	if got := len(d.Snapshot().Group(key(7), worlds.Now).Cycle); got != depth {
		t.Errorf("the cycle has %d groups", got)
	}
	d.Apply(directory.Upsert(group(0)))
	check("no cycle any more", true, depth)
}
