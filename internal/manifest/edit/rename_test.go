package edit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/script"
)

var clock = time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)

// TestRenameInExamples gives objects of the examples other names. Rename itself holds the manifests that it reads then to what
// they were, and a plan to one line; here the text is held to names alone.
func TestRenameInExamples(t *testing.T) {
	for _, example := range []string{"acme", "community", "corporate"} {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("../../../examples", example)
			w, err := Open(t.Context(), manifest.Options{}, dir)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			all := slices.DeleteFunc(w.Snapshot.Records(), func(r directory.Record) bool {
				return !slices.Contains(directory.Renameable, r.ID().Kind)
			})
			r := rand.New(rand.NewPCG(1, 2))
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			many := need.AtMost(15, 6)
			if need.Long() {
				many = len(all)
			}
			for _, record := range all[:min(len(all), many)] {
				id := record.ID()
				out, err := w.Rename(t.Context(), id, "another-name", clock)
				if err != nil {
					if p, ok := record.(*directory.Person); ok && p.Username+p.Email == "" {
						continue
					}
					t.Errorf("%s: %v", id, err)
					continue
				}
				for _, f := range out.Files {
					back := strings.ReplaceAll(string(f.After), "another-name", id.Name)
					if strings.Count(back, "\n")-strings.Count(string(f.Before), "\n") > 2 {
						t.Errorf("%s: %s has other lines:\n%s", id, f.Name, f.After)
					}
				}
			}
		})
	}
}

// manifestsOf is records as manifests, one document each.
func manifestsOf(t *testing.T, records []directory.Record) string {
	t.Helper()
	var b bytes.Buffer
	for _, r := range records {
		id := r.ID()
		metadata, spec := map[string]any{"name": id.Name}, map[string]any{}
		if id.Namespace != "" {
			metadata["namespace"] = id.Namespace
		}
		switch r := r.(type) {
		case *directory.Person:
			spec["email"] = r.Name + "@example.org"
			spec["attributes"] = r.Attributes
		case *directory.Entity:
			if r.Parent.Name != "" {
				spec["parentRef"] = local(r.Parent)
			}
			if r.Owner != "" {
				spec["ownership"], spec["owner"] = "Private", r.Owner
			}
		case *directory.Group:
			if r.Parent.Name != "" {
				spec["parentRef"] = map[string]any{"name": r.Parent.Name, "namespace": r.Parent.Namespace}
			}
			var members, enrolments []any
			for _, m := range r.Members {
				members = append(members, map[string]any{"name": m.Name, "state": m.State.String()})
			}
			for _, e := range r.Enrolments {
				enrolment := map[string]any{"name": e.Name, "roleRef": map[string]any{"name": e.Role.Name}}
				where(enrolment, e.Entity, e.Selects)
				enrolments = append(enrolments, enrolment)
			}
			if members != nil {
				spec["members"] = members
			}
			if enrolments != nil {
				spec["enrolments"] = enrolments
			}
		case *directory.Role:
			spec["level"], spec["type"], spec["permissions"], spec["entityRef"] = r.Level.String(), "Custom", r.Permissions, local(r.Entity)
		case *directory.RoleTemplate:
			var roles []any
			for _, name := range r.Roles {
				roles = append(roles, map[string]any{"name": name})
			}
			spec["roles"] = roles
		case *directory.RoleBinding:
			ref := map[string]any{"name": r.Role.Name}
			if r.Role.Template {
				ref["kind"] = "RoleTemplate"
			}
			spec["roleRef"], spec["subjects"] = ref, subjects(r.Subjects)
			where(spec, r.Entity, r.Selects)
		case *directory.PermissionOverride:
			spec["person"], spec["entityRef"], spec["permissions"], spec["reason"] = r.Person, local(r.Entity), r.Permissions, "so it is"
		case *directory.SystemDeny:
			spec["subjects"], spec["permissions"], spec["reason"] = subjects(r.Subjects), r.Permissions, "so it is"
			if e := r.Scope.Entity; e != nil {
				spec["scope"] = map[string]any{"entityRef": map[string]any{"kind": e.Level.String(), "name": e.Name, "namespace": e.Namespace}}
			}
		}
		text, err := yaml.Marshal(map[string]any{
			"apiVersion": "provost.dev/v1alpha1", "kind": string(id.Kind), "metadata": metadata, "spec": spec,
		})
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n# " + id.String() + "\n" + string(text))
	}
	return b.String()
}

