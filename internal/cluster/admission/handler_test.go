package admission_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/testenv"
)

// school is a course with somebody who may give roles there, and a Platform.
func school() []directory.Record {
	course := directory.LocalEntity{Level: catalogue.Course, Name: "algebra"}
	return []directory.Record{
		&directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "root"}}},
		&directory.Person{Name: "sue", Username: "sue"},
		&directory.Entity{Key: course.In("acme")},
		binding("sue", "course-superadmin"),
	}
}

func binding(who, role string) *directory.RoleBinding {
	return &directory.RoleBinding{
		Key: directory.Key{Namespace: "acme", Name: who}, Entity: directory.LocalEntity{Level: catalogue.Course, Name: "algebra"},
		Role: directory.RoleRef{Name: role}, Subjects: []directory.Subject{directory.PersonSubject(who)},
	}
}

// with is a copy of an object with something set.
func with(o *unstructured.Unstructured, change func(*unstructured.Unstructured)) *unstructured.Unstructured {
	o = o.DeepCopy()
	change(o)
	return o
}

func TestReservedMetadata(t *testing.T) {
	t.Parallel()
	h := handlers(t, school())[admission.ChangesPath]
	bob := object(binding("bob", "course-student"))
	owned := with(bob, func(o *unstructured.Unstructured) {
		o.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "x", UID: "1"}})
	})
	synced := with(bob, func(o *unstructured.Unstructured) {
		o.SetLabels(map[string]string{provostv1.GitSyncLabel: "acme.repo"})
	})
	kept := with(bob, func(o *unstructured.Unstructured) { o.SetFinalizers([]string{provostv1.ChildrenFinalizer}) })
	labelled := with(bob, func(o *unstructured.Unstructured) {
		o.SetLabels(map[string]string{"team": "a"})
		o.SetAnnotations(map[string]string{"note": "b"})
		o.SetFinalizers([]string{"example.org/theirs"})
	})
	person := object(&directory.Person{Name: "bob"})
	noted := with(person, func(o *unstructured.Unstructured) { o.SetAnnotations(map[string]string{"note": "b"}) })
	const (
		owners    = "refused: only platform administrators may change ownerReferences, by which the garbage collector deletes"
		label     = "refused: only a GitSync may change the label provost.dev/gitsync, by which it prunes"
		finalizer = "refused: only the manager may change the finalizers of provost.dev"
	)
	for _, test := range []struct {
		name, user    string
		before, after *unstructured.Unstructured
		want          string
	}{
		{name: "an owner", user: "sue", before: bob, after: owned, want: owners},
		{name: "an owner less", user: "sue", before: owned, after: bob, want: owners},
		{name: "created with an owner", user: "sue", after: owned, want: owners},
		{name: "an owner by an administrator", user: "root", before: bob, after: owned, want: "allowed"},
		{name: "taken into a GitSync's inventory", user: "sue", before: bob, after: synced, want: label},
		{name: "taken out of it", user: "sue", before: synced, after: bob, want: label},
		{name: "created in it", user: "sue", after: synced, want: label},
		{name: "one of our finalizers", user: "sue", before: bob, after: kept, want: finalizer},
		{name: "one of our finalizers less", user: "sue", before: kept, after: bob, want: finalizer},
		{name: "labels, annotations and finalizers of others", user: "sue", before: bob, after: labelled, want: "allowed"},
		{name: "the same by somebody whom nobody knows", user: "bob", before: bob, after: labelled,
			want: `refused: no active Person has the user name "bob": a platform administrator can give it to one (spec.username)`},
		{name: "a note on a person", user: "sue", before: person, after: noted,
			want: "refused: only platform administrators may change a Person"},
		{name: "a note on a person by an administrator", user: "root", before: person, after: noted, want: "allowed"},
	} {
		if got := answer(h.Handle(t.Context(), request(t, test.user, test.before, test.after))); got[0] != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestKindsWithoutRecords(t *testing.T) {
	t.Parallel()
	h := handlers(t, school())[admission.ChangesPath]
	made := func(kind, namespace, name string, spec fields) *unstructured.Unstructured {
		o := &unstructured.Unstructured{Object: fields{"spec": spec}}
		o.SetAPIVersion(provostv1.GroupVersion.String())
		o.SetKind(kind)
		o.SetNamespace(namespace)
		o.SetName(name)
		return o
	}
	system := func(namespace string, permissions ...any) *unstructured.Unstructured {
		return made("Role", namespace, "course-instructor", fields{"level": "Course", "type": "System", "permissions": permissions})
	}
	sync := made("GitSync", "acme", "repo", fields{"url": "https://example.org/repo.git"})
	asked := with(sync, func(o *unstructured.Unstructured) {
		o.SetAnnotations(map[string]string{provostv1.AllowRemovalsAnnotation: "abc"})
	})
	for _, test := range []struct {
		name, user    string
		before, after *unstructured.Unstructured
		want          string
	}{
		{name: "a GitSync", user: "sue", after: sync, want: "refused: only platform administrators may change a GitSync"},
		{name: "a GitSync's removal guard", user: "sue", before: sync, after: asked,
			want: "refused: only platform administrators may change a GitSync"},
		{name: "a GitSync by an administrator", user: "root", after: sync, want: "allowed"},
		{name: "a system role altered", user: "root", before: system("provost-system"), after: system("provost-system", "view_course"),
			want: "refused: course-instructor is a system role"},
		{name: "a system role deleted", user: "root", before: system("provost-system"), want: "refused: course-instructor is a system role"},
		{name: "a system role made Custom", user: "root", before: system("provost-system"), want: "refused: course-instructor is a system role",
			after: made("Role", "provost-system", "course-instructor",
				fields{"level": "Course", "type": "Custom", "permissions": []any{}, "entityRef": fields{"kind": "Course", "name": "x"}})},
		{name: "a system role created", user: "root", after: system("provost-system"),
			want: "refused: the type System is for the roles of the release"},
		{name: "a system role elsewhere", user: "root", after: system("acme"), want: "refused: the type System is for the roles of the release"},
		{name: "a system role gone astray, deleted", user: "root", before: system("acme"), want: "allowed"},
		{name: "a system role by the manager", user: admission.ManagerUser, before: system("provost-system"),
			after: system("provost-system", "view_course"), want: "allowed"},
		{name: "the Platform deleted", user: "root", before: object(&directory.Platform{}), want: "refused: there is one Platform"},
		{name: "effective permissions", user: "root", after: made("EffectivePermissions", "acme", "bob", nil),
			want: "refused: EffectivePermissions are what the manager works out"},
		{name: "effective permissions by the manager", user: admission.ManagerUser, after: made("EffectivePermissions", "acme", "bob", nil),
			want: "allowed"},
	} {
		got := answer(h.Handle(t.Context(), request(t, test.user, test.before, test.after)))
		if !strings.HasPrefix(got[0], test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	status := request(t, "root", sync, sync)
	status.SubResource = "status"
	if got := answer(h.Handle(t.Context(), status)); !strings.HasPrefix(got[0], "refused: the status is what the manager found out") {
		t.Errorf("a status: %q", got)
	}
	status.UserInfo.Username = admission.ManagerUser
	if got := answer(h.Handle(t.Context(), status)); got[0] != "allowed" {
		t.Errorf("a status by the manager: %q", got)
	}
}

// Until everything has been listed, nothing is said but "not ready" (R30), apart
// from what needs no engine.
func TestNotReady(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	all := admission.Handlers(scheme, admission.Options{Directory: directory.New(),
		Ready: func() error { return errors.New("not ready: waiting for Group") }})
	r := all[admission.ChangesPath].Handle(t.Context(), request(t, "root", nil, object(binding("bob", "course-student"))))
	if r.Allowed || r.Result.Code != http.StatusServiceUnavailable ||
		r.Result.Message != "not ready: waiting for Group: try again in a moment" {
		t.Errorf("got %+v", r.Result)
	}
	if r := all[admission.DeletesPath].Handle(t.Context(), request(t, "root", object(binding("bob", "course-student")), nil)); !r.Allowed ||
		len(r.Warnings) > 0 {
		t.Errorf("warnings of a deletion: %+v", r)
	}
}

// While there is no Platform, Kubernetes' own RBAC says who may administer.
func TestWhoMayAdminister(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	var asked authorizationv1.SubjectAccessReviewSpec
	d := directory.New()
	o := admission.Options{
		Directory: d, Ready: func() error { return nil }, Patience: time.Millisecond,
		Client: fake.NewClientBuilder().WithScheme(scheme).WithInterceptorFuncs(interceptor.Funcs{
			Create: func(_ context.Context, _ client.WithWatch, o client.Object, _ ...client.CreateOption) error {
				review := o.(*authorizationv1.SubjectAccessReview)
				asked = review.Spec
				review.Status.Allowed = review.Spec.User == "root"
				return nil
			},
		}).Build(),
	}
	h := admission.Handlers(scheme, o)[admission.ChangesPath]
	first := &directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "kim"}}}
	meant := func(p *directory.Platform) *unstructured.Unstructured {
		return with(object(p), func(o *unstructured.Unstructured) {
			o.SetAnnotations(map[string]string{provostv1.AllowLockoutAnnotation: "true"})
		})
	}
	if got := answer(h.Handle(t.Context(), request(t, "root", nil, meant(first)))); got[0] != "allowed" {
		t.Errorf("the first Platform: %q", got)
	}
	const nobody = "without administrators and trustedAppliers, nobody but the manager's own GitSyncs can change the Platform, people and " +
		"denies from now on; name at least one administrator"
	if got := answer(h.Handle(t.Context(), request(t, "root", nil, meant(&directory.Platform{})))); got[0] != nobody {
		t.Errorf("a Platform for nobody: %q", got)
	}
	if a := asked.ResourceAttributes; a == nil || a.Verb != "administer" || a.Group != "provost.dev" || a.Resource != "platforms" ||
		asked.Groups[0] != "system:authenticated" {
		t.Errorf("asked %+v", asked)
	}
	if got := answer(h.Handle(t.Context(), request(t, "eve", nil, object(first)))); !strings.HasPrefix(got[0],
		"refused: only platform administrators may change a Platform, and while there is no Platform") {
		t.Errorf("the first Platform by somebody else: %q", got)
	}
	asked = authorizationv1.SubjectAccessReviewSpec{}
	d.Apply(directory.Upsert(first))
	if got := answer(h.Handle(t.Context(), request(t, "root", object(first), object(&directory.Platform{})))); !strings.HasPrefix(got[0],
		"refused: only platform administrators") {
		t.Errorf("the verb counts although there is a Platform: %q", got)
	}
	if asked.User != "" {
		t.Error("the API server was asked although there is a Platform")
	}
}

