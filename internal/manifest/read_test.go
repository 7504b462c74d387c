package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"provost.dev/provost/internal/engine/directory"
)

const acmeGroups = `# the people
apiVersion: provost.dev/v1alpha1
kind: Group
metadata: {name: staff, namespace: acme}
spec:
  members:
  - name: alice
    role: Admin
  - name: bob
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: algebra, namespace: acme}
spec: {displayName: Algebra}
`

// tree makes a file system of name and text pairs.
func tree(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

func read(t *testing.T, opts Options, pairs ...string) (*Set, error) {
	t.Helper()
	return Read(t.Context(), opts, Source{FS: tree(pairs...), Dir: "."})
}

func mustRead(t *testing.T, opts Options, pairs ...string) *Set {
	t.Helper()
	s, err := read(t, opts, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(s *Set) []string {
	var out []string
	for i := range s.Items {
		out = append(out, fmt.Sprintf("%s@%s", s.Items[i].Name(), s.Items[i].Position))
	}
	return out
}

func object(kind, namespace, name, spec string) string {
	meta := "name: " + name
	if namespace != "" {
		meta += ", namespace: " + namespace
	}
	return fmt.Sprintf("apiVersion: provost.dev/v1alpha1\nkind: %s\nmetadata: {%s}\nspec: %s\n", kind, meta, spec)
}

func TestReadFolder(t *testing.T) {
	s := mustRead(t, Options{},
		"acme/groups.yaml", acmeGroups,
		"acme/ns.json", `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "acme", "labels": {"tier": "one"}}}`,
		"acme/deploy.yml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
		"acme/values.yaml", "replicas: 3\n",
		"acme/eperm.yaml", "apiVersion: provost.dev/v1alpha1\nkind: EffectivePermissions\nmetadata: {name: alice, namespace: acme}\n",
		"acme/.hidden/x.yaml", "not: [valid",
		"acme/.x.yaml", "not: [valid",
		"acme/README.md", "# words",
		"acme/access_test.yaml", "not: [valid",
		"acme/empty.yaml", "# nothing\n---\n",
		"nested/kustomization.yaml", "resources: [x.yaml]\n",
	)
	want := []string{"Group acme/staff@acme/groups.yaml:2", "Course acme/algebra@acme/groups.yaml:11", "Namespace acme@acme/ns.json:1"}
	if got := names(s); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	var ignored []string
	for _, i := range s.Ignored {
		ignored = append(ignored, i.Position.File+": "+i.String())
	}
	wantIgnored := []string{
		"acme/deploy.yml: Deployment web", "acme/eperm.yaml: EffectivePermissions alice, which the controllers write",
		"acme/values.yaml: a document without apiVersion and kind",
	}
	if !slices.Equal(ignored, wantIgnored) {
		t.Errorf("ignored %q, want %q", ignored, wantIgnored)
	}
	group := directory.ID{Kind: directory.KindGroup, Namespace: "acme", Name: "staff"}
	for field, want := range map[string]string{
		"": "acme/groups.yaml:2", "spec.members[1]": "acme/groups.yaml:9", "spec.members[0].role": "acme/groups.yaml:8",
		"spec.parentRef": "acme/groups.yaml:6",
	} {
		if got, ok := s.Locate(group, field); !ok || got.String() != want {
			t.Errorf("Locate(%q) = %s, %v; want %s", field, got, ok, want)
		}
	}
	if _, ok := s.Locate(directory.ID{Kind: directory.KindGroup, Namespace: "acme", Name: "no"}, ""); ok {
		t.Error("found what was not declared")
	}
}

func TestReadList(t *testing.T) {
	s := mustRead(t, Options{}, "all.yaml", `apiVersion: v1
kind: List
items:
- apiVersion: provost.dev/v1alpha1
  kind: Course
  metadata: {name: a, namespace: acme, resourceVersion: "7", managedFields: [{manager: x, operation: Update, fieldsV1: {"f:spec": {}}}]}
  spec: {}
  status: {people: 3, observedGeneration: 1}
- apiVersion: provost.dev/v1alpha1
  kind: CourseList
  items:
  - apiVersion: provost.dev/v1alpha1
    kind: Course
    metadata:
      name: b
      namespace: acme
    spec:
      parentRef: {kind: Campus, name: north}
- apiVersion: provost.dev/v1alpha1
  kind: Role
  metadata: {name: course-student, namespace: provost-system}
  spec: {level: Course, type: System, permissions: [view_course]}
---
apiVersion: provost.dev/v1alpha1
kind: PersonList
items:
- metadata: {name: ada}
  spec: {displayName: Ada}
- metadata: {name: ben}
`)
	want := []string{"Course acme/a@all.yaml:4", "Course acme/b@all.yaml:12", "Role provost-system/course-student@all.yaml:19",
		"Person ada@all.yaml:27", "Person ben@all.yaml:29"}
	if got := names(s); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	if n := len(s.Records()); n != 4 {
		t.Errorf("%d records, want 4: a system role is not read", n)
	}
	b := s.Items[1].Record.ID()
	if got, _ := s.Locate(b, "spec.parentRef.name"); got.String() != "all.yaml:18" {
		t.Errorf("the parent of b is at %s", got)
	}
}

func TestReadProblems(t *testing.T) {
	for _, tc := range []struct {
		name  string
		opts  Options
		files []string
		want  string
	}{
		{"all at once, sorted", Options{}, []string{
			"b.yaml", object("Group", "acme", "g", "{members: [{name: alice, state: Gone}, {name: Bob}], membershp: Listed}"),
			"a.yaml", object("Cuorse", "acme", "x", "{}"),
		}, `a.yaml:2:7: kind: provost.dev has no kind "Cuorse"; did you mean Course?
b.yaml:4:39: Group acme/g: spec.members[0].state: Unsupported value: "Gone": supported values: "Active", "Pending", "Inactive", "Removed"
b.yaml:4:53: Group acme/g: spec.members[1].name: Invalid value: "Bob": the name of a person has at most 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends, for example alice or a.n-other
b.yaml:4:60: Group acme/g: spec.membershp: Forbidden: unknown field "spec.membershp"; did you mean "membership"?`},
		{"words and names", Options{}, []string{
			"b.yaml", object("Group", "acme", "g", "{members: [{name: alice, state: Gone}, {name: Bob}, {role: Admin}]}"),
		}, `b.yaml:4:39: Group acme/g: spec.members[0].state: Unsupported value: "Gone": supported values: "Active", "Pending", "Inactive", "Removed"
b.yaml:4:53: Group acme/g: spec.members[1].name: Invalid value: "Bob": the name of a person has at most 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends, for example alice or a.n-other
b.yaml:4:59: Group acme/g: spec.members[2].name: Required value: the name of a person has at most 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends, for example alice or a.n-other`},
		{"twice", Options{}, []string{
			"a.yaml", object("Course", "acme", "x", "{}"), "b.yaml", object("Course", "acme", "x", "{}"),
		},
			`b.yaml:1:1: Course acme/x: the object is declared twice, first at a.yaml:1; keep one; ` +
				`overlays of one base have to be read one by one`},
		{"no namespace", Options{}, []string{"a.yaml", object("Course", "", "x", "{}")},
			`a.yaml:3:11: Course x: metadata.namespace: the object does not say its namespace; add metadata.namespace, or give a default with -n`},
		{"a namespace too many", Options{}, []string{"a.yaml", object("Person", "acme", "x", "{}")},
			`a.yaml:3:32: Person acme/x: metadata.namespace: objects of this kind have no namespace; remove metadata.namespace`},
		{"no name", Options{}, []string{"a.yaml", "apiVersion: provost.dev/v1alpha1\nkind: Person\nspec: {}\n"},
			`a.yaml:1:1: Person: metadata.name: the object has no name; add metadata.name`},
		{"no names", Options{},
			[]string{"a.yaml", "apiVersion: provost.dev/v1alpha1\nkind: Person\n---\napiVersion: provost.dev/v1alpha1\nkind: Person\n"},
			"a.yaml:1:1: Person: metadata.name: the object has no name; add metadata.name\n" +
				"a.yaml:4:1: Person: metadata.name: the object has no name; add metadata.name"},
		{"generated name", Options{},
			[]string{"a.yaml", "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {generateName: x-, namespace: acme}\n"},
			`a.yaml:3:26: Course acme/: metadata.generateName: an object in a file has a name of its own; write metadata.name instead`},
		{"upper case", Options{}, []string{"a.yaml", object("Course", "acme", "Algebra", "{}")},
			`a.yaml:3:18: Course acme/Algebra: metadata.name: "Algebra" cannot be the name of such an object; ` +
				`use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends`},
		{"version", Options{}, []string{"a.yaml", "apiVersion: provost.dev/v1\nkind: Course\n"},
			`a.yaml:1:13: apiVersion: there is no version "v1" of provost.dev; write provost.dev/v1alpha1`},
		{"no apiVersion", Options{}, []string{"a.yaml", "kind: Course\nmetadata: {name: x}\n"},
			`a.yaml:1:1: apiVersion: the object does not say its apiVersion; add apiVersion: provost.dev/v1alpha1`},
		{"namespace of ours", Options{}, []string{"a.yaml", "apiVersion: provost.dev/v1alpha1\nkind: Namespace\n"},
			`a.yaml:2:7: kind: provost.dev has no kind "Namespace"; a Namespace has apiVersion: v1`},
		{"syntax", Options{}, []string{"a.yaml", "a:\n\tb: c\n"},
			"a.yaml:2:1: this is not YAML: found character that cannot start any token; indent with spaces, not tabs, and quote values that " +
				"begin with @, ` or %"},
		{"role", Options{}, []string{"a.yaml", object("Role", "acme", "r", "{level: Galaxy, type: Override, permissions: []}")},
			`a.yaml:4:7: Role acme/r: spec.entityRef: Required value: a role belongs to one entity: name it
a.yaml:4:7: Role acme/r: spec.overrides: Required value: name the system role that is replaced, for example course-instructor
a.yaml:4:15: Role acme/r: spec.level: Unsupported value: "Galaxy": supported values: "Organisation", "Campus", "Course", "Module", "Session", "Task"`},
		{"deny", Options{}, []string{"a.yaml", object("SystemDeny", "", "d",
			"{permissions: ['*'], reason: x, subjects: [{kind: Group, name: g}, {kind: Person, name: p, namespace: x}, {name: q}]}")},
			`a.yaml:4:50: SystemDeny d: spec.subjects[0].namespace: Required value: name the namespace of the group
a.yaml:4:109: SystemDeny d: spec.subjects[1].namespace: Invalid value: "x": a person has no namespace; leave it out
a.yaml:4:113: SystemDeny d: spec.subjects[2].kind: Required value: Person or Group`},
		{"platform", Options{}, []string{"a.yaml", object("Platform", "", "other", "{}")},
			`a.yaml:3:11: Platform other: metadata: Invalid value: there is one Platform, and it is named platform`},
		{"large", Options{}, []string{"a.yaml", "# " + strings.Repeat("x", MaxFileSize)},
			`a.yaml: the file is larger than 10 MiB; split it, or move what is no manifest out of the folder`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := read(t, tc.opts, tc.files...)
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func TestDefaultNamespace(t *testing.T) {
	s := mustRead(t, Options{Namespace: "acme", Content: true}, "a.yaml", object("Course", "", "x", "{}")+"---\n"+
		object("Person", "", "p", "{}"))
	if s.Items[0].Name() != "Course acme/x" || s.Items[0].Content.GetNamespace() != "acme" || s.Items[1].Content.GetNamespace() != "" {
		t.Errorf("read %q", names(s))
	}
	if id := s.Items[0].Record.ID(); id.Namespace != "acme" {
		t.Errorf("the record is %s", id)
	}
}

func TestStreamAndSeveralSources(t *testing.T) {
	text := object("Course", "acme", "x", "{}")
	s, err := Read(t.Context(), Options{}, Source{Name: "<stdin>", Stream: strings.NewReader(text)},
		Source{FS: tree("b.yaml", acmeGroups), Dir: ".", Name: "more"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Course acme/x@<stdin>:1", "Group acme/staff@more/b.yaml:2", "Course acme/algebra@more/b.yaml:11"}
	if got := names(s); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	if p, _ := s.Locate(s.Items[0].Record.ID(), "metadata.name"); p.String() != "<stdin>:3" {
		t.Errorf("the name is at %s", p)
	}
	if _, err := Read(t.Context(), Options{}, Source{Name: "<stdin>",
		Stream: strings.NewReader(strings.Repeat(" ", MaxFileSize+1))}); err == nil {
		t.Error("a large stream was read")
	}
}

func TestFolderOfTheDisk(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("in/groups.yaml", acmeGroups)
	write("out/secret.yaml", object("Course", "acme", "secret", "{}"))
	for link, target := range map[string]string{"in/out.yaml": "../out/secret.yaml", "in/self.yaml": "groups.yaml", "in/dir": "../out"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	source, closer, err := Folder("in", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	s, err := Read(t.Context(), Options{}, source)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Group acme/staff@in/groups.yaml:2", "Course acme/algebra@in/groups.yaml:11"}
	if got := names(s); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	notes := []string{"in/dir is a symbolic link and is not followed", "in/out.yaml is a symbolic link and is not followed",
		"in/self.yaml is a symbolic link and is not followed"}
	if !slices.Equal(s.Notes, notes) {
		t.Errorf("notes are %q", s.Notes)
	}
	// A file that has changed since is not cited by lines that are no longer there.
	write("in/groups.yaml", "# gone\n")
	if p, ok := s.Locate(s.Items[0].Record.ID(), "spec.members[1]"); !ok || p.String() != "in/groups.yaml:2" {
		t.Errorf("located at %s, %v", p, ok)
	}
	if _, _, err := Folder("nowhere", nil); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("a missing folder: %v", err)
	}
	one, closer, err := Folder("out/secret.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	if s, err = Read(t.Context(), Options{}, one); err != nil || len(s.Items) != 1 {
		t.Errorf("one file: %v", err)
	}
}
