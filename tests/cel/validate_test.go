package cel

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
)

// sameShortcut demands that the quick check of good objects is certain of none that the API server's libraries refuse.
func sameShortcut(t *testing.T, obj *unstructured.Unstructured, quick verdict) {
	t.Helper()
	if errs := offline.Thoroughly(t.Context(), obj); (len(errs) > 0) != quick.refused {
		t.Errorf("the quick check says %s, and the thorough one %v", orAccepted(quick), errs.ToAggregate())
	}
}

// sameValidation demands that "provost validate" refuses the same objects, once they are written into a file, and says
// of them all that the API server says, with a line for each.
func sameValidation(t *testing.T, obj *unstructured.Unstructured, want verdict) {
	t.Helper()
	if obj.GetKind() == "EffectivePermissions" {
		return // nobody declares it, and validate does not look at it
	}
	report, err := validate.Run(t.Context(), validate.Options{Now: time.Unix(0, 0)}, manifest.Source{
		Name: "object.yaml", Stream: bytes.NewReader([]byte(mustYAML(t, obj.Object))),
	})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	fields := map[string]bool{}
	for _, f := range report.Findings {
		switch {
		case f.Severity != validate.Error:
		case f.Rule == "system-role": // which the webhook refuses
		case f.Rule == "unknown-time-zone": // which no CEL rule can tell
		case f.Rule == "dangling-deny": // which is of the objects beside it: the API server takes them in any order
		case f.Line == 0 || f.Column == 0 || f.File != "object.yaml":
			t.Errorf("no place for %+v", f)
		default:
			said = append(said, f.Field+": "+f.Message)
			fields[f.Field] = true
		}
	}
	if (len(said) > 0) != want.refused {
		t.Errorf("validate says %q, and the API server %s", said, orAccepted(want))
	}
	for _, cause := range want.causes {
		// In the API server's words, or where those help nobody in better ones: of the field, or of the one around it.
		field, _, _ := strings.Cut(cause, ": ")
		for !fields[field] && strings.ContainsAny(field, ".[") {
			field = field[:strings.LastIndexAny(field, ".[")]
		}
		if !slices.Contains(said, cause) && !fields[field] {
			t.Errorf("validate says %q, and the API server %s", said, cause)
		}
	}
}

// A Role of type System is refused by the webhook, whatever the schema says of it, and by validate in the same words.
func TestSystemRoleIsNobodysToDeclare(t *testing.T) {
	text := "apiVersion: provost.dev/v1alpha1\nkind: Role\nmetadata: {name: course-x, namespace: acme}\nspec: {level: Course, type: " +
		"System, permissions: []}\n"
	report, err := validate.Run(t.Context(), validate.Options{Now: time.Unix(0, 0)},
		manifest.Source{Name: "role.yaml", Stream: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	want := "the type System is for the roles of the release"
	if len(report.Findings) != 1 || !strings.HasPrefix(report.Findings[0].Message, want) || report.Findings[0].Line != 4 {
		t.Errorf("got %+v", report.Findings)
	}
}
