package edit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/manifest/edit"
)

// TestUpgrade writes the attributes of people as lists, and nothing else: comments, quotes and other kinds stay.
func TestUpgrade(t *testing.T) {
	const before = `# people
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: ada}
spec:
  attributes: {department: physics, year: "2", city: ['Bern', Zürich]} # hers
---
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: ben}
spec:
  attributes:
    department: applied physics # since May
    team:
    - a
---
apiVersion: provost.dev/v1alpha1
kind: PersonList
items:
- metadata: {name: cem}
  spec: {attributes: {department: physics}}
---
apiVersion: example.org/v1
kind: Person
spec: {attributes: {department: physics}}
`
	const after = `# people
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: ada}
spec:
  attributes: {department: [physics], year: ["2"], city: ['Bern', Zürich]} # hers
---
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: ben}
spec:
  attributes:
    department: [applied physics] # since May
    team:
    - a
---
apiVersion: provost.dev/v1alpha1
kind: PersonList
items:
- metadata: {name: cem}
  spec: {attributes: {department: [physics]}}
---
apiVersion: example.org/v1
kind: Person
spec: {attributes: {department: physics}}
`
	for _, text := range []string{before, after} {
		got, err := edit.Upgrade([]byte(text))
		if diff := cmp.Diff(after, string(got)); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	const several = "apiVersion: provost.dev/v1alpha1\nkind: Person\nspec:\n  attributes:\n    a: |\n      b\n"
	if _, err := edit.Upgrade([]byte(several)); err == nil {
		t.Error("a text of several lines is written anew")
	}
}
