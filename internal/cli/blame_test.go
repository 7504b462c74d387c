package cli

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/answers/blames"
)

// blamed is a repository in which erin comes into a group, is taken out, and comes back for a while.
func blamed(t *testing.T) *planned {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newPlanned(t)
	const course = "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: algebra, namespace: acme}\nspec: {}\n"
	p.commit("Begin", map[string]string{"a.yaml": documents(course, planGroup("tutors", "", "abe"),
		planBinding("tutors", "course-instructor", "Course", "algebra", "tutors"))})
	p.commit("Let erin tutor", map[string]string{"a.yaml": documents(course, planGroup("tutors", "", "abe", "erin"),
		planBinding("tutors", "course-instructor", "Course", "algebra", "tutors"))})
	p.commit("Add somebody else", map[string]string{"b.yaml": planGroup("others", "", "zoe")})
	p.commit("Let erin go", map[string]string{"a.yaml": documents(course, planGroup("tutors", "", "abe"),
		planBinding("tutors", "course-instructor", "Course", "algebra", "tutors"))})
	p.commit("Break something", map[string]string{"c.yaml": "kind: [\n"})
	p.commit("Mend it", map[string]string{"c.yaml": ""})
	return p
}

// blame runs "provost blame" and expects an exit code. Hashes are not told.
func (p *planned) ask(code int, args ...string) string {
	p.t.Helper()
	stdout, stderr, got := run(p.t, "", append(args, "--repo", p.dir)...)
	if got != code {
		p.t.Fatalf("%q: exit code %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout + stderr
}

// withoutHashes replaces what looks like an abbreviated hash.
func withoutHashes(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) })
	for _, w := range words {
		if len(w) == 12 {
			text = strings.ReplaceAll(text, w, "HASH")
		}
	}
	return text
}

