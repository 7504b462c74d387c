package admission_test

import (
	"encoding/json"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	ctrladmission "sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
	"provost.dev/provost/internal/testing/testenv"
)

var update = flag.Bool("update", false, "write the answers into the tables; read them before you commit them")

// TestWarnings is what an answer warns of, row by row.
func TestWarnings(t *testing.T) {
	t.Parallel()
	all, err := tables.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range all {
		path := admission.ChangesPath
		if strings.HasSuffix(table.File, "deletions.txt") {
			path = admission.DeletesPath
		}
		for _, s := range table.Sections {
			h := handlers(t, s.Records)[path]
			for _, r := range s.Rows {
				asked := request(t, r.User, part(r.Before), part(r.After))
				asked.DryRun = ptr.To(true) // each row is asked by itself
				got := answer(h.Handle(t.Context(), asked))
				if *update {
					r.Want = got
				}
				if !slices.Equal(got, r.Want) {
					t.Errorf("%s: %s\n%s\ngot\n\t%s\nwant\n\t%s", table.File, s.Title, r.Line, strings.Join(got, "\n\t"), strings.Join(r.Want, "\n\t"))
				}
			}
		}
		if *update {
			if err := table.Write(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// handlers are the webhooks over a world, without an API server.
func handlers(t testing.TB, records []directory.Record, objects ...client.Object) map[string]ctrladmission.Handler {
	t.Helper()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	d := directory.New()
	for _, r := range records {
		d.Apply(directory.Upsert(r))
	}
	return admission.Handlers(scheme, admission.Options{
		Directory: d, Ready: func() error { return nil }, Clock: clocktesting.NewFakePassiveClock(tables.Now), Patience: time.Millisecond,
		Client: fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build(),
	})
}

// answer is "allowed", or every warning, or why not.
func answer(r ctrladmission.Response) []string {
	switch {
	case !r.Allowed:
		return []string{"refused: " + r.Result.Message}
	case len(r.Warnings) == 0:
		return []string{tables.Allowed}
	}
	return r.Warnings
}

// part is a record as an object, or nil.
func part(r directory.Record) *unstructured.Unstructured {
	if r == nil {
		return nil
	}
	return object(r)
}

// request is what an API server asks: a creation without before, a deletion without after.
func request(t testing.TB, user string, before, after *unstructured.Unstructured) ctrladmission.Request {
	t.Helper()
	o, operation := after, admissionv1.Update
	switch {
	case before == nil:
		operation = admissionv1.Create
	case after == nil:
		o, operation = before, admissionv1.Delete
	}
	gvk := o.GroupVersionKind()
	return ctrladmission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		UID: "1", Kind: metav1.GroupVersionKind{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind},
		Name: o.GetName(), Namespace: o.GetNamespace(), Operation: operation,
		UserInfo:  authenticationv1.UserInfo{Username: user, Groups: []string{"system:authenticated"}},
		OldObject: raw(t, before), Object: raw(t, after),
	}}
}

func raw(t testing.TB, o *unstructured.Unstructured) runtime.RawExtension {
	t.Helper()
	if o == nil {
		return runtime.RawExtension{}
	}
	content, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return runtime.RawExtension{Raw: content}
}
