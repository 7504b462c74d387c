package manifest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

func TestFromObject(t *testing.T) {
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	until := time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC)
	key := func(name string) directory.Key { return directory.Key{Namespace: "acme", Name: name} }
	course := directory.LocalEntity{Level: catalogue.Course, Name: "algebra"}
	scoped := course.In("acme")
	for _, tc := range []struct {
		text string
		want directory.Record
	}{
		{
			object("Course", "acme", "algebra", "{displayName: A, parentRef: {kind: Campus, name: north}, ownership: Private, owner: dana, visibility: Public}"),
			&directory.Entity{
				Key: scoped, Parent: directory.LocalEntity{Level: catalogue.Campus, Name: "north"},
				Ownership: directory.OwnershipPrivate, Owner: "dana", Visibility: directory.VisibilityPublic,
			},
		},
		{object("Organisation", "acme", "acme", "{}"), &directory.Entity{Key: directory.EntityKey{Level: catalogue.Organisation,
			Namespace: "acme", Name: "acme"}}},
		{
			object("Person", "", "alice", "{username: 'oidc:alice', state: Suspended, attributes: {year: ['2']}}"),
			&directory.Person{Name: "alice", Username: "oidc:alice", Suspended: true, Attributes: directory.Attributes{"year": {"2"}}},
		},
		{
			object("Group", "acme", "dev", `{parentRef: {name: eng, namespace: corp}, membership: Listed, entityRef: {kind: Course, name: algebra},
  members: [{name: a}, {name: b, state: Removed}, {name: c, role: Admin, state: Pending}],
  memberSelector: {matchLabels: {z: '1', a: '2'}, matchExpressions: [{key: k, operator: NotIn, values: [x]}]},
  allowedSubgroups: {namespaces: {from: Selector, selector: {matchLabels: {tier: p}}}}, learnersMayCreateSubgroups: true,
  visibility: Organisation, memberVisibility: Staff,
  enrolments: [{name: e, entityRef: {kind: Course, name: algebra}, roleRef: {kind: RoleTemplate, name: t}, notBefore: '2027-01-01T00:00:00Z',
    reviewBy: '2027-06-30T02:00:00+02:00', justification: why}]}`),
			&directory.Group{
				Key: key("dev"), Parent: directory.Key{Namespace: "corp", Name: "eng"}, Listed: true, Entity: course, LearnersMayCreateSubgroups: true,
				Visibility: directory.VisibilityOrganisation, MemberVisibility: directory.MembersSeenByStaff,
				Members: []directory.Member{{Name: "a"}, {Name: "b", State: directory.MemberRemoved},
					{Name: "c", State: directory.MemberPending, Role: directory.Admin}},
				Selector: &directory.Selector{Expressions: []directory.Expression{
					{Key: "a", Operator: directory.In, Values: []string{"2"}}, {Key: "z", Operator: directory.In, Values: []string{"1"}},
					{Key: "k", Operator: directory.NotIn, Values: []string{"x"}},
				}},
				AllowedSubgroups: directory.AllowedSubgroups{From: directory.SubgroupsSelector, Selector: &directory.Selector{
					Expressions: []directory.Expression{{Key: "tier", Operator: directory.In, Values: []string{"p"}}},
				}},
				Enrolments: []directory.Enrolment{{
					Name: "e", Entity: course, Role: directory.RoleRef{Name: "t", Template: true},
					Window: directory.Window{NotBefore: from}, ReviewBy: until, Justification: "why",
				}},
			},
		},
		{
			object("RoleBinding", "acme", "b", `{entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student},
  subjects: [{kind: Person, name: dana}, {kind: Group, name: g}, {kind: Group, name: h, namespace: corp}], notAfter: '2027-06-30T00:00:00Z'}`),
			&directory.RoleBinding{
				Key: key("b"), Entity: course, Role: directory.RoleRef{Name: "course-student"}, Window: directory.Window{NotAfter: until},
				Subjects: []directory.Subject{
					directory.PersonSubject("dana"), directory.GroupSubject(key("g")), directory.GroupSubject(directory.Key{Namespace: "corp", Name: "h"}),
				},
			},
		},
		{
			object("Role", "acme", "ta", `{level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [view_course],
  requires: [{role: x, at: Parent, enforcement: Deny}], exclusiveWith: [{role: w}], complements: [z]}`),
			&directory.Role{
				Key: key("ta"), Level: catalogue.Course, Type: directory.RoleCustom, Entity: course, Permissions: []string{"view_course"},
				Requires:      []directory.Requirement{{Role: "x", AtParent: true, Enforcement: directory.Deny}},
				ExclusiveWith: []directory.Exclusion{{Role: "w"}}, Complements: []string{"z"},
			},
		},
		{
			object("RoleTemplate", "acme", "t", "{roles: [{name: course-student}, {name: ta}]}"),
			&directory.RoleTemplate{Key: key("t"), Roles: []string{"course-student", "ta"}},
		},
		{
			object("PermissionOverride", "acme", "o", "{person: erin, entityRef: {kind: Course, name: algebra}, permissions: [], reason: r}"),
			&directory.PermissionOverride{Key: key("o"), Person: "erin", Entity: course, Permissions: []string{}, Reason: "r"},
		},
		{
			object("SystemDeny", "", "d", `{everyone: true, permissions: ['*'], reason: r,
  scope: {namespaces: [acme], entityRef: {kind: Course, name: algebra, namespace: acme}, descendants: Exclude}}`),
			&directory.SystemDeny{
				Name: "d", Everyone: true, Permissions: []string{"*"}, Reason: "r",
				Scope: directory.Scope{Namespaces: []string{"acme"}, Entity: &scoped, ExcludeDescendants: true},
			},
		},
		{
			object("Platform", "", "platform",
				`{people: Declared, matchNames: true, administrators: [{kind: Person, name: alice}, {kind: User, name: root}],
  roleRules: [{role: course-author, requires: [{role: campus-member, at: Parent}], exclusiveWith: [{role: course-student, enforcement: Deny}]}]}`),
			&directory.Platform{
				DeclaredPeople: true, MatchNames: true, Administrators: []directory.Principal{{Name: "alice"},
					{Kind: directory.PrincipalUser, Name: "root"}},
				RoleRules: []directory.RoleRule{{
					Role: "course-author", Requires: []directory.Requirement{{Role: "campus-member", AtParent: true}},
					ExclusiveWith: []directory.Exclusion{{Role: "course-student", Enforcement: directory.Deny}},
				}},
			},
		},
		{
			"apiVersion: v1\nkind: Namespace\nmetadata: {name: acme, labels: {tier: p}}\n",
			&directory.Namespace{Name: "acme", Labels: map[string]string{"tier": "p"}},
		},
		{object("Role", "provost-system", "course-student", "{level: Course, type: System, permissions: [view_course]}"), nil},
		{object("GitSync", "acme", "g", "{url: 'https://example.org/x.git', interval: 30s}"), nil},
	} {
		s := mustRead(t, Options{}, "a.yaml", tc.text)
		if diff := cmp.Diff(tc.want, s.Items[0].Record); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", s.Items[0].Name(), diff)
		}
		if id, ok := ID(s.Items[0].Object); tc.want != nil && (!ok || id != tc.want.ID()) {
			t.Errorf("ID is %v, %v; want %v", id, ok, tc.want.ID())
		}
	}
}

