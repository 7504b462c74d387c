package history

import (
	"flag"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
)

func person(name string) string {
	return "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata:\n  name: " + name + "\nspec: {}\n"
}

func group(name string, members ...string) string {
	text := "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata:\n  name: " + name + "\n  namespace: acme\nspec:\n  members:\n"
	for _, m := range members {
		text += "  - name: " + m + "\n"
	}
	return text
}

// told is a step in one line a change: what was declared and is declared, and where.
func told(s *Step) []string {
	var out []string
	for _, p := range s.Problems {
		out = append(out, "problem "+p.Error())
	}
	for _, c := range s.Changes {
		out = append(out, c.ID.String()+" "+c.Before.Locate("").String()+" > "+c.After.Locate("spec.members[1]").String())
	}
	return out
}

// TestSteps goes through small histories.
func TestSteps(t *testing.T) {
	const kustomization = "resources: [../base]\nnamePrefix: x-\n"
	for _, tc := range []struct {
		name  string
		dir   string
		steps []map[string]string
		want  [][]string
	}{
		{name: "changed, moved, deleted", steps: []map[string]string{
			{"a.yaml": group("g", "ada"), "b/p.yaml": person("ada"), "README.md": "hello"},
			{"a.yaml": group("g", "ada", "bob")},
			{"c.yaml": group("g", "ada", "bob"), "a.yaml": "", "README.md": "again"},
			{"c.yaml": "", "b/.hidden/x.yaml": "kind: [", "b/x_test.yaml": "kind: ["},
		}, want: [][]string{
			{"Group/acme/g  > a.yaml:8", "Person/ada  > b/p.yaml:5"},
			{"Group/acme/g a.yaml:1 > a.yaml:9"},
			nil,
			{"Group/acme/g c.yaml:1 > "},
		}},
		{name: "a commit that cannot be read", steps: []map[string]string{
			{"a.yaml": group("g", "ada")},
			{"a.yaml": "kind: [", "b.yaml": person("bob")},
			{"c.yaml": person("cy")},
			{"a.yaml": group("g", "bob")},
		}, want: [][]string{
			{"Group/acme/g  > a.yaml:8"},
			{"problem a.yaml:1"},
			{"problem a.yaml:1"},
			{"Group/acme/g a.yaml:1 > a.yaml:8", "Person/bob  > b.yaml:5", "Person/cy  > c.yaml:5"},
		}},
		{name: "declared twice", steps: []map[string]string{
			{"a.yaml": person("ada")},
			{"b.yaml": person("ada")},
			{"a.yaml": ""},
		}, want: [][]string{
			{"Person/ada  > a.yaml:5"},
			{"problem b.yaml:1:1: Person ada: the object is declared twice, first at a.yaml:1"},
			nil,
		}},
		{name: "declared three times", steps: []map[string]string{
			{"a.yaml": person("ada"), "b.yaml": person("ada"), "c.yaml": person("ada")},
		}, want: [][]string{{
			"problem b.yaml:1:1: Person ada: the object is declared twice, first at a.yaml:1",
			"problem c.yaml:1:1: Person ada: the object is declared twice, first at a.yaml:1",
		}}},
		{name: "a folder", dir: "org", steps: []map[string]string{
			{"other/a.yaml": "kind: ["},
			{"org/a.yaml": person("ada")},
			{"other/a.yaml": "kind: [["},
			{"org/a.yaml": ""},
		}, want: [][]string{nil, {"Person/ada  > org/a.yaml:5"}, nil, {"Person/ada org/a.yaml:1 > "}}},
		{name: "a kustomization", dir: "live", steps: []map[string]string{
			{"live/kustomization.yaml": kustomization, "base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": group("g", "ada")},
			{"base/a.yaml": group("g", "ada", "bob")},
			{"live/kustomization.yaml": strings.Replace(kustomization, "x-", "y-", 1)},
			{"live/kustomization.yaml": "", "live/a.yaml": group("y-g", "ada", "bob")},
		}, want: [][]string{
			{"Group/acme/x-g  > base/a.yaml:8"},
			{"Group/acme/x-g base/a.yaml:1 > base/a.yaml:9"},
			{"Group/acme/x-g base/a.yaml:1 > ", "Group/acme/y-g  > base/a.yaml:9"},
			nil,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			repo, all := commits(t, tc.steps...)
			w := NewWorld(manifest.Options{})
			var got [][]string
			for step, err := range w.Walk(t.Context(), repo, tc.dir, all) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, told(step))
			}
			for i := range got {
				for j := range got[i] { // of a problem in the YAML itself only the place matters here
					if i < len(tc.want) && j < len(tc.want[i]) && strings.HasPrefix(tc.want[i][j], "problem") {
						got[i][j] = got[i][j][:min(len(got[i][j]), len(tc.want[i][j]))]
					}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

var readingStride = flag.Int("history.stride", 10, "how many commits lie between two that are compared with a reading of all their files")

// TestStepsAreReadings holds the records of each commit, reached step by step,
// against those of reading the commit from the beginning.
func TestStepsAreReadings(t *testing.T) {
	t.Parallel()
	need.Time(t)
	repo, all := realOrganisation(t)
	w := NewWorld(manifest.Options{})
	cache := &manifest.Cache{}
	n := 0
	for step, err := range w.Walk(t.Context(), repo, "", all) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%*readingStride != 0 && n < len(all) {
			continue
		}
		top, err := repo.Tree(step.Commit(), "")
		if err != nil {
			t.Fatal(err)
		}
		set, err := manifest.Read(t.Context(), manifest.Options{Cache: cache}, manifest.Source{FS: top, Dir: "."})
		if err != nil {
			t.Fatal(err)
		}
		if read, stepped := byID(set.Records()), byID(step.After.Records()); !reflect.DeepEqual(read, stepped) {
			t.Fatalf("%s: (-read +stepped)\n%s", step.Tree.Name, cmp.Diff(read, stepped))
		}
		for _, c := range step.Changes {
			if c.After == nil {
				continue
			}
			if at, _ := set.Locate(c.ID, "spec.members[0]"); at != c.After.Locate("spec.members[0]") {
				t.Fatalf("%s: %s stands at %s, want %s", step.Tree.Name, c.ID, c.After.Locate("spec.members[0]"), at)
			}
		}
	}
}

func byID(records []directory.Record) []directory.Record {
	slices.SortFunc(records, func(a, b directory.Record) int { return a.ID().Compare(b.ID()) })
	return records
}
