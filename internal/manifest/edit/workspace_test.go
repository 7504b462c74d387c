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

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
)

// tree writes files, of a text in which "--- name" begins each, into a new folder.
func tree(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for _, part := range strings.Split(text, "--- ")[1:] {
		name, content, _ := strings.Cut(part, "\n")
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(content, "~~~", "---")), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, names ...string) *Workspace {
	t.Helper()
	w, err := Open(t.Context(), manifest.Options{Namespace: "acme"}, names...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

const groupHead = "apiVersion: provost.dev/v1alpha1\nkind: Group\n"

func TestApplyWrites(t *testing.T) {
	dir := tree(t, "--- staff/groups.yaml\n"+groupHead+"metadata: {name: staff}\n~~~\n# the tutors\n"+groupHead+
		"metadata: {name: tutors}\nspec:\n  parentRef: {name: staff}\n  members:\n  - {name: ada}   # since 2020\n  - {name: ben}\n")
	w := open(t, dir)
	p, err := Remove(w.Snapshot, group("tutors"), []string{"ada"}, false, moment)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Apply(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var patch bytes.Buffer
	if err := r.Diff(&patch); err != nil || !strings.Contains(patch.String(), "\n-  - {name: ada}   # since 2020\n") ||
		!strings.Contains(patch.String(), "\n+spec:\n+  members:\n+  - {name: ada}\n") {
		t.Errorf("%v\n%s", err, patch.String())
	}
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "staff", "groups.yaml")
	text, _ := os.ReadFile(name)
	want := groupHead + "metadata: {name: staff}\nspec:\n  members:\n  - {name: ada}\n---\n# the tutors\n" + groupHead +
		"metadata: {name: tutors}\nspec:\n  parentRef: {name: staff}\n  members:\n  - {name: ben}\n"
	if string(text) != want {
		t.Errorf("got\n%s", text)
	}
	info, _ := os.Stat(name)
	files, _ := os.ReadDir(filepath.Dir(name))
	if info.Mode().Perm() != 0o640 || len(files) != 1 {
		t.Errorf("the file has the rights %v, and %d files are there", info.Mode(), len(files))
	}
	if r.Places[0].Line != 13-2 && r.Places[0].Line == 0 {
		t.Errorf("got places %v", r.Places)
	}
	if err := r.Write(); err == nil || !strings.Contains(err.Error(), "changed by somebody else") {
		t.Errorf("a second time: %v", err)
	}
}

// TestApplyRefuses edits nothing where the manifests would not say what was wanted.
func TestApplyRefuses(t *testing.T) {
	const kustomization = "--- kustomization.yaml\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: acme\n"
	staff := groupHead + "metadata: {name: staff}\nspec:\n  members:\n  - {name: ada}\n"
	for _, tc := range []struct{ name, files, want string }{
		{"a shared list", "--- a.yaml\n" + groupHead + "metadata: {name: staff}\nspec:\n  members: &m\n  - {name: ada}\n~~~\n" + groupHead +
			"metadata: {name: x}\n", ""},
		{"a repeated spec",
			"--- a.yaml\napiVersion: v1\nkind: List\nitems:\n- apiVersion: provost.dev/v1alpha1\n  kind: Group\n  metadata: {name: staff}\n  spec: &s\n    members: [{name: ada}]\n- apiVersion: provost.dev/v1alpha1\n  kind: Group\n  metadata: {name: x}\n  spec: *s\n", "a.yaml: line 7: spec carries the anchor &s, which line 12 repeats"},
		{"a kustomization", kustomization + "resources: [staff.yaml]\n--- staff.yaml\n" + staff, ""},
		{"a patched list", kustomization + "resources: [staff.yaml]\npatches:\n- target: {kind: Group}\n  patch: |-\n    - {op: replace, " +
			"path: /spec/members, value: [{name: ada}, {name: ben}]}\n--- staff.yaml\n" + staff,
			"would not be what was wanted; a kustomization patches it"},
		{"a patched entry", kustomization + "resources: [staff.yaml]\npatches:\n- target: {kind: Group}\n  patch: |-\n    - {op: replace, " +
			"path: /spec/members, value: [{name: cleo}]}\n--- staff.yaml\n" + staff, "is patched by a kustomization"},
		{"built twice", kustomization + "resources: [one, two]\n--- one/kustomization.yaml\nresources: [../base]\n--- " +
			"two/kustomization.yaml\nresources: [../base]\nnamePrefix: x-\n--- base/kustomization.yaml\nresources: [staff.yaml]\n--- " +
			"base/staff.yaml\n" + staff, "builds it from the same file more than once"},
		{"a full list", "--- a.yaml\n" + groupHead + "metadata: {name: staff}\nspec:\n  members:\n" + many(5000), "must have at most 5000 items"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := tree(t, tc.files)
			w := open(t, dir)
			p, err := Add(w.Snapshot, group("staff"), []string{"dan"}, nil, nil, moment)
			if err == nil && strings.Contains(tc.want, "is patched") {
				p, err = Remove(w.Snapshot, group("staff"), []string{"cleo"}, false, moment)
			}
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.Apply(t.Context(), p)
			switch {
			case tc.want == "" && err != nil:
				t.Fatal(err)
			case tc.want == "":
				if err := r.Write(); err != nil {
					t.Fatal(err)
				}
				if _, ok := open(t, dir).Snapshot.Member(group("staff"), "dan", moment); !ok {
					t.Error("dan is no member")
				}
			case err == nil || !strings.Contains(err.Error(), tc.want):
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - {name: p%d}\n", i)
	}
	return b.String()
}

// TestApplyOneFile edits a single file of JSON, named twice.
func TestApplyOneFile(t *testing.T) {
	dir := tree(t, "--- g.json\n{\"apiVersion\": \"provost.dev/v1alpha1\", \"kind\": \"Group\", \"metadata\": {\"name\": \"staff\"}}\n")
	name := filepath.Join(dir, "g.json")
	w := open(t, name, name)
	p, err := Add(w.Snapshot, group("staff"), []string{"dan"}, nil, nil, moment)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Apply(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(name)
	if want := "{\"apiVersion\": \"provost.dev/v1alpha1\", \"kind\": \"Group\", \"metadata\": {\"name\": \"staff\"}, \"spec\": " +
		"{\"members\": [{\"name\": \"dan\"}]}}\n"; string(text) != want {
		t.Errorf("got %s", text)
	}
	if _, err := Open(t.Context(), manifest.Options{}, "-"); err == nil {
		t.Error("standard input is edited")
	}
}

// TestApplyAtRandom writes random trees in random layouts, takes people out, and reads what the files say then.
func TestApplyAtRandom(t *testing.T) {
	for seed := range need.AtMost[uint64](120, 15) {
		r := rand.New(rand.NewPCG(seed, 11))
		text, groups := randomTrees(r)
		var files strings.Builder
		for _, record := range world(t, text).Records() {
			files.WriteString(layout(r, record))
		}
		dir := tree(t, files.String())
		w := open(t, dir)
		p, err := Remove(w.Snapshot, group(groups[r.IntN(len(groups))]), randomPeople[:1+r.IntN(3)], r.IntN(4) == 0, moment)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		result, err := w.Apply(t.Context(), p)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s\n%s", seed, err, files.String(), written(p))
		}
		if err := result.Write(); err != nil {
			t.Fatal(err)
		}
		after := open(t, dir).Snapshot
		for _, k := range after.Groups() {
			if want, got := memberNames(p.After.Members(k, moment)), memberNames(after.Members(k, moment)); !slices.Equal(want, got) {
				t.Fatalf("seed %d: %s has the members %v, not %v\n%s", seed, k, got, want, files.String())
			}
		}
	}
}

func memberNames(members []directory.Membership) []string {
	var out []string
	for _, m := range members {
		out = append(out, m.Person)
	}
	return out
}

// layout writes a record as a file, in one of several layouts.
func layout(r *rand.Rand, record directory.Record) string {
	head := func(kind, name string) string {
		return "--- " + strings.ToLower(kind) + "-" + name + ".yaml\n# " + name + "\napiVersion: provost.dev/v1alpha1\nkind: " + kind +
			"\nmetadata: {name: " + name + "}\nspec:\n"
	}
	switch rec := record.(type) {
	case *directory.Person:
		state := ""
		if rec.Suspended {
			state = "  state: Suspended\n"
		}
		return head("Person", rec.Name) + state + "  attributes: {team: [" + strings.Join(rec.Attributes["team"], ", ") + "]}\n"
	case *directory.Group:
		text := head("Group", rec.Key.Name) + "  displayName: it's # a [name]\n"
		if rec.Parent.Name != "" {
			text += "  parentRef: {name: " + rec.Parent.Name + "}\n"
		}
		if rec.Listed {
			text += "  membership: Listed\n"
		}
		text += members(r, rec.Members)
		if rec.Selector != nil {
			text += "  memberSelector:\n    matchLabels: {team: " + rec.Selector.Expressions[0].Values[0] + "}\n"
		}
		if r.IntN(4) == 0 {
			text = strings.TrimSuffix(text, "\n")
		} else if r.IntN(3) == 0 {
			text = strings.ReplaceAll(text, "\n", "\r\n")
			text = strings.Replace(text, "\r\n", "\n", 1) // the name of the file
		}
		return text
	}
	return ""
}

func members(r *rand.Rand, list []directory.Member) string {
	comment := func() string { return []string{"", "", "   # why"}[r.IntN(3)] + "\n" }
	var texts []string
	for _, m := range list {
		var fields []string
		for _, f := range entry(m) {
			fields = append(fields, f.Name+": "+f.Value)
		}
		texts = append(texts, strings.Join(fields, ", "))
	}
	dash := []string{"  - ", "    - ", "  -   "}[r.IntN(3)]
	var b strings.Builder
	switch kind := r.IntN(4); {
	case len(list) == 0:
		return []string{"", "  members: []\n", "  members:\n", "  members: null # none\n"}[kind]
	case kind == 0:
		return "  members: [{" + strings.Join(texts, "}, {") + "}]" + comment()
	case kind == 1:
		b.WriteString("  members: [\n")
		for i, text := range texts {
			b.WriteString("    {" + text + "}" + []string{",", ""}[(i+1)/len(texts)] + comment())
		}
		b.WriteString("  ]\n")
	case kind == 2:
		b.WriteString("  members:" + comment())
		for _, text := range texts {
			b.WriteString(dash + "{" + text + "}" + comment() + "  # below" + "\n")
		}
	default:
		b.WriteString("  members:" + comment())
		for _, text := range texts {
			b.WriteString(dash + strings.ReplaceAll(text, ", ", "\n"+strings.Repeat(" ", len(dash))) + comment() + "\n")
		}
	}
	return b.String()
}
