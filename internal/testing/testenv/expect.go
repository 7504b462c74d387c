package testenv

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// patience is how long Expect waits for what it expects. It is generous: tests
// share few cores, and none of them asserts how long something takes.
const patience = 60 * time.Second

// Expect waits until every line holds. A line names an object and says what of
// its status is expected, or that it is absent:
//
//	Course/acme/algebra-1    Ready=True/Succeeded people=2 parent=Campus/north
//	Group/acme/engineering   Ready=False/Cycle Stalled=True/Cycle members=alice,bob
//	Person/alice             groups=3 namespaces=acme
//	EffectivePermissions/acme/alice  can[Course/algebra-1]=view_course roles[Course/algebra-1]=course-student
//	EffectivePermissions/acme/bob    absent
//
// A condition is written as status and reason, or "-" where it is not to be
// there. Any other word is a field of the status; a list is written with
// commas, in the order in which it stands, a space as _, and an absent field is empty.
func (e *Env) Expect(t testing.TB, lines string) {
	t.Helper()
	var wrong []string
	for deadline := time.Now().Add(patience); ; time.Sleep(30 * time.Millisecond) {
		wrong = e.unmet(t, lines)
		if len(wrong) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not as expected:\n%s", strings.Join(wrong, "\n"))
		}
	}
}

// unmet are the lines that do not hold, each with what is there instead.
func (e *Env) unmet(t testing.TB, lines string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		o, err := e.get(t, words[0])
		absent := slices.Equal(words[1:], []string{"absent"})
		switch {
		case apierrors.IsNotFound(err):
			if !absent {
				out = append(out, words[0]+" is absent")
			}
			continue
		case err != nil:
			t.Fatal(err)
		case absent:
			out = append(out, words[0]+" is there")
			continue
		}
		var have []string
		met := true
		for _, w := range words[1:] {
			field, want, _ := strings.Cut(w, "=")
			got := strings.ReplaceAll(Look(o, field), " ", "_")
			have = append(have, field+"="+got)
			met = met && got == want
		}
		if !met {
			out = append(out, fmt.Sprintf("%s\n\twant %s\n\thave %s\n\t(%s)", words[0],
				strings.Join(words[1:], " "), strings.Join(have, " "), messages(o)))
		}
	}
	return out
}

func (e *Env) get(t testing.TB, name string) (*unstructured.Unstructured, error) {
	t.Helper()
	parts := strings.Split(name, "/")
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(provostv1.GroupVersion.WithKind(parts[0]))
	key := types.NamespacedName{Name: parts[len(parts)-1]}
	if len(parts) == 3 {
		key.Namespace = parts[1]
	}
	return o, e.Client.Get(t.Context(), key, o)
}

// Look reads one word of a line off an object.
func Look(o *unstructured.Unstructured, field string) string {
	if list, entity, ok := strings.Cut(strings.TrimSuffix(field, "]"), "["); ok {
		return lookAccess(o, list, entity)
	}
	if field[0] >= 'A' && field[0] <= 'Z' {
		c := condition(o, field)
		if c == nil {
			return "-"
		}
		return fmt.Sprintf("%v/%v", c["status"], c["reason"])
	}
	value, ok, _ := unstructured.NestedFieldNoCopy(o.Object, append([]string{"status"}, strings.Split(field, ".")...)...)
	if !ok {
		return ""
	}
	return write(value)
}

// lookAccess reads what is said about one entity: can, roles, denied or until.
func lookAccess(o *unstructured.Unstructured, list, entity string) string {
	items, field := "access", map[string]string{"can": "permissions", "denied": "permissions", "roles": "roles", "until": "notAfter"}[list]
	if list == "denied" {
		items = "denied"
	}
	all, _, _ := unstructured.NestedSlice(o.Object, "status", items)
	for _, item := range all {
		m := item.(map[string]any)
		entities, _, _ := unstructured.NestedStringSlice(m, "entities")
		if slices.Contains(entities, entity) {
			return write(m[field])
		}
	}
	return "-"
}

// write writes a value as a line does: a list of objects by their names.
func write(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		var parts []string
		for _, x := range v {
			if m, ok := x.(map[string]any); ok {
				x = m["name"]
				if n, counted := m["people"]; counted {
					x = fmt.Sprintf("%v:%v", x, n)
				}
			}
			parts = append(parts, fmt.Sprint(x))
		}
		return strings.Join(parts, ",")
	default:
		return fmt.Sprint(v)
	}
}

func condition(o *unstructured.Unstructured, kind string) map[string]any {
	all, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range all {
		if m, ok := c.(map[string]any); ok && m["type"] == kind {
			return m
		}
	}
	return nil
}

func messages(o *unstructured.Unstructured) string {
	all, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	var out []string
	for _, c := range all {
		m, _ := c.(map[string]any)
		out = append(out, fmt.Sprintf("%v: %v", m["type"], m["message"]))
	}
	return strings.Join(out, "; ")
}
