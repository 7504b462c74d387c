package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Where nobody says anything, the default guard holds: here a folder is renamed, and with it goes everything below --path.
func TestPlanGuardByDefault(t *testing.T) {
	p := newPlanned(t)
	groups := planGroup("learners", "", names("s", 60)...)
	courses := manyCourses(1, "course-student", "learners")
	p.commit("one", map[string]string{"org/groups.yaml": groups, "org/courses.yaml": courses})
	p.commit("rename the folder", map[string]string{"org/groups.yaml": "", "org/courses.yaml": "",
		"organisations/groups.yaml": groups, "organisations/courses.yaml": courses})
	out := p.plan(ExitHeldBack, "HEAD~1", "HEAD", "--path", "org")
	if !strings.Contains(out, "60 of 60 people who have access lose all of it (100%), and at most 20% may") {
		t.Errorf("the plan is\n%s", out)
	}
	p.plan(ExitNo, "HEAD~1", "HEAD", "--path", "org", "--max-removals", "100")
	p.plan(ExitYes, "HEAD~1", "HEAD")
}

// However much guards find, one line with one number lets it through, in every form.
func TestPlanOneTrailer(t *testing.T) {
	p := newPlanned(t)
	files := func(keep int) map[string]string {
		out := map[string]string{"courses.yaml": manyCourses(2, "course-student", "cohort-a")}
		for _, name := range []string{"cohort-a", "cohort-b", "cohort-c"} {
			out[name+".yaml"] = planGroup(name, "", names(name, keep)...)
		}
		return out
	}
	p.commit("all", files(30))
	p.commit("clean up", files(2))
	for form, trailers := range map[string]int{"table": 1, "markdown": 1} {
		out := p.plan(ExitHeldBack, "HEAD~1", "HEAD", "-o", form)
		if n := strings.Count(out, "leave it (93%)"); n != 3 {
			t.Errorf("%s: %d groups are named:\n%s", form, n, out)
		}
		if n := strings.Count(out, "Provost-Allow-Removals: 56"); n != trailers || strings.Count(out, "Provost-Allow-") != trailers {
			t.Errorf("%s: there are %d trailers:\n%s", form, n, out)
		}
	}
	var data struct {
		Trailers []string
		Guards   []struct{ Trailer string }
	}
	if err := json.Unmarshal([]byte(p.plan(ExitHeldBack, "HEAD~1", "HEAD", "-o", "json")), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Trailers) != 1 || data.Trailers[0] != "Provost-Allow-Removals: 56" || len(data.Guards) < 4 {
		t.Errorf("the trailers are %q of %d guards", data.Trailers, len(data.Guards))
	}
	for _, g := range data.Guards {
		if g.Trailer != data.Trailers[0] {
			t.Errorf("one of them is told %q", g.Trailer)
		}
	}
	p.commit("meant\n\n"+data.Trailers[0], nil)
	p.plan(ExitNo, "HEAD~2", "HEAD")
}

// merge makes a merge commit of the current branch with another parent, with the tree that is there.
func (p *planned) merge(message string, other plumbing.Hash) {
	p.t.Helper()
	r, err := git.PlainOpen(p.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	head, err := r.Head()
	if err != nil {
		p.t.Fatal(err)
	}
	p.n++
	who := &object.Signature{Name: "Robin", Email: "robin@example.org", When: time.Unix(int64(p.n)*3600, 0).UTC()}
	options := &git.CommitOptions{Author: who, Committer: who, AllowEmptyCommits: true, Parents: []plumbing.Hash{head.Hash(), other}}
	if _, err := p.tree.Commit(message, options); err != nil {
		p.t.Fatal(err)
	}
}

// A trailer counts in any commit that HEAD reaches and BASE does not, through a merge too, and never in what BASE has already.
func TestPlanTrailerOfMerge(t *testing.T) {
	p := newPlanned(t)
	group := func(from int) map[string]string {
		return map[string]string{"groups.yaml": planGroup("cohort", "", names("p", 30)[from:]...)}
	}
	p.commit("all", map[string]string{"courses.yaml": manyCourses(1, "course-student", "cohort"), "groups.yaml": group(0)["groups.yaml"]})
	r, err := git.PlainOpen(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	checkout := func(branch string, create bool) {
		t.Helper()
		if err := p.tree.Checkout(&git.CheckoutOptions{Branch: plumbing.NewBranchReferenceName(branch), Create: create}); err != nil {
			t.Fatal(err)
		}
	}
	main, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	checkout("clean-up", true)
	p.commit("clean up\n\nProvost-Allow-Removals: 20\n", group(20))
	side, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	p.plan(ExitNo, main.Name().Short(), "clean-up")
	checkout(main.Name().Short(), false)
	p.commit("something else", map[string]string{"other.yaml": planGroup("other", "", "ada")})
	for name, text := range group(20) {
		p.commit("x", map[string]string{name: text})
	}
	// As a merge brings it: the content of the branch, in a commit with two parents.
	if err := p.tree.Reset(&git.ResetOptions{Commit: main.Hash(), Mode: git.SoftReset}); err != nil {
		t.Fatal(err)
	}
	p.merge("Merge the clean-up", side.Hash())
	p.plan(ExitNo, main.Hash().String(), "HEAD")

	// What was used does not count again.
	p.commit("back", group(0))
	p.commit("and away", group(20))
	p.plan(ExitHeldBack, "HEAD~1", "HEAD")
}
