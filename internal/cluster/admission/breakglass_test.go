package admission_test

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
)

// Access for an emergency is given by platform administrators, with a reason and
// an end, and shows for as long as it lasts.
func TestBreakGlass(t *testing.T) {
	t.Parallel()
	h := handlers(t, append(school(), binding("bob", "course-student")))[admission.ChangesPath]
	plain := object(binding("bob", "course-student"))
	breaking := func(justification, notAfter string) *unstructured.Unstructured {
		return with(plain, func(o *unstructured.Unstructured) {
			o.SetLabels(map[string]string{provostv1.BreakGlassLabel: "true"})
			spec := o.Object["spec"].(fields)
			spec["justification"] = justification
			if notAfter != "" {
				spec["notAfter"] = notAfter
			}
		})
	}
	const (
		soon  = "2027-01-02T00:00:00Z"
		later = "2027-01-08T00:00:01Z"
		fixed = "refused: the label provost.dev/break-glass is given when a binding is created, and stays: create another binding"
		end   = "a break-glass binding ends within 7 days: set spec.notAfter, by 2027-01-08T00:00:00Z at the latest"
	)
	good := breaking("the exam is stuck", soon)
	noted := with(good, func(o *unstructured.Unstructured) { o.SetAnnotations(map[string]string{"note": "a"}) })
	for _, test := range []struct {
		what, user    string
		before, after *unstructured.Unstructured
		want          string
	}{
		{what: "by an administrator", user: "root", after: good, want: "allowed"},
		{what: "by somebody who may give the role", user: "sue", after: good,
			want: "refused: only platform administrators may create or change break-glass bindings"},
		{what: "without an end or a reason", user: "root", after: breaking("", ""),
			want: "refused: a break-glass binding says why it is needed: set spec.justification; " + end},
		{what: "for too long", user: "root", after: breaking("the exam is stuck", later), want: "refused: " + end},
		{what: "prolonged by somebody else", user: "sue", before: breaking("the exam is stuck", "2027-01-01T12:00:00Z"), after: good,
			want: "refused: only platform administrators may create or change break-glass bindings"},
		{what: "prolonged by an administrator", user: "root", before: breaking("the exam is stuck", "2027-01-01T12:00:00Z"), after: good,
			want: "allowed"},
		{what: "made silent", user: "root", before: good, after: plain, want: fixed},
		{what: "made of another binding", user: "root", before: plain, after: good, want: fixed},
		{what: "a note on it", user: "sue", before: good, after: noted, want: "allowed"},
		{what: "taken back by somebody who may take the role", user: "sue", before: good, want: "allowed"},
	} {
		got := answer(h.Handle(t.Context(), request(t, test.user, test.before, test.after)))
		if want := []string{test.want}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", test.what, strings.Join(got, "\n"), test.want)
		}
	}
}
