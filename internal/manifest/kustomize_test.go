package manifest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"provost.dev/provost/internal/engine/directory"
)

func overlay(extra ...string) fstest.MapFS {
	return tree(append([]string{
		"base/kustomization.yaml", "resources: [groups.yaml]\n",
		"base/groups.yaml", acmeGroups,
		"prod/kustomization.yaml", "namespace: prod\nnamePrefix: p-\nresources: [../base, list.yaml]\npatches:\n- path: patch.yaml\n",
		"prod/list.yaml", "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(object("Course", "acme", "logic", "{}"), "\n", "\n  ") +
			"\n",
		"prod/patch.yaml", object("Course", "acme", "algebra", "{displayName: Other}"),
		"stray.yaml", "not: [valid",
	}, extra...)...)
}

func TestKustomization(t *testing.T) {
	s, err := Read(t.Context(), Options{Content: true}, Source{FS: overlay(), Dir: "prod", Name: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Group prod/p-staff@base/groups.yaml:2", "Course prod/p-algebra@base/groups.yaml:11",
		"Course prod/p-logic@prod/list.yaml:4"}
	if got := names(s); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	id := directory.ID{Kind: directory.KindGroup, Namespace: "prod", Name: "p-staff"}
	if p, _ := s.Locate(id, "spec.members[1]"); p.String() != "base/groups.yaml:9" {
		t.Errorf("bob is at %s", p)
	}
	if a := s.Items[0].Content.GetAnnotations(); len(a) > 0 {
		t.Errorf("annotations were left: %v", a)
	}
	if d, _ := s.Items[1].Content.Object["spec"].(map[string]any)["displayName"].(string); d != "Other" {
		t.Errorf("the patch was not applied: %q", d)
	}
}

func TestKustomizationProblems(t *testing.T) {
	for _, tc := range []struct {
		name, file, text, want string
	}{
		{"address", "prod/kustomization.yaml", "resources:\n- https://example.org/x.yaml\n",
			`prod/kustomization.yaml:2:3: resources: "https://example.org/x.yaml" lies outside`},
		{"repository", "prod/kustomization.yaml", "resources:\n- github.com/o/r?ref=main\n", `"github.com/o/r?ref=main" lies outside`},
		{"scp", "prod/kustomization.yaml", "components:\n- git@github.com:o/r\n", `lies outside`},
		{"absolute", "prod/kustomization.yaml", "resources: [/etc/passwd]\n", `lies outside of the repository`},
		{"above", "prod/kustomization.yaml", "resources: [../../x]\n", `there is no file or folder`},
		{"base's base", "base/kustomization.yaml", "resources: [groups.yaml, 'http://x/y']\n",
			`base/kustomization.yaml:1:26: resources: "http://x/y" lies outside`},
		{"patch", "prod/kustomization.yaml", "resources: [../base]\npatches: [{path: 'https://x/y'}]\n",
			`prod/kustomization.yaml:2:18: patches/path: the kustomization names an address of the network`},
		{"file of a generator", "prod/kustomization.yaml", "configMapGenerator: [{name: x, files: ['k=HTTPS://x/y']}]\n",
			`configMapGenerator/files: the kustomization names an address`},
		{"openapi", "prod/kustomization.yaml", "openapi: {path: 'https://x/y'}\n", `openapi/path: the kustomization names an address`},
		{"inline transformer", "prod/kustomization.yaml", "transformers:\n- |\n  apiVersion: builtin\n  path: https://x/y\n",
			`transformers: the kustomization names an address`},
		{"transformer in a file", "prod/kustomization.yaml", "transformers: [patch.yaml]\n", ``},
		{"helm", "prod/kustomization.yaml", "helmCharts: [{name: x}]\n", `helm charts are not rendered`},
		{"wrong field", "prod/kustomization.yaml", "resorces: [../base]\n", `prod/kustomization.yaml: kustomize: `},
		{"wrong object", "base/groups.yaml", object("Course", "acme", "x", "{parent: y}"),
			`base/groups.yaml:1:1: Course prod/p-x: spec.parent: Forbidden: unknown field "spec.parent"`},
		{"hidden in a base", "base/groups.yaml", "# a\u2028b\n" + object("Course", "acme", "x", "{}"),
			`base/groups.yaml:1:4: U+2028 (line separator) ends a line`},
		{"not yaml", "prod/kustomization.yaml", "a: [b\n", `prod/kustomization.yaml:`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := overlay(tc.file, tc.text)
			if tc.name == "transformer in a file" {
				files["prod/patch.yaml"] = &fstest.MapFile{Data: []byte("a: 1\n---\napiVersion: builtin\nkind: PatchTransformer\npath: https://x/y\n")}
				tc.want = "prod/patch.yaml:5:7: path: the kustomization names an address"
			}
			if tc.name == "wrong object" {
				files["prod/kustomization.yaml"] = &fstest.MapFile{Data: []byte("namespace: prod\nnamePrefix: p-\nresources: [../base]\n")}
			}
			_, err := Read(t.Context(), Options{}, Source{FS: files, Dir: "prod", Name: "prod"})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want it to say %q", err, tc.want)
			}
			if _, ok := AsProblems(err); !ok {
				t.Errorf("the error is %T", err)
			}
		})
	}
}

func TestKustomizationOfTheDisk(t *testing.T) {
	dir := t.TempDir()
	for name, file := range overlay() {
		target := filepath.Join(dir, "repo", name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "repo", ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	check := func(folder, want string) {
		t.Helper()
		source, closer, err := Folder(folder, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = closer.Close() }()
		s, err := Read(t.Context(), Options{}, source)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Items[0].Position.String(); got != want {
			t.Errorf("the first object is at %s, want %s", got, want)
		}
	}
	check("repo/prod", "repo/base/groups.yaml:2")
	if err := os.Remove(filepath.Join("repo", "base", "groups.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join("repo", "base", "groups.yaml")); err != nil {
		t.Fatal(err)
	}
	source, closer, err := Folder("repo/prod", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	if _, err := Read(t.Context(), Options{}, source); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("a link out of the tree: %v", err)
	}
}