func TestFromObjectOfACluster(t *testing.T) {
	now := metav1.Now()
	deleted := &provostv1.Course{ObjectMeta: metav1.ObjectMeta{Name: "x", Namespace: "acme", DeletionTimestamp: &now}}
	if r, err := FromObject(deleted); r != nil || err != nil {
		t.Errorf("an object that is being deleted: %v, %v", r, err)
	}
	for _, ns := range []Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "acme", Labels: map[string]string{"a": "b"}}},
		&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "acme", Labels: map[string]string{"a": "b"}}},
	} {
		r, err := FromObject(ns)
		if diff := cmp.Diff(directory.Record(&directory.Namespace{Name: "acme", Labels: map[string]string{"a": "b"}}), r); err != nil ||
			diff != "" {
			t.Errorf("%T: %v\n%s", ns, err, diff)
		}
	}
	bad := &provostv1.Person{ObjectMeta: metav1.ObjectMeta{Name: "x"}, Spec: provostv1.PersonSpec{State: "Lost"}}
	_, err := FromObject(bad)
	var invalid *InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field != "spec.state" {
		t.Errorf("a wrong word: %v", err)
	}
}

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "a-b": true, "a.n-other": true, "1": true, "": false, "-a": false, "a-": false, "a..b": false, ".a": false, "a.": false,
		"a-.b": false, "a.-b": false, "A": false, "a_b": false, "ä": false, "a@b": false,
	} {
		if got := validName(name, 63); got != want {
			t.Errorf("validName(%q) = %v", name, got)
		}
	}
}
