package authority_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
)

// TestLockout is who may take from himself what he applies with.
func TestLockout(t *testing.T) {
	t.Parallel()
	user := func(name string) directory.Principal {
		return directory.Principal{Kind: directory.PrincipalUser, Name: name}
	}
	group := func(name string) directory.Principal {
		return directory.Principal{Kind: directory.PrincipalUserGroup, Name: name}
	}
	person := func(name string) directory.Principal {
		return directory.Principal{Kind: directory.PrincipalPerson, Name: name}
	}
	flux := directory.Principal{Kind: directory.PrincipalServiceAccount, Namespace: "flux-system", Name: "access"}
	type list = []directory.Principal
	platform := func(administrators, appliers list) *directory.Platform {
		return &directory.Platform{Administrators: administrators, TrustedAppliers: appliers}
	}
	const account = "system:serviceaccount:flux-system:access"
	kim := &directory.Person{Name: "kim", Username: "kim@acme.example"}
	for _, test := range []struct {
		name          string
		who           authority.Requester
		before, after *directory.Platform
		people        []directory.Record
		list, line    string // to add; empty where nothing is wrong
	}{
		{name: "an applier takes itself out", who: authority.Requester{User: account}, before: platform(nil, list{flux}),
			after: platform(list{user("root")}, nil),
			list:  "trustedAppliers", line: `- {kind: ServiceAccount, namespace: "flux-system", name: "access"}`},
		{name: "an applier stays", who: authority.Requester{User: account}, before: platform(nil, list{flux}),
			after: platform(list{user("root")}, list{flux})},
		{name: "an applier becomes an administrator", who: authority.Requester{User: account}, before: platform(nil, list{flux}),
			after: platform(list{user(account)}, nil)},
		{name: "an applier that a group names", who: authority.Requester{User: account, Groups: []string{"system:serviceaccounts:flux-system"}},
			before: platform(nil, list{group("system:serviceaccounts:flux-system")}), after: platform(list{user("root")}, nil),
			list: "trustedAppliers", line: `- {kind: UserGroup, name: "system:serviceaccounts:flux-system"}`},
		{name: "an applier among the administrators, of whom one is left", who: authority.Requester{User: account},
			before: platform(list{user(account), user("root")}, nil),
			after:  platform(list{user("root")}, nil), list: "administrators",
			line: `- {kind: User, name: "system:serviceaccount:flux-system:access"}`},
		{name: "a pipeline's user", who: authority.Requester{User: "ci, nightly"},
			before: platform(list{user("root")}, list{user("ci, nightly")}), after: platform(list{user("root")}, nil),
			list: "trustedAppliers", line: `- {kind: User, name: "ci, nightly"}`},
		{name: "an administrator resigns", who: authority.Requester{User: "root"}, before: platform(list{user("root"), user("kim")}, nil),
			after: platform(list{user("kim")}, nil),
			list:  "administrators", line: `- {kind: User, name: "root"}`},
		{name: "the last administrator resigns", who: authority.Requester{User: "root"}, before: platform(list{user("root")}, list{flux}),
			after: platform(nil, list{flux}),
			list:  "administrators", line: `- {kind: User, name: "root"}`},
		{name: "the last whom anybody can act as", who: authority.Requester{User: "root"},
			before: platform(list{user("root"), person("ghost")}, nil), after: platform(list{person("ghost")}, nil),
			people: []directory.Record{&directory.Person{Name: "ghost"}}, list: "administrators", line: `- {kind: User, name: "root"}`},
		{name: "in favour of a Person", who: authority.Requester{User: "root"}, before: platform(list{user("root")}, nil),
			after: platform(list{person("kim")}, nil), people: []directory.Record{kim},
			list: "administrators", line: `- {kind: User, name: "root"}`},
		{name: "a Person", who: authority.Requester{User: "kim@acme.example"}, before: platform(list{person("kim")}, nil),
			after: platform(nil, nil), people: []directory.Record{kim},
			list: "administrators", line: `- {kind: Person, name: "kim"}`},
		{name: "a group of the cluster", who: authority.Requester{User: "admin", Groups: []string{"system:masters"}},
			before: platform(list{group("system:masters")}, nil), after: platform(nil, list{flux}),
			list: "administrators", line: `- {kind: UserGroup, name: "system:masters"}`},
		{name: "the first Platform names somebody else", who: authority.Requester{User: "admin", MayAdminister: true},
			after: platform(list{user("kim")}, nil),
			list:  "administrators", line: `- {kind: User, name: "admin"}`},
		{name: "the first Platform, by an account", who: authority.Requester{User: account, MayAdminister: true},
			after: platform(list{user("kim")}, nil),
			list:  "trustedAppliers", line: `- {kind: ServiceAccount, namespace: "flux-system", name: "access"}`},
		{name: "the first Platform names whoever writes it",
			who:   authority.Requester{User: "admin", Groups: []string{"system:masters"}, MayAdminister: true},
			after: platform(list{group("system:masters")}, nil)},
		{name: "by somebody who is not trusted", who: authority.Requester{User: "bob"}, before: platform(list{user("root")}, nil),
			after: platform(nil, nil)},
	} {
		records := test.people
		change := authority.Change{After: test.after}
		if test.before != nil {
			records, change.Before = append(records, test.before), test.before
		}
		got := authority.Lockout(directory.Build(records...), test.who, change)
		if test.list == "" {
			if got != "" {
				t.Errorf("%s: %s", test.name, got)
			}
			continue
		}
		if want := "spec." + test.list + ": " + test.line; !strings.HasSuffix(got, want) {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, want)
		}
		var items []struct{ Kind, Namespace, Name string }
		if err := yaml.UnmarshalStrict([]byte(test.line), &items); err != nil || len(items) != 1 || items[0].Name == "" {
			t.Errorf("%s: the line is no item of a list: %v %v", test.name, items, err)
		}
	}
	// A Person may be all that the last administrator is known by.
	s := directory.Build(kim, platform(list{person("kim")}, nil))
	gone := *kim
	gone.Suspended = true
	for name, c := range map[string]authority.Change{"suspended": {Before: kim, After: &gone}, "deleted": {Before: kim}} {
		if got := authority.Lockout(s, authority.Requester{User: "kim@acme.example"}, c); !strings.Contains(got, "is the last administrator") {
			t.Errorf("%s: %q", name, got)
		}
		if got := authority.Lockout(s, authority.Requester{User: "root"}, c); got != "" {
			t.Errorf("%s by another: %q", name, got)
		}
	}
}