func TestBlameText(t *testing.T) {
	p := blamed(t)
	for range 2 { // the second time from what was learnt
		got := withoutHashes(p.ask(ExitNo, "blame", "erin", "grade_submissions", "course/algebra"))
		want := `no: erin may not grade_submissions at acme/course/algebra, since 1970-01-01 04:00:00Z; nothing gives erin a role there

1970-01-01 04:00:00Z  taken by HASH  Robin <robin@example.org>  Let erin go
└─ Group acme/tutors: member removed erin   a.yaml:15

1970-01-01 02:00:00Z  given by HASH  Robin <robin@example.org>  Let erin tutor
└─ Group acme/tutors: member added erin   a.yaml:15
note: 1 commit could not be read and changed nothing; the first is HASH: c.yaml:1:1: this is not YAML: did not find expected node content
`
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	got := withoutHashes(p.ask(ExitYes, "blame", "abe", "grade_submissions", "acme/course/algebra"))
	want := `yes: abe may grade_submissions at acme/course/algebra, since 1970-01-01 01:00:00Z; course-instructor through RoleBinding acme/tutors

1970-01-01 01:00:00Z  given by HASH  Robin <robin@example.org>  Begin
├─ Course acme/algebra: new       a.yaml:1
├─ Group acme/tutors: new         a.yaml:6
└─ RoleBinding acme/tutors: new   a.yaml:16

abe
└─ Group acme/tutors            member     a.yaml:14
   └─ RoleBinding acme/tutors              a.yaml:28
      └─ course-instructor      gives it
note: 1 commit could not be read and changed nothing; the first is HASH: c.yaml:1:1: this is not YAML: did not find expected node content
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestBlameOthers(t *testing.T) {
	p := blamed(t)
	if got := p.ask(ExitNo, "blame", "--member", "erin", "tutors"); !strings.Contains(got,
		"no: erin is no member of Group acme/tutors, since 1970-01-01 04:00:00Z\n") {
		t.Error(got)
	}
	for _, name := range []string{"nobody", "erim"} { // of whom no commit is read, the second time from what was learnt
		for range 2 {
			got := p.ask(ExitNo, "blame", name, "grade_submissions", "course/algebra")
			if !strings.Contains(got, "and never before") || !strings.Contains(got, "names the person "+strconv.Quote(name)) {
				t.Error(got)
			}
		}
	}
	for _, tc := range []struct{ want, args string }{
		{"no commit of", "blame erin grade_submissions acme/course/geometry"},
		{"there is no course/algebro", "blame erin grade_submissions course/algebro"},
		{"did you mean", "blame erin grade_submission course/algebra"},
		{"--member takes a person and a group", "blame --member erin"},
		{"takes no -f", "blame erin grade_submissions course/algebra -f x"},
	} {
		if got := p.ask(ExitFailed, strings.Fields(tc.args)...); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s", tc.args, got)
		}
	}
	var data blames.Data
	stdout, _, _ := run(t, "", "blame", "erin", "grade_submissions", "course/algebra", "-o", "json", "--repo", p.dir)
	if err := json.Unmarshal([]byte(stdout), &data); err != nil || data.Holds || len(data.Turns) != 2 || len(data.Turns[1].Paths) != 1 ||
		data.Turns[1].Edits[0].Line != 15 || data.Turns[0].Commit.Subject != "Let erin go" {
		t.Errorf("%v: %s", err, stdout)
	}
}

// What the clock gave and took is where it stood then, and not where a later commit moved it.
func TestBlameClock(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newPlanned(t)
	binding := planObject("RoleBinding", "acme", "guest", "  roleRef: {name: course-instructor}\n  entityRef: {kind: Course, name: algebra}\n"+
		"  subjects: [{kind: Person, name: gus}]\n  notBefore: \"1970-01-01T01:30:00Z\"\n  notAfter: \"1970-01-01T03:30:00Z\"\n")
	p.commit("Begin", map[string]string{"c.yaml": planObject("Course", "acme", "algebra", "  displayName: Algebra\n"), "g.yaml": binding})
	p.commit("Justify", map[string]string{"g.yaml": "# Guests\n" + binding + "  justification: He knows\n"})
	p.commit("Add somebody", map[string]string{"z.yaml": planGroup("others", "", "zoe")})
	p.commit("Move it", map[string]string{"g.yaml": "", "h.yaml": "# Guests\n\n" + binding})
	got := withoutHashes(p.ask(ExitNo, "blame", "gus", "grade_submissions", "acme/course/algebra"))
	want := `no: gus may not grade_submissions at acme/course/algebra, since 1970-01-01 03:30:00Z; RoleBinding acme/guest ended at 1970-01-01 03:30:00Z

1970-01-01 03:30:00Z  taken by the clock
└─ the time of RoleBinding acme/guest   g.yaml:2

1970-01-01 01:30:00Z  given by the clock
└─ the time of RoleBinding acme/guest   g.yaml:1
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var data blames.Data
	stdout, _, _ := run(t, "", "blame", "gus", "grade_submissions", "acme/course/algebra", "-o", "json", "--repo", p.dir)
	if err := json.Unmarshal([]byte(stdout), &data); err != nil || data.Turns[1].Windows[0].File != "g.yaml" ||
		data.Turns[1].Paths[0].Source.Line != 9 {
		t.Errorf("%v: %s", err, stdout)
	}
}

// A commit says what its author likes, and commands no terminal.
func TestBlameHiddenCharacters(t *testing.T) {
	p := blamed(t)
	p.commit("Let\x1b[2J erin\u202e back", map[string]string{"b.yaml": planGroup("others", "", "zoe", "erin")})
	got := p.ask(ExitYes, "blame", "--member", "erin", "others")
	if strings.ContainsAny(got, "\x1b\u202e") || !strings.Contains(got, `Let\x1b[2J erin\u202e back`) {
		t.Errorf("%q", got)
	}
}

// TestAt asks what was so: by a date, which moves the clock as well, and by a revision.
func TestAt(t *testing.T) {
	p := blamed(t)
	for _, tc := range []struct {
		at   string
		code int
		want string
	}{
		{"1970-01-01T02:30:00Z", ExitYes, "yes"},
		{"1970-01-01 04:00", ExitNo, "no"},
		{"HEAD~4", ExitYes, "yes"},
		{"HEAD", ExitNo, "no"},
		{"2030-01-01", ExitNo, "no"},
		{"1969-12-31", ExitFailed, "is before the first commit, which is of 1970-01-01 01:00:00Z"},
		{"yesterday", ExitFailed, "--at yesterday is neither a date nor a revision"},
	} {
		if got := p.ask(tc.code, "can", "erin", "grade_submissions", "course/algebra", "--at", tc.at); !strings.Contains(got, tc.want) {
			t.Errorf("--at %s: %s", tc.at, got)
		}
	}
	if _, stderr, code := run(t, "", "can", "erin", "grade_submissions", "course/algebra", "--at", "HEAD", "-f",
		"testdata/school"); code != ExitFailed || !strings.Contains(stderr, "--repo . is the one around this folder") {
		t.Error(code, stderr)
	}
	// From a folder --at looks ahead; and without a source it means the repository around the current folder.
	ahead := strings.Fields("can gus grade_submissions course/algebra -f testdata/school -o wide --now 2027-03-01T12:00:00Z --at")
	if out, stderr, code := run(t, "", append(ahead, "2027-06-29")...); code != ExitYes {
		t.Error(code, out, stderr)
	}
	if out, stderr, code := run(t, "", append(ahead, "2027-06-30")...); code != ExitNo ||
		!strings.Contains(out, "ended at the end of 2027-06-29") {
		t.Error(code, out, stderr)
	}
	if _, stderr, code := run(t, "", append(ahead, "2027-02-28")...); code != ExitFailed || !strings.Contains(stderr, "has no history") {
		t.Error(code, stderr)
	}
	t.Chdir(p.dir)
	if out, stderr, code := run(t, "", "can", "erin", "grade_submissions", "course/algebra", "--at", "HEAD~4"); code != ExitYes {
		t.Error(code, out, stderr)
	}
}

// TestBlameThroughOthers names the commit where somebody is out by a group that another one excludes, and where a term is moved.
func TestBlameThroughOthers(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newPlanned(t)
	course := planObject("Course", "acme", "algebra", "  ownership: Public\n")
	world := func(lastDay string, contractors ...string) map[string]string {
		return map[string]string{"a.yaml": documents(course,
			planObject("Term", "acme", "spring", "  firstDay: \"1969-01-01\"\n  lastDay: \""+lastDay+"\"\n"),
			planGroup("staff", "", "abe", "erin"), planGroup("contractors", "", contractors...),
			planObject("Group", "acme", "internal", "  compose:\n    include: [staff]\n    exclude: [contractors]\n"),
			planBinding("internal", "course-instructor", "Course", "algebra", "internal"),
			planBinding("guests", "course-coach", "Course", "algebra", "contractors")+"  termRef:\n    name: spring\n")}
	}
	p.commit("Begin", world("1969-12-31", "zoe"))
	p.commit("Hire erin by the hour", world("1969-12-31", "zoe", "erin"))
	p.commit("Move the term", world("2099-01-01", "zoe", "erin"))
	for args, want := range map[string]string{
		"blame erin grade_submissions course/algebra": "Hire erin by the hour\n└─ Group acme/contractors: member added erin",
		"blame zoe view_course course/algebra":        "Move the term\n└─ Term acme/spring: ",
	} {
		code := ExitNo
		if strings.Contains(args, "zoe") {
			code = ExitYes
		}
		if got := p.ask(code, strings.Fields(args)...); !strings.Contains(got, want) {
			t.Errorf("%s: want %q in\n%s", args, want, got)
		}
	}
}
