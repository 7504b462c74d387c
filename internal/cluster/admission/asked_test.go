package admission_test

import (
	"context"
	"reflect"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
	"provost.dev/provost/internal/testing/testenv"
)

// Deletions are told of, by whom and with which revision; what is only tried, or
// refused, or goes already, is not. Of the manager's own, which the judgement is not
// asked about, the warnings tell.
func TestAsked(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	d := directory.New()
	for _, r := range append(school(), binding("bob", "course-student")) {
		d.Apply(directory.Upsert(r))
	}
	var got []admission.Deletion
	all := admission.Handlers(scheme, admission.Options{
		Directory: d, Ready: func() error { return nil }, Clock: clocktesting.NewFakePassiveClock(tables.Now),
		Client: fake.NewClientBuilder().WithScheme(scheme).Build(), Asked: func(_ context.Context, d admission.Deletion) { got = append(got, d) },
	})
	bob := with(object(binding("bob", "course-student")), func(o *unstructured.Unstructured) {
		o.SetUID("7")
		o.SetResourceVersion("11")
	})
	going := with(bob, func(o *unstructured.Unstructured) { o.SetDeletionTimestamp(ptr.To(metav1.NewTime(tables.Now))) })
	owned := with(bob, func(o *unstructured.Unstructured) { o.SetOwnerReferences([]metav1.OwnerReference{{Name: "owner"}}) })
	const revision = "main@sha1:1"
	says := map[string]authenticationv1.ExtraValue{provostv1.RevisionExtra: {revision}}
	id := directory.ID{Kind: directory.KindRoleBinding, Namespace: "acme", Name: "bob"}
	deletion := func(user, revision string) []admission.Deletion {
		return []admission.Deletion{{Object: id, UID: "7", ResourceVersion: "11", User: user, Revision: revision}}
	}
	ofOwned := deletion("root", revision)
	ofOwned[0].Owned = true
	for _, test := range []struct {
		what, path, user string
		before, after    *unstructured.Unstructured
		tries            bool
		want             []admission.Deletion
	}{
		{what: "a deletion", path: admission.ChangesPath, user: "root", before: bob, want: deletion("root", revision)},
		{what: "by somebody whose revision is not believed", path: admission.ChangesPath, user: "sue", before: bob, want: deletion("sue", "")},
		{what: "by a GitSync", path: admission.DeletesPath, user: admission.ManagerUser, before: bob,
			want: deletion(admission.ManagerUser, revision)},
		{what: "of what has owners", path: admission.ChangesPath, user: "root", before: owned, want: ofOwned},
		{what: "refused", path: admission.ChangesPath, user: "erin", before: bob},
		{what: "whose warnings are asked for", path: admission.DeletesPath, user: "sue", before: bob},
		{what: "tried", path: admission.ChangesPath, user: "root", before: bob, tries: true},
		{what: "of what is being deleted", path: admission.ChangesPath, user: "root", before: going},
		{what: "a change", path: admission.ChangesPath, user: "root", after: bob},
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
