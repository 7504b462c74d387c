package edit

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/testing/golden"
	"provost.dev/provost/internal/testing/need"
)

// TestLikeGivesNobodyMore makes every course of the examples once more, with and without who is named: nobody may do at the new one, nor
// anywhere else, what the other one would not give while everything of it counts; and without who is named nobody is in a new group by
// a list. The text is canonical.
func TestLikeGivesNobodyMore(t *testing.T) {
	for _, example := range []string{"acme", "community", "corporate"} {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			w, err := Open(t.Context(), manifest.Options{Content: true}, filepath.Join("../../../examples", example))
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			tried := 0
			for _, r := range w.Snapshot.Records() {
				e, ok := r.(*directory.Entity)
				if !ok || e.Key.Level != catalogue.Course || tried >= need.AtMost(4, 2) && !need.Long() {
					continue
				}
				tried++
				for _, staff := range []bool{false, true} {
					l := Like{Of: e.Key, Name: "another-run", Term: &directory.Key{}, Staff: staff, Now: clock}
					out, err := w.Like(t.Context(), l)
					if err != nil {
						t.Errorf("%s: %v", e.Key, err)
						continue
					}
					holdLikeness(t, w, l, out)
				}
			}
			if tried == 0 {
				t.Error("there is no course")
			}
		})
	}
}

func holdLikeness(t *testing.T, w *Workspace, l Like, out *Likeness) {
	t.Helper()
	if again, problem := format.Text(out.Text, format.Options{}); problem != nil || !bytes.Equal(again.Text, out.Text) {
		t.Errorf("%s: the text is not canonical\n%s", l.Of, cmp.Diff(string(again.Text), string(out.Text)))
	}
	set, err := manifest.Read(t.Context(), manifest.Options{}, manifest.Source{Name: "new", Stream: bytes.NewReader(out.Text)})
	if err != nil {
		t.Fatal(err)
	}
	old := map[directory.ID]directory.ID{}
	for _, m := range out.Made {
		old[m.ID] = m.Like
	}
	before := directory.Build(endless(w.Snapshot.Records())...)
	after := directory.Build(append(endless(w.Snapshot.Records()), endless(set.Records())...)...)
	for _, r := range after.Records() {
		switch r := r.(type) {
		case *directory.Group:
			if _, made := old[r.ID()]; made && !l.Staff && len(r.Members) > 0 {
				t.Errorf("%s lists people", r.Key)
			}
		case *directory.Entity:
			of := r.Key
			if was, made := old[r.ID()]; made {
				of.Name = was.Name
			}
			for _, who := range w.Snapshot.People() {
				if more := after.Permissions(who, r.Key, clock) &^ before.Permissions(who, of, clock); more != 0 {
					t.Errorf("%s, like %s (staff: %v): %s may %v at %s", l.Name, l.Of, l.Staff, who, more.IDs(r.Key.Level), r.Key)
				}
			}
		}
	}
}

// endless are records of which everything counts all the time, nobody's permissions are set by name, and no role keeps another one off:
// who does not learn in the new run may be marking there.
func endless(records []directory.Record) []directory.Record {
	var out []directory.Record
	for _, r := range records {
		switch r := r.(type) {
		case *directory.PermissionOverride:
			continue
		case *directory.RoleBinding:
			c := *r
			c.Window, c.Term = directory.Window{}, directory.Key{}
			out = append(out, &c)
			continue
		case *directory.Role:
			c := *r
			c.Requires, c.ExclusiveWith = nil, nil
			out = append(out, &c)
			continue
		case *directory.Platform:
			c := *r
			c.RoleRules = nil
			out = append(out, &c)
			continue
		}
		out = append(out, r)
	}
	return out
}

var updateLike = flag.Bool("update", false, "write the golden files anew")

const likeFolder = "testdata/like"