func TestJustification(t *testing.T) {
	const sayWhy = "say in justification why the access is needed"
	t.Parallel()
	platform := func(p provostv1.JustificationPolicy) client.Object {
		return &provostv1.Platform{ObjectMeta: metav1.ObjectMeta{Name: "platform"}, Spec: provostv1.PlatformSpec{Justification: p}}
	}
	bare := binding("bob", "course-student")
	said := *bare
	said.Justification = "autumn term"
	longer := *bare
	longer.Window.NotAfter = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name          string
		policy        provostv1.JustificationPolicy
		user          string
		before, after directory.Record
		want          string
	}{
		{name: "nobody asks", policy: provostv1.JustificationOptional, user: "sue", after: bare, want: "allowed"},
		{name: "advised", policy: provostv1.JustificationWarn, user: "sue", after: bare,
			want: "the binding has no justification, which the Platform asks for (justification: Warn); " + sayWhy},
		{name: "required", policy: provostv1.JustificationRequired, user: "sue", after: bare,
			want: "refused: the binding has no justification, which the Platform asks for (justification: Required); " + sayWhy},
		{name: "given", policy: provostv1.JustificationRequired, user: "sue", after: &said, want: "allowed"},
		{name: "taken away", policy: provostv1.JustificationRequired, user: "sue", before: &said, after: bare,
			want: "refused: the binding has no justification, which the Platform asks for (justification: Required); " + sayWhy},
		{name: "never there", policy: provostv1.JustificationRequired, user: "sue", before: bare, after: &longer,
			want: "the binding has no justification, which the Platform asks for (justification: Required); " + sayWhy},
		{name: "from Git", policy: provostv1.JustificationRequired, user: "root", after: bare,
			want: "the binding has no justification, which the Platform asks for (justification: Required); " + sayWhy},
	} {
		records := school()
		if test.before != nil {
			records = append(records, test.before)
		}
		h := handlers(t, records, platform(test.policy))[admission.ChangesPath]
		if got := answer(h.Handle(t.Context(), request(t, test.user, part(test.before), part(test.after)))); got[0] != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// Somebody at a keyboard is told that a GitSync will put the object back (R31); other tools are not.
func TestPutBack(t *testing.T) {
	t.Parallel()
	all := handlers(t, append(school(), binding("bob", "course-student")))
	before := with(object(binding("bob", "course-student")), func(o *unstructured.Unstructured) {
		o.SetLabels(map[string]string{provostv1.GitSyncLabel: "acme.repo"})
	})
	after := with(before, func(o *unstructured.Unstructured) { o.Object["spec"].(fields)["justification"] = "because" })
	want := "the GitSync acme/repo keeps this object as its repository has it and will put it back: change it there"
	if got := answer(all[admission.ChangesPath].Handle(t.Context(), request(t, "sue", before, after))); got[0] != want {
		t.Errorf("got %q", got)
	}
	if got := answer(all[admission.DeletesPath].Handle(t.Context(), request(t, "sue", before, nil))); got[0] != want {
		t.Errorf("got %q", got)
	}
	if got := answer(all[admission.DeletesPath].Handle(t.Context(),
		request(t, "system:serviceaccount:acme:robot", before, nil))); got[0] != "allowed" {
		t.Errorf("got %q", got)
	}
}

// What was applied a moment ago counts, although the manager has not heard of it
// when the next request comes.
func TestPatience(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	d := directory.New()
	for _, r := range school() {
		d.Apply(directory.Upsert(r))
	}
	h := admission.Handlers(scheme, admission.Options{
		Directory: d, Ready: func() error { return nil }, Patience: time.Minute, Client: fake.NewClientBuilder().WithScheme(scheme).Build(),
	})[admission.ChangesPath]
	readers := directory.Key{Namespace: "acme", Name: "readers"}
	b := binding("readers", "course-student")
	b.Subjects = []directory.Subject{directory.GroupSubject(readers)}
	answered := make(chan []string, 1)
	go func() { answered <- answer(h.Handle(context.Background(), request(t, "sue", nil, object(b)))) }()
	select {
	case got := <-answered:
		t.Fatalf("answered at once: %q", got)
	case <-time.After(100 * time.Millisecond):
	}
	d.Apply(directory.Upsert(&directory.Group{Key: readers}))
	if got := <-answered; got[0] != "allowed" {
		t.Errorf("got %q", got)
	}
}
