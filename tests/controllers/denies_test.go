package controllers_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/testenv"
)

// lock names everything that a SystemDeny can name.
const lock = `
kind: SystemDeny
metadata: {name: lock}
spec:
  subjects: [{kind: Group, name: guests, namespace: acme}, {kind: Group, name: visitors, namespace: outside}]
  permissions: [view_course]
  scope: {namespaces: [acme, outside], entityRef: {kind: Course, name: algebra, namespace: acme}}
  reason: Audit`

// The groups that lock names, besides the school's course.
const (
	guestsGroup   = "{kind: Group, metadata: {name: guests}, spec: {members: [{name: dana}]}}"
	visitorsGroup = "{kind: Group, metadata: {name: visitors, namespace: outside}, spec: {members: [{name: erin}]}}"
)

// A SystemDeny that does not hold somewhere says so, all of it at once, and makes
// an event of whatever comes to be missing (R10).
func TestHolesOfDenies(t *testing.T) {
	env, r := start(t)
	env.Namespace(t, "outside", nil)
	const (
		guests = "Group acme/guests does not exist: the deny takes nothing from its members. " +
			"Create what is missing, or correct spec.subjects."
		visitors = "Group outside/visitors does not exist: the deny takes nothing from its members. " +
			"Create what is missing, or correct spec.subjects."
		both = "Groups acme/guests, outside/visitors do not exist: the deny takes nothing from their members. " +
			"Create what is missing, or correct spec.subjects."
		entity = "Course algebra does not exist in the namespace acme: the deny does not hold there, " +
			"but only at what names it as its parent. " +
			"Create what is missing, or correct spec.scope.entityRef."
		namespace = "Namespace outside does not exist: the deny does not hold there. Create what is missing, or correct spec.scope.namespaces."
	)
	env.Apply(t, "acme", school+"\n---\n"+guestsGroup+"\n---\n"+visitorsGroup)
	env.Expect(t, "Group/acme/guests memberCount=1\nGroup/outside/visitors memberCount=1\nCourse/acme/algebra Ready=True/Succeeded")
	env.Apply(t, "acme", lock)
	env.Expect(t, "SystemDeny/lock Ready=True/Succeeded Stalled=- people=2")
	told := []string{}
	then := func(what, expect string, warnings ...string) {
		t.Helper()
		env.Expect(t, "SystemDeny/lock Stalled=- "+expect)
		told = append(told, warnings...)
		eventually(t, what, func() bool { return slices.Equal(warned(t, env, "lock"), slices.Sorted(slices.Values(told))) })
		conform(t, env)
	}
	then("all is there, of which there is no event", "Ready=True/Succeeded")

	env.Delete(t, "acme", "{kind: Group, metadata: {name: guests}}")
	then("the group goes", "Ready=False/GroupNotFound", guests)
	env.Delete(t, "outside", "{kind: Group, metadata: {name: visitors}}")
	then("another group goes, with the same reason", "Ready=False/GroupNotFound", both)
	env.Apply(t, "acme", guestsGroup)
	then("one is back, and what is left is told", "Ready=False/GroupNotFound", visitors)
	env.Apply(t, "acme", visitorsGroup)
	then("both are back", "Ready=True/Succeeded people=2")

	env.Delete(t, "acme", "{kind: Course, metadata: {name: algebra}}")
	then("the entity goes", "Ready=False/EntityNotFound", entity)
	env.Delete(t, "acme", "{kind: Group, metadata: {name: guests}}")
	then("the group goes too", "Ready=False/EntityNotFound", entity+" "+guests)

	// What bears on no hole, and a new leader, repeat nothing.
	env.Apply(t, "acme", "{kind: Group, metadata: {name: others}, spec: {members: [{name: dana}]}}")
	env.Apply(t, "acme", strings.Replace(lock, "{name: lock}", "{name: lock, labels: {looked: at}}", 1))
	env.Expect(t, "Group/acme/others Ready=True/Succeeded memberCount=1")
	r.stop()
	r = run(t, env)
	env.Apply(t, "acme", school)
	then("the entity is back, after a restart", "Ready=False/GroupNotFound", guests)
	env.Apply(t, "acme", guestsGroup)
	then("and the group", "Ready=True/Succeeded people=2")

	// As in a cluster: first the namespace is marked, then goes what lies in it.
	outside := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "outside"}}
	if err := env.Client.Delete(t.Context(), outside); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the engine has seen it marked", func() bool {
		_, there := r.directory.Snapshot().Record(directory.ID{Kind: directory.KindNamespace, Name: "outside"})
		return !there
	})
	then("the namespace holds something still", "Ready=True/Succeeded")
	env.Delete(t, "outside", "{kind: Group, metadata: {name: visitors}}")
	then("the namespace goes with its group", "Ready=False/NamespaceNotFound", namespace+" "+visitors)
	finalise(t, env, outside)
	env.Namespace(t, "outside", nil)
	then("the namespace is there again", "Ready=False/GroupNotFound", visitors)
	env.Apply(t, "acme", visitorsGroup)
	then("and its group", "Ready=True/Succeeded people=2")
	requireEvent(t, env, "SystemDeny", "lock", provostv1.ReasonSucceeded)

	// A permission that no level has hides no hole.
	env.Delete(t, "acme", "{kind: Group, metadata: {name: guests}}")
	env.Apply(t, "acme", strings.Replace(lock, "[view_course]", "[fly, view_course]", 1))
	env.Expect(t, "SystemDeny/lock Ready=False/UnknownPermission Stalled=True/UnknownPermission")
	ready := apimeta.FindStatusCondition(denyNamed(t, env, "lock").Status.Conditions, provostv1.ConditionReady)
	if !strings.Contains(ready.Message, "fly") || !strings.HasSuffix(ready.Message, guests) {
		t.Errorf("says %q", ready.Message)
	}
	// One that is over leaves nobody anything.
	env.Apply(t, "acme", lock+`
  notAfter: "2021-01-01T00:00:00Z"`)
	env.Expect(t, "SystemDeny/lock Ready=True/Expired Stalled=-")
}

