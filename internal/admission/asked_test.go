package admission_test

import (
	"reflect"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/admission"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/oracle/tables"
	"provost.dev/provost/internal/testenv"
)

// Deletions and access for an emergency are told of, by whom and with which
// revision; what is only tried, or refused, is not.
func TestRecord(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	d := directory.New()
	for _, r := range append(school(), binding("bob", "course-student")) {
		d.Apply(directory.Upsert(r))
	}
	var got []admission.Change
	all := admission.Handlers(scheme, admission.Options{
		Directory: d, Ready: func() error { return nil }, Clock: clocktesting.NewFakePassiveClock(tables.Now),
		Client: fake.NewClientBuilder().WithScheme(scheme).Build(), Record: func(c admission.Change) { got = append(got, c) },
	})
	bob := with(object(binding("bob", "course-student")), func(o *unstructured.Unstructured) { o.SetUID("7") })
	emergency := with(bob, func(o *unstructured.Unstructured) {
		o.SetLabels(map[string]string{provostv1.BreakGlassLabel: "true"})
		o.Object["spec"].(fields)["justification"], o.Object["spec"].(fields)["notAfter"] = "because", "2027-01-02T00:00:00Z"
	})
	const revision = "main@sha1:1"
	says := map[string]authenticationv1.ExtraValue{provostv1.RevisionExtra: {revision}}
	id := directory.ID{Kind: directory.KindRoleBinding, Namespace: "acme", Name: "bob"}
	change := func(operation, user, revision string) []admission.Change {
		return []admission.Change{{Request: "1", Operation: operation, Object: id, UID: "7", User: user, Revision: revision, At: tables.Now}}
	}
	for _, test := range []struct {
		what, path, user string
		before, after    *unstructured.Unstructured
		tries            bool
		want             []admission.Change
	}{
		{what: "a deletion", path: admission.DeletesPath, user: "sue", before: bob, want: change("DELETE", "sue", "")},
		{what: "a deletion by a GitSync", path: admission.DeletesPath, user: admission.ManagerUser, before: bob, want: change("DELETE", admission.ManagerUser, revision)},
		{what: "a dry run", path: admission.DeletesPath, user: "sue", before: bob, tries: true},
		{what: "a change", path: admission.ChangesPath, user: "root", after: bob},
		{what: "an emergency", path: admission.ChangesPath, user: "root", after: emergency, want: change("CREATE", "root", revision)},
		{what: "an emergency, refused", path: admission.ChangesPath, user: "sue", after: emergency},
		{what: "an emergency, tried", path: admission.ChangesPath, user: "root", after: emergency, tries: true},
	} {
		got = nil
		r := request(t, test.user, test.before, test.after)
		r.UserInfo.Extra, r.DryRun = says, ptr.To(test.tries)
		all[test.path].Handle(t.Context(), r)
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: told of %+v, want %+v", test.what, got, test.want)
		}
	}
}