// where puts down where something is given: at an entity, or at those that it selects.
func where(spec map[string]any, e directory.LocalEntity, s *directory.EntitySelector) {
	if s == nil {
		spec["entityRef"] = local(e)
		return
	}
	spec["entitySelector"] = map[string]any{"level": s.Level.String(), "under": local(s.Under)}
}

func local(e directory.LocalEntity) map[string]any {
	return map[string]any{"kind": e.Level.String(), "name": e.Name}
}

func subjects(list []directory.Subject) []any {
	out := []any{}
	for _, s := range list {
		m := map[string]any{"kind": string(s.Kind), "name": s.Name}
		if s.Namespace != "" {
			m["namespace"] = s.Namespace
		}
		out = append(out, m)
	}
	return out
}

// randomWorld is things that name each other in every way, some by names that other kinds have too.
func randomWorld(r *rand.Rand) string {
	names := []string{"algebra", "logic", "ann", "tutors"} // of people, groups, courses and roles alike
	pick := func() string { return names[r.IntN(len(names))] }
	var b strings.Builder
	b.WriteString("organisation/uni\n")
	for _, n := range names {
		fmt.Fprintf(&b, "person %s team=%s\ngroup %s\n", n, n, n)
		fmt.Fprintf(&b, "course/%s under organisation/uni\nmodule/%s under course/%s\n", n, n, pick())
	}
	for _, n := range names[:2] {
		fmt.Fprintf(&b, "role %s at course/%s: view_course\nbind %s %s at course/%s\n", n, n, pick(), n, n)
		fmt.Fprintf(&b, "enrol %s %s at course/%s\n", pick(), n, n)
	}
	fmt.Fprintf(&b, "group below under %s\ntask/own under course/%s private %s\n", pick(), pick(), pick())
	for range 3 {
		fmt.Fprintf(&b, "in %s: %s %s:removed\n", pick(), names[0], names[1])
		fmt.Fprintf(&b, "bind %s @%s course-student at course/%s\n", pick(), pick(), pick())
		fmt.Fprintf(&b, "exactly %s at course/%s: view_course\n", pick(), pick())
		fmt.Fprintf(&b, "deny %s @%s at course/%s: view_course\n", pick(), pick(), pick())
	}
	fmt.Fprintf(&b, "template staff: course-instructor %s\n", names[r.IntN(2)])
	return b.String()
}

// TestRenameAtRandom gives everything in random worlds, written out, another name.
func TestRenameAtRandom(t *testing.T) {
	for seed := range need.AtMost[uint64](20, 3) {
		s, err := script.Run(randomWorld(rand.New(rand.NewPCG(seed, 3))))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		text := manifestsOf(t, s.Records())
		writeAll(t, dir, map[string]string{"world.yaml": text})
		w, err := Open(t.Context(), manifest.Options{}, dir)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		for _, r := range w.Snapshot.Records() {
			id := r.ID()
			if !slices.Contains(directory.Renameable, id.Kind) {
				continue
			}
			if _, err := w.Rename(t.Context(), id, "another", clock); err != nil {
				t.Fatalf("seed %d: %s: %v\n%s", seed, id, err, text)
			}
		}
		w.Close()
	}
}

// writeAll writes files of a folder.
func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	renameCourse = "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata:\n  name: algebra # the first one\n  namespace: acme\nspec:\n" +
		"  parentRef: {kind: Organisation, name: acme}\n"
	renameBinding = "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: algebra, namespace: acme}\nspec:\n" +
		"  entityRef: {kind: Course, name: 'algebra'}\n  roleRef: {name: course-admin}\n  subjects: [{kind: Person, name: algebra}]\n"
	renameOrganisation = "apiVersion: provost.dev/v1alpha1\nkind: Organisation\nmetadata: {name: acme, namespace: acme}\nspec: {}\n"
)

