package manifest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// TestOneLetterIsOneText refuses a letter that is spelt apart, wherever attributes and what asks about them are
// written: a NotIn would be passed by it (R37).
func TestOneLetterIsOneText(t *testing.T) {
	const together, apart = "Zürich", "Zu\u0308rich"
	for field, text := range map[string]string{
		"spec.attributes[city][0]": object("Person", "", "alice", "{attributes: {city: ['@']}}"),
		"spec.attributes[city][1]": object("Course", "acme", "algebra", "{attributes: {city: [Bern, '@']}}"),
		"spec.memberSelector.matchLabels[city]": object("Group", "acme", "abroad",
			"{memberSelector: {matchLabels: {city: '@'}}}"),
		"spec.memberSelector.matchExpressions[0].values[1]": object("Group", "acme", "abroad",
			"{memberSelector: {matchExpressions: [{key: city, operator: NotIn, values: [Bern, '@']}]}}"),
	} {
		mustRead(t, Options{}, "a.yaml", strings.ReplaceAll(text, "@", together))
		_, err := read(t, Options{}, "a.yaml", strings.ReplaceAll(text, "@", apart))
		problems, ok := AsProblems(err)
		if !ok || len(problems) != 1 || problems[0].Field != field || problems[0].Line == 0 ||
			!strings.Contains(problems[0].Message, "(NFC), "+together) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// TestAttributesOfBefore reads what a cluster still holds from when an attribute had one text.
func TestAttributesOfBefore(t *testing.T) {
	var stored provostv1.Person
	if err := json.Unmarshal([]byte(`{"metadata": {"name": "ada"}, "spec": {"attributes": {"city": "Bern", "year": ["1", "2"]}}}`),
		&stored); err != nil {
		t.Fatal(err)
	}
	r, err := FromObject(&stored)
	if diff := cmp.Diff(directory.Record(&directory.Person{
		Name: "ada", Attributes: directory.Attributes{"city": {"Bern"}, "year": {"1", "2"}},
	}), r); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
