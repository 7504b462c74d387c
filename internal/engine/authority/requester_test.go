package authority_test

import (
	"testing"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// Before there is a Platform, Kubernetes' own RBAC says who may administer, and
// not a moment longer.
func TestBeforeThereIsAPlatform(t *testing.T) {
	t.Parallel()
	root := authority.Requester{User: "root", MayAdminister: true}
	p := &directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "kim"}}}
	if v := judge(directory.Build(), root, authority.Change{After: p}, script.Beginning); !v.Allowed {
		t.Errorf("the first Platform: %s", v.Reason())
	}
	if v := judge(directory.Build(p), root, authority.Change{Before: p}, script.Beginning); v.Allowed {
		t.Error("the verb administer counts although there is a Platform")
	}
}

func TestPrincipals(t *testing.T) {
	t.Parallel()
	s := directory.Build(
		&directory.Person{Name: "root", Username: "root@acme.example"},
		&directory.Person{Name: "gone", Username: "gone@acme.example", Suspended: true},
		&directory.Person{Name: "one", Username: "both@acme.example"},
		&directory.Person{Name: "two", Username: "both@acme.example"},
		&directory.Platform{
			Administrators: []directory.Principal{
				{Kind: directory.PrincipalPerson, Name: "root"}, {Kind: directory.PrincipalPerson, Name: "gone"},
				{Kind: directory.PrincipalPerson, Name: "one"}, {Kind: directory.PrincipalUserGroup, Name: "masters"},
				{Kind: directory.PrincipalUser, Name: "kim"},
			},
			TrustedAppliers: []directory.Principal{
				{Kind: directory.PrincipalServiceAccount, Namespace: "flux-system", Name: "flux"},
			},
		})
	for _, test := range []struct {
		who    authority.Requester
		trusts bool
	}{
		{who: authority.Requester{User: "root@acme.example"}, trusts: true},
		{who: authority.Requester{User: "root"}},
		{who: authority.Requester{User: "gone@acme.example"}},
		{who: authority.Requester{User: "both@acme.example"}},
		{who: authority.Requester{User: "kim"}, trusts: true},
		{who: authority.Requester{User: "masters"}},
		{who: authority.Requester{User: "any", Groups: []string{"people", "masters"}}, trusts: true},
		{who: authority.Requester{User: "system:serviceaccount:flux-system:flux"}, trusts: true},
		{who: authority.Requester{User: "system:serviceaccount:flux-system:other"}},
		{who: authority.Requester{User: "flux"}},
		{who: authority.Requester{}},
	} {
		if got := authority.Trusted(s, test.who); got != test.trusts {
			t.Errorf("%+v: trusted %v, want %v", test.who, got, test.trusts)
		}
	}
}

// A change is judged against the object that the request found, not against a
// snapshot that is a moment behind.
func TestTheRequestKnowsBetter(t *testing.T) {
	t.Parallel()
	course := directory.LocalEntity{Level: 2, Name: "algebra"}
	key := directory.Key{Namespace: "acme", Name: "pupils"}
	behind := directory.Build(
		&directory.Entity{Key: course.In("acme")},
		&directory.Person{Name: "una", Username: "una"},
		&directory.Role{Key: directory.Key{Namespace: "acme", Name: "keeper"}, Level: 2, Type: directory.RoleCustom, Entity: course,
			Permissions: []string{"manage_course_users"}},
		&directory.RoleBinding{Key: directory.Key{Namespace: "acme", Name: "una"}, Entity: course,
			Role: directory.RoleRef{Name: "keeper"}, Subjects: []directory.Subject{directory.PersonSubject("una")}},
		&directory.RoleBinding{Key: directory.Key{Namespace: "acme", Name: "pupils"}, Entity: course,
			Role: directory.RoleRef{Name: "course-instructor"}, Subjects: []directory.Subject{directory.GroupSubject(key)}},
		&directory.Group{Key: key})
	blocked := &directory.Group{Key: key, Members: []directory.Member{{Name: "bob", State: directory.MemberRemoved}}}
	active := &directory.Group{Key: key, Members: []directory.Member{{Name: "bob"}}}
	una := authority.Requester{User: "una"}
	want := "would grant grade_submissions, which you do not hold at course algebra"
	if v := judge(behind, una, authority.Change{Before: blocked, After: active}, script.Beginning); v.Reason() != want {
		t.Errorf("got %q, want %q", v.Reason(), want)
	}
	// The other way round, the snapshot still has what is gone by now.
	ahead, _ := behind.With(directory.Upsert(active))
	if v := judge(ahead, una, authority.Change{Before: blocked, After: active}, script.Beginning); v.Reason() != want {
		t.Errorf("got %q, want %q", v.Reason(), want)
	}
	if v := judge(ahead, una, authority.Change{}, script.Beginning); !v.Allowed {
		t.Errorf("a change of nothing: %s", v.Reason())
	}
}