// TestLike makes the course of testdata/like once more, and looks at every line.
func TestLike(t *testing.T) {
	for name, l := range map[string]Like{
		"term": {Term: &directory.Key{Namespace: "acme", Name: "autumn"}},
		"staff": {Term: &directory.Key{Namespace: directory.SystemNamespace, Name: "autumn"}, Staff: true,
			Instead: map[directory.Key]directory.Key{{Namespace: "acme", Name: "intake-26"}: {Namespace: "acme", Name: "intake-27"}},
			Parent:  directory.LocalEntity{Level: catalogue.Campus, Name: "south"}, DisplayName: "Logic, again", Visibility: "Public",
			Attributes: directory.Attributes{"cohort": {"intake-27", "2nd"}}},
	} {
		t.Run(name, func(t *testing.T) {
			l.Of, l.Name, l.Now = directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "logic"}, "logic-27", clock
			w, err := Open(t.Context(), manifest.Options{Content: true}, likeFolder)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			out, err := w.Like(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			got := string(out.Text)
			for _, m := range out.Made {
				if m.Without != "" {
					got += "# " + idLabel(m.ID) + " without " + m.Without + "\n"
				}
			}
			for _, left := range out.Left {
				got += "# not " + idLabel(left.ID) + " " + left.At.String() + ": " + left.Why + "\n"
			}
			for _, e := range out.Elsewhere {
				got += "# elsewhere " + idLabel(e.ID) + ": " + e.Why + "\n"
			}
			golden.Equal(t, filepath.Join(likeFolder, "..", "like-"+name+".golden"), got, *updateLike)
		})
	}
}

// TestLikeRefused names what would be left half done, with what to do.
func TestLikeRefused(t *testing.T) {
	const bindingNow = head + "RoleBinding\nmetadata: {name: algebra-tutors, namespace: acme}\nspec:\n  entityRef: {kind: Course, name: algebra}\n" +
		"  roleRef: {name: course-coach}\n  subjects: [{kind: Group, name: algebra-tutors}]\n"
	const group = head + "Group\nmetadata: {name: algebra-tutors, namespace: acme}\nspec: {entityRef: {kind: Course, name: algebra}}\n"
	const world = course + "---\n" + group + "---\n" + bindingNow
	for name, tc := range map[string]struct {
		more, want string
		like       Like
	}{
		"a name that is taken": {head + "Group\nmetadata: {name: algebra-2-tutors, namespace: acme}\n",
			"the new one would be called algebra-2-tutors, as another one is already", Like{}},
		"a group made of it": {head + "Group\nmetadata: {name: all, namespace: acme}\nspec: {compose: {include: [algebra-tutors]}}\n",
			"Group acme/all: it names Group acme/algebra-tutors, and would not name the new algebra-2-tutors; add algebra-2-tutors", Like{}},
		"a group that keeps it out": {head + "Group\nmetadata: {name: all, namespace: acme}\nspec: {compose: {exclude: [algebra-tutors]}}\n",
			"add algebra-2-tutors beside it first", Like{}},
		"a group made of both": {
			head + "Group\nmetadata: {name: all, namespace: acme}\nspec: {compose: {include: [algebra-tutors, algebra-2-tutors]}}\n", "", Like{}},
		"a deny of it": {
			strings.Replace(denyText, "kind: Person, name: abe", "kind: Group, namespace: acme, name: algebra-tutors", 1),
			"SystemDeny d: it names Group acme/algebra-tutors", Like{}},
		"a template with its role": {head + "Role\nmetadata: {name: marker, namespace: acme}\nspec:\n  level: Course\n  type: Custom\n" +
			"  entityRef: {kind: Course, name: algebra}\n  permissions: [view_course]\n---\n" + head +
			"RoleTemplate\nmetadata: {name: t, namespace: acme}\nspec: {roles: [{name: marker}]}\n",
			"RoleTemplate acme/t: it names Role acme/marker, and would not name the new algebra-2-marker", Like{}},
		"dates without a term": {strings.Replace(bindingNow, "algebra-tutors, namespace", "algebra-guests, namespace", 1) +
			"  notAfter: \"2027-03-31T00:00:00Z\"\n", "say with --term during which term the new one is", Like{}},
		"a group in whose place nothing stands": {"", "nothing that is written anew names the group acme/none",
			Like{Instead: map[directory.Key]directory.Key{{Namespace: "acme", Name: "none"}: {Namespace: "acme", Name: "x"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			text := world
			if tc.more != "" {
				text += "---\n" + tc.more
			}
			if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			w, err := Open(t.Context(), manifest.Options{Content: true}, dir)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			l := tc.like
			l.Of, l.Name, l.Now = directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "algebra"}, "algebra-2", time.Time{}
			_, err = w.Like(t.Context(), l)
			if err == nil && tc.want == "" {
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) || tc.want == "" {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