// TestRenameText edits layouts of all sorts, and says where it cannot.
func TestRenameText(t *testing.T) {
	id := directory.ID{Kind: directory.KindCourse, Namespace: "acme", Name: "algebra"}
	plain := map[string]string{"course.yaml": renameCourse, "binding.yaml": renameBinding, "acme.yaml": renameOrganisation}
	kustomized := func(lines string, more map[string]string) map[string]string {
		out := map[string]string{"kustomization.yaml": "resources: [course.yaml, binding.yaml, acme.yaml]\n" + lines}
		for k, v := range plain {
			out[k] = v
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	patch := "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: algebra, namespace: acme}\nspec:\n" +
		"  entityRef: {kind: Course, name: algebra}\n  roleRef: {name: course-author}\n"
	for _, tc := range []struct {
		name  string
		files map[string]string
		// after are lines that the files have then, and wrong is what is said instead.
		after []string
		wrong string
	}{
		{name: "comments and quotes stay", files: plain, after: []string{
			"  name: algebra-1 # the first one", "  annotations:", "    provost.dev/renamed-from: algebra",
			"  entityRef: {kind: Course, name: algebra-1}", "  subjects: [{kind: Person, name: algebra}]",
		}},
		{name: "an older name is kept", files: map[string]string{"acme.yaml": renameOrganisation, "binding.yaml": renameBinding,
			"course.yaml": strings.Replace(renameCourse, "  namespace:", "  annotations: {provost.dev/renamed-from: maths, other: x}\n  namespace:", 1)},
			after: []string{`  annotations: {provost.dev/renamed-from: "algebra, maths", other: x}`}},
		{name: "JSON", files: map[string]string{"acme.yaml": renameOrganisation, "course.json": `{"apiVersion": "provost.dev/v1alpha1", "kind": "Course",
"metadata": {"name": "algebra", "namespace": "acme"}, "spec": {"parentRef": {"kind": "Organisation", "name": "acme"}}}
`}, after: []string{`"metadata": {"name": "algebra-1", "namespace": "acme", "annotations": {"provost.dev/renamed-from": "algebra"}}, ` +
			`"spec": {"parentRef": {"kind": "Organisation", "name": "acme"}}}`}},
		{name: "a kustomization with a patch in a file", files: kustomized("patches: [{path: patch.yaml, target: {kind: Course, name: algebra}}]\n",
			map[string]string{"patch.yaml": renameCourse + "  displayName: Algebra\n"}),
			after: []string{"patches: [{path: patch.yaml, target: {kind: Course, name: algebra-1}}]"}},
		{name: "and with one written in it", files: kustomized("patches:\n- patch: |\n    "+strings.ReplaceAll(strings.TrimSpace(patch), "\n", "\n    ")+"\n", nil),
			after: []string{"      entityRef: {kind: Course, name: algebra-1}", "    metadata: {name: algebra, namespace: acme}"}},
		{name: "a patch by operations", files: kustomized("patches:\n- target: {kind: RoleBinding, name: algebra}\n  patch: |\n"+
			"    - {op: replace, path: /spec/entityRef/name, value: algebra}\n", nil),
			wrong: "kustomization.yaml:3 names algebra in a way that is not rewritten"},
		{name: "a name with a prefix", files: kustomized("namePrefix: x-\n", nil), wrong: "is not declared here"},
		{name: "an anchor", files: map[string]string{"acme.yaml": renameOrganisation, "course.yaml": renameCourse,
			"binding.yaml": strings.Replace(strings.Replace(renameBinding, "{name: algebra, n", "{name: &a algebra, n", 1), "'algebra'", "*a", 1)},
			wrong: "write it as plain text on one line"},
		{name: "a name that something waits for", files: map[string]string{"acme.yaml": renameOrganisation, "course.yaml": renameCourse,
			"binding.yaml": strings.Replace(renameBinding, "'algebra'", "algebra-1", 1)},
			wrong: "RoleBinding/acme/algebra names Course/acme/algebra-1 already"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			writeAll(t, dir, tc.files)
			w, err := Open(t.Context(), manifest.Options{}, dir)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			out, err := w.Rename(t.Context(), id, "algebra-1", clock)
			if tc.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), tc.wrong) {
					t.Fatalf("want %q, got %v", tc.wrong, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, f := range out.Files {
				all = append(all, strings.Split(string(f.After), "\n")...)
			}
			for _, line := range tc.after {
				if !slices.Contains(all, line) {
					t.Errorf("there is no line %q in\n%s", line, strings.Join(all, "\n"))
				}
			}
		})
	}
}
