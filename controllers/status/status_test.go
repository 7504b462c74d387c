package status_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/script"
	"provost.dev/provost/internal/testing/testenv"
)

// says is one case: in a world, an object's status.
type says struct {
	name string
	// world is a script (internal/testing/script).
	world string
	// object is the one of which the status is looked at, as YAML. More documents belong to the world.
	object string
	// want is what the status says, as testenv.Expect has it. What the condition says in words that is named first,
	// stands in testdata.
	want string
}

// parse reads an object as YAML. It is in the namespace acme, unless it says otherwise.
func parse(t *testing.T, text string) manifest.Object {
	t.Helper()
	var head struct{ Kind string }
	if err := yaml.Unmarshal([]byte(text), &head); err != nil {
		t.Fatal(err)
	}
	o, ok := manifest.New(head.Kind)
	if !ok {
		t.Fatalf("no such kind: %s", text)
	}
	if err := yaml.UnmarshalStrict([]byte(text), o); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if o.GetNamespace() == "" && !slices.Contains([]string{"Person", "SystemDeny", "Platform"}, head.Kind) {
		o.SetNamespace("acme")
	}
	o.SetGeneration(1)
	return o
}

// run fills in the status of a case's object and compares. It returns the message of the condition that is named first.
func (c says) run(t *testing.T) (message string) {
	s, err := script.Run(c.world)
	if err != nil {
		t.Fatal(err)
	}
	view := status.View{Now: s.Now(), Revision: "v1.2.3"}
	records := slices.Clone(s.Records())
	var object provostv1.Object
	for i, text := range strings.Split(c.object, "\n---\n") {
		o := parse(t, text)
		if i == 0 {
			object = o.(provostv1.Object)
		}
		if p, ok := o.(*provostv1.Platform); ok {
			view.Justification = p.Spec.Justification
		}
		record, err := manifest.FromObject(o)
		if err != nil {
			t.Fatal(err)
		}
		if record != nil {
			records = append(records, record)
		}
	}
	view.Snapshot = directory.Build(records...)
	fill(t, view, object)
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	u := &unstructured.Unstructured{Object: content}
	first := ""
	for word := range strings.FieldsSeq(c.want) {
		field, want, _ := strings.Cut(word, "=")
		if first == "" {
			first = field
		}
		if got := strings.ReplaceAll(testenv.Look(u, field), " ", "_"); got != want { // words of a case end at blanks
			t.Errorf("%s=%s, want %s", field, got, want)
		}
	}
	if c := apimeta.FindStatusCondition(object.GetConditions(), first); c != nil {
		message = c.Message
	}
	return message
}

// fill fills in a status twice: the second time, nothing may change.
func fill(t *testing.T, view status.View, o provostv1.Object) {
	t.Helper()
	kind := o.(runtime.Object).GetObjectKind().GroupVersionKind().Kind
	i := slices.IndexFunc(status.Kinds(), func(k status.Kind) bool { return string(k.Name) == kind })
	if i < 0 {
		t.Fatalf("%s has no status", kind)
	}
	k := status.Kinds()[i]
	k.Fill(view, o)
	if k.Observed(o) != o.GetGeneration() {
		t.Errorf("speaks of the generation %d", k.Observed(o))
	}
	before := slices.Clone(o.GetConditions())
	k.Fill(view, o)
	if !slices.Equal(before, o.GetConditions()) {
		t.Errorf("filled in twice: %v, then %v", before, o.GetConditions())
	}
}

var update = flag.Bool("update", false, "write the messages of all cases into testdata")

// runAll runs cases, and holds their messages to those in testdata.
func runAll(t *testing.T, cases []says) {
	t.Helper()
	var messages strings.Builder
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if message := c.run(t); message != "" {
				fmt.Fprintf(&messages, "%s:\n  %s\n", c.name, message)
			}
		})
	}
	path := filepath.Join("testdata", t.Name()+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(messages.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), messages.String()); d != "" && !t.Failed() {
		t.Errorf("messages are not those of %s (go test -update writes them): %s", path, d)
	}
}
