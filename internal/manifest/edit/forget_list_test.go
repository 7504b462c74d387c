package edit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const peopleOfAList = head + `PersonList
items:
# The first of all.
- metadata: {name: ada}
# Abe is on leave.
# Until May.
- metadata: {name: abe}
  spec: {displayName: Abe} # him
# Jan.
- metadata: {name: jan}
`

// TestForgetInAList takes somebody out of a list of people, with what is said of that one alone.
func TestForgetInAList(t *testing.T) {
	t.Parallel()
	w, _ := folderOf(t, map[string]string{"people.yaml": peopleOfAList})
	got, err := w.Forget(t.Context(), "abe")
	if err != nil || len(got.Files) != 1 {
		t.Fatal(got, err)
	}
	const want = head + "PersonList\nitems:\n# The first of all.\n- metadata: {name: ada}\n# Jan.\n- metadata: {name: jan}\n"
	if diff := cmp.Diff(want, string(got.Files[0].After)); diff != "" {
		t.Error(diff)
	}
}

// TestEndForEntries ends the entries of groups that make somebody a member; those that keep out, and what ends before, stay.
func TestEndForEntries(t *testing.T) {
	t.Parallel()
	const groups = head + `Group
metadata: {name: board, namespace: acme}
spec:
  members:
  - {name: abe} # since May
  - {name: abe, id: away, state: Removed, notBefore: "2027-01-01T00:00:00Z", notAfter: "2027-02-01T00:00:00Z"}
  - name: abe
    id: guest
    notAfter: "2027-01-01T00:00:00Z"
  - {name: dana}
`
	const want = head + `Group
metadata: {name: board, namespace: acme}
spec:
  members:
  - {name: abe, notAfter: "2027-04-01T00:00:00Z"} # since May
  - {name: abe, id: away, state: Removed, notBefore: "2027-01-01T00:00:00Z", notAfter: "2027-02-01T00:00:00Z"}
  - name: abe
    id: guest
    notAfter: "2027-01-01T00:00:00Z"
  - {name: dana}
`
	w, _ := folderOf(t, map[string]string{"groups.yaml": groups})
	got, err := w.EndFor(t.Context(), time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC), "abe")
	if err != nil || len(got.Files) != 1 || len(got.What) != 1 {
		t.Fatal(got, err)
	}
	if diff := cmp.Diff(want, string(got.Files[0].After)); diff != "" {
		t.Error(diff)
	}
	again, err := w.EndFor(t.Context(), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "dana")
	if err != nil || len(again.What) != 1 {
		t.Errorf("%v %v", again, err)
	}
}