func TestPeopleWhomNothingElseNames(t *testing.T) {
	env, _ := start(t)
	const deny = `
kind: SystemDeny
metadata: {name: lock}
spec: {subjects: [{kind: Person, name: malory}, {kind: Person, name: erin}], permissions: [view_course], reason: Audit}`
	const unknown = "nothing but SystemDenies names malory"
	walk(t, env,
		step{name: "a name that nothing else knows", apply: students + "---" + deny + `
---
{kind: SystemDeny, metadata: {name: other}, spec: {subjects: [{kind: Person, name: malory}], permissions: [view_course], reason: Audit}}`,
			expect: `
SystemDeny/lock   Ready=True/Succeeded UnknownPeople=True/NotNamed UndeclaredPeople=- people=2
SystemDeny/other  Ready=True/Succeeded UnknownPeople=True/NotNamed`},
		step{name: "a group names it, if only to keep it out",
			apply: `{kind: Group, metadata: {name: team}, spec: {members: [{name: malory, state: Removed}]}}`, expect: `
SystemDeny/lock   Ready=True/Succeeded UnknownPeople=-
SystemDeny/other  Ready=True/Succeeded UnknownPeople=-`},
		step{name: "no longer", delete: `{kind: Group, metadata: {name: team}}`, expect: `
SystemDeny/lock  Ready=True/Succeeded UnknownPeople=True/NotNamed`},
		step{name: "an owner", apply: `{kind: Course, metadata: {name: own}, spec: {ownership: Private, owner: malory}}`, expect: `
SystemDeny/lock  Ready=True/Succeeded UnknownPeople=-`},
		step{name: "an administrator", delete: `{kind: Course, metadata: {name: own}}`, apply: `
{kind: Platform, metadata: {name: platform}, spec: {administrators: [{kind: Person, name: malory}]}}`, expect: `
SystemDeny/lock  Ready=True/Succeeded UnknownPeople=-`},
		step{name: "where people must be declared it is an error", apply: `
{kind: Platform, metadata: {name: platform}, spec: {people: Declared}}`, expect: `
SystemDeny/lock   Ready=False/PersonNotDeclared Stalled=- UnknownPeople=- UndeclaredPeople=True/NotDeclared
SystemDeny/other  Ready=False/PersonNotDeclared Stalled=- UnknownPeople=- UndeclaredPeople=-`},
		step{name: "declared", apply: "{kind: Person, metadata: {name: malory}}\n---\n{kind: Person, metadata: {name: erin}}", expect: `
SystemDeny/lock   Ready=True/Succeeded UnknownPeople=- UndeclaredPeople=-
SystemDeny/other  Ready=True/Succeeded`},
	)
	requireEvent(t, env, "SystemDeny", "lock", provostv1.ReasonNotNamed)
	requireEvent(t, env, "SystemDeny", "lock", provostv1.ReasonPersonNotDeclared)
	for _, note := range warned(t, env, "other") {
		if !strings.Contains(strings.ToLower(note), strings.ToLower(unknown)) {
			t.Errorf("an event says %q", note)
		}
	}
}

// warned are the notes of the warnings about a SystemDeny, in order.
func warned(t *testing.T, env *testenv.Env, name string) []string {
	t.Helper()
	list := &eventsv1.EventList{}
	if err := env.Client.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	out, uid := []string{}, denyNamed(t, env, name).UID
	for _, e := range list.Items {
		if e.Regarding.UID == uid && e.Type == corev1.EventTypeWarning {
			out = append(out, e.Note)
		}
	}
	slices.Sort(out)
	return out
}

func denyNamed(t *testing.T, env *testenv.Env, name string) *provostv1.SystemDeny {
	t.Helper()
	o := &provostv1.SystemDeny{}
	if err := env.Client.Get(t.Context(), client.ObjectKey{Name: name}, o); err != nil {
		t.Fatal(err)
	}
	return o
}

// finalise has a namespace go, as the namespace controller does once nothing is left in it.
func finalise(t *testing.T, env *testenv.Env, ns *corev1.Namespace) {
	t.Helper()
	c, err := kubernetes.NewForConfig(env.Config)
	if err != nil {
		t.Fatal(err)
	}
	now, err := c.CoreV1().Namespaces().Get(t.Context(), ns.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	now.Spec.Finalizers = nil
	if _, err := c.CoreV1().Namespaces().Finalize(t.Context(), now, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}
