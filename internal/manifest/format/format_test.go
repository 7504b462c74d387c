package format_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/testenv"
)

var update = flag.Bool("update", false, "write what is formatted now into the cases; look at the difference before you commit it")

// TestCases formats the files of testdata: what is above the line of "=" becomes what is below it.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			const line = "====\n"
			before, after, _ := strings.Cut(string(text), line)
			got := formatted(t, []byte(before), format.Options{SortMembers: strings.Contains(file, "sorted")})
			if *update {
				if err := os.WriteFile(file, []byte(before+line+string(got.Text)), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(after, string(got.Text)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if left := strings.HasPrefix(filepath.Base(file), "left-"); left != (len(got.Left) > 0) {
				t.Errorf("left as they are: %+v", got.Left)
			}
		})
	}
}

// formatted formats a text, and demands that formatting it again changes nothing and that it means the same.
func formatted(t *testing.T, text []byte, o format.Options) format.Result {
	t.Helper()
	got, problem := format.Text(text, o)
	if problem != nil {
		t.Fatalf("%s:\n%s", problem.Message, text)
	}
	again, problem := format.Text(got.Text, o)
	if problem != nil {
		t.Fatalf("what was formatted cannot be read: %s\n%s", problem.Message, got.Text)
	}
	if diff := cmp.Diff(string(got.Text), string(again.Text)); diff != "" {
		t.Fatalf("formatting again changes it:\n%s", diff)
	}
	if before, after := bytes.Count(text, []byte("#")), bytes.Count(got.Text, []byte("#")); before != after {
		t.Fatalf("of %d \"#\" there are %d left:\n%s", before, after, got.Text)
	}
	if before, after := meaning(t, text), meaning(t, got.Text); !o.SortMembers && !reflect.DeepEqual(before, after) {
		t.Fatalf("the meaning changes:\n%s", cmp.Diff(before, after))
	}
	return got
}

// meaning is what a text holds, document by document.
func meaning(t *testing.T, text []byte) []any {
	t.Helper()
	roots, problem := node.Parse(text)
	if problem != nil {
		t.Fatal(problem.Message)
	}
	var out []any
	for _, r := range roots {
		v, problem := node.Value(r)
		if problem != nil {
			v = problem.Message
		}
		out = append(out, v)
	}
	return out
}

// every calls a function with every YAML file below a folder.
func every(t *testing.T, dir string, do func(name string, text []byte)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(name)
		if err == nil {
			n++
			do(name, text)
		}
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%s: %d files, %v", dir, n, err)
	}
}

// The examples are formatted already, and every comment of theirs can be kept. What else lies beside them keeps its meaning.
func TestExamples(t *testing.T) {
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range []string{"acme", "corporate", "community"} {
		every(t, filepath.Join(root, "examples", example), func(name string, text []byte) {
			got := formatted(t, text, format.Options{})
			for _, left := range got.Left {
				t.Errorf("%s:%d: %s", name, left.Line, left.Why)
			}
			if diff := cmp.Diff(string(text), string(got.Text)); diff != "" {
				t.Errorf("%s:\n%s", name, diff)
			}
		})
	}
	need.Time(t) // the others are many
	every(t, filepath.Join(root, "examples"), func(_ string, text []byte) {
		formatted(t, text, format.Options{})
		formatted(t, text, format.Options{SortMembers: true})
	})
}

// Every kind of the API has an order.
func TestKinds(t *testing.T) {
	for _, kind := range manifest.Kinds() {
		version := "provost.dev/v1alpha1"
		if kind == "Namespace" {
			version = "v1"
		}
		got := formatted(t, []byte("spec: {}\nmetadata: {name: x}\nkind: "+kind+"\napiVersion: "+version+"\n"), format.Options{})
		want := "apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: x}\nspec: {}\n"
		if kind != "EffectivePermissions" && string(got.Text) != want { // which nobody writes
			t.Errorf("%s:\n%s", kind, got.Text)
		}
	}
}

// Neither does anything of a real organisation change its meaning.
func TestRealOrganisation(t *testing.T) {
	need.Time(t)
	dir := need.Organisation(t, false)
	files, changed := 0, 0
	every(t, dir, func(name string, text []byte) {
		got := formatted(t, text, format.Options{})
		if len(got.Left) > 0 {
			t.Errorf("%s: %+v", name, got.Left)
		}
		if files++; string(got.Text) != string(text) {
			changed++
		}
		formatted(t, text, format.Options{SortMembers: true})
	})
	t.Logf("%d of %d files change", changed, files)
}

// FuzzText looks for texts that formatting changes in meaning, or changes again and again.
func FuzzText(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		before, _, _ := strings.Cut(string(text), "====\n")
		f.Add([]byte(before))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, problem := node.Parse(text); problem != nil {
			return
		}
		formatted(t, text, format.Options{})
	})
}
