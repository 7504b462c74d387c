package plan

import (
	"fmt"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/script"
)

// TestTermMoved is worked case 2: 80 bindings, at as many courses, follow a term that is moved by a week, and the plan has one cause and
// one block for each of the two moments at which that makes a difference.
func TestTermMoved(t *testing.T) {
	t.Parallel()
	var world strings.Builder
	world.WriteString("in staff during autumn: gus\nbind @staff course-author at course/c0\n")
	for i := range 80 {
		fmt.Fprintf(&world, "course/c%[1]d\nbind p%[1]d course-student at course/c%[1]d during autumn\n", i)
	}
	before := run(t, "term autumn 2027-01-04 2027-03-31\n"+world.String())
	p := between(before, run(t, "term autumn 2027-01-04 2027-03-24\n"+world.String()), script.Beginning)
	if len(p.Edits) != 1 {
		t.Fatalf("%d edits", len(p.Edits))
	}
	if p.Later.People != 81 || p.Counts.People != 0 || p.Later.Entities != 80 {
		t.Errorf("later: %+v, now: %+v", p.Later, p.Counts)
	}
	blocks := 0
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if got := p.Edits[b.Causes[0]]; len(b.Causes) != 1 || got.Field != "spec.lastDay" || got.Value != "2027-03-31 -> 2027-03-24" {
			t.Errorf("caused by %+v", got)
		}
		if b.RolesLost[0] == "course-student" {
			blocks++
			if len(b.People) != 80 || len(b.Entities) != 80 {
				t.Errorf("a block of %d people at %d entities", len(b.People), len(b.Entities))
			}
		}
	}
	if blocks != 1 || len(p.Blocks) != 2 { // and one for the author
		t.Errorf("%d blocks of students, %d in all", blocks, len(p.Blocks))
	}
}

// Gone, nothing counts that names the term.
func TestTermDeleted(t *testing.T) {
	t.Parallel()
	const world = `
		course/algebra
		term autumn 2026-10-01 2027-03-31
		bind ada course-student at course/algebra during autumn
		in learners: bob
		in learners during autumn: cy
		bind @learners course-student at course/algebra
		term break 2027-02-01 2027-02-07
		in learners during break: bob:removed`
	p := between(run(t, world), run(t, world+"\ndelete term autumn\ndelete term break"), script.Beginning)
	want := []string{
		"ada,cy at algebra: +0 -3 [] because autumn deleted",
		"bob at algebra: +0 -3 [] because break deleted",
		"learners loses 2 of 2, 2 of them access",
	}
	if got := told(p); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
