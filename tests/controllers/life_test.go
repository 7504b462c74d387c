package controllers_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	corev1 "k8s.io/api/core/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// crowd is a school with some people, so that there is something to write.
func crowd(people int) string {
	var members []string
	for i := range people {
		members = append(members, fmt.Sprintf("{name: p%03d}", i))
	}
	return school + `
---
{kind: Group, metadata: {name: all}, spec: {members: [` + strings.Join(members, ", ") + `]}}
---
kind: RoleBinding
metadata: {name: all}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Group, name: all}], justification: Term}
---
{kind: Group, metadata: {name: lost}, spec: {parentRef: {name: nowhere}, members: [{name: p000}]}}
---
{kind: Platform, metadata: {name: platform}}
`
}

func TestNoWriteWhereNothingChanged(t *testing.T) {
	env, r := start(t)
	env.Apply(t, "acme", crowd(40))
	env.Expect(t, `
		EffectivePermissions/acme/p039  roles[Course/algebra]=course-student
		RoleBinding/acme/all            people=40
		Platform/platform               counts.people=40 counts.groups=2
		Role/provost-system/task-owner  Ready=True/Succeeded`)
	calm(r.writes)
	if n := r.writes.Of("POST effectivepermissions"); n != 40 {
		t.Errorf("40 people took %d creations", n)
	}
	if n := r.writes.Of("PUT effectivepermissions") + r.writes.Of("DELETE effectivepermissions"); n != 0 {
		t.Errorf("what was written once was written again: %s", r.writes)
	}
	r.stop()

	before := reconciles(t, "")
	again := run(t, env)
	awaitReconciles(t, "", before+40)
	calm(again.writes)
	if again.writes.Total() != 0 {
		t.Errorf("a restart wrote: %s", again.writes)
	}
}

func TestSpecsWithoutEffectAreObserved(t *testing.T) {
	env, r := start(t)
	env.Apply(t, "acme", crowd(3))
	env.Expect(t, "EffectivePermissions/acme/p002  entityCount=1\nCourse/acme/algebra people=3")
	calm(r.writes)
	before := r.writes.Total()
	env.Apply(t, "acme", `{kind: Course, metadata: {name: algebra}, spec: {displayName: Algebra, parentRef: {kind: Campus, name: north}}}`)
	env.Expect(t, "Course/acme/algebra observedGeneration=2 Ready=True/Succeeded")
	calm(r.writes)
	if n := r.writes.Total() - before; n != 1 {
		t.Errorf("a display name took %d writes: %s", n, r.writes)
	}
}

func TestWhatIsAlteredIsPutBack(t *testing.T) {
	env, _ := start(t)
	env.Apply(t, "acme", crowd(2))
	env.Expect(t, "EffectivePermissions/acme/p001 roles[Course/algebra]=course-student\n"+
		"Role/provost-system/course-author Ready=True/Succeeded")

	merge := func(o client.Object, patch string, sub ...string) {
		t.Helper()
		p := client.RawPatch(types.MergePatchType, []byte(patch))
		var err error
		if len(sub) > 0 {
			err = env.Client.Status().Patch(t.Context(), o, p)
		} else {
			err = env.Client.Patch(t.Context(), o, p)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	named := func(ns, name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: ns, Name: name} }
	merge(&provostv1.EffectivePermissions{ObjectMeta: named("acme", "p001")}, `{"status":{"access":[]}}`)
	merge(&provostv1.Course{ObjectMeta: named("acme", "algebra")}, `{"status":{"children":7,"conditions":[]}}`, "status")
	merge(&provostv1.Role{ObjectMeta: named("provost-system", "course-author")}, `{"spec":{"permissions":["view_course"]}}`)
	env.Delete(t, "acme", `{kind: EffectivePermissions, metadata: {name: p000}}`)
	env.Delete(t, "provost-system", `{kind: Role, metadata: {name: course-student}}`)
	env.Apply(t, "acme", `{kind: EffectivePermissions, metadata: {name: nobody}, status: {person: nobody}}`)
	env.Expect(t, `
		EffectivePermissions/acme/p000      roles[Course/algebra]=course-student
		EffectivePermissions/acme/p001      roles[Course/algebra]=course-student
		EffectivePermissions/acme/nobody    absent
		Course/acme/algebra                 children=0 Ready=True/Succeeded
		Role/provost-system/course-student  Ready=True/Succeeded people=2
		Role/provost-system/course-author   Ready=True/Succeeded`)
	for range 100 {
		role := &provostv1.Role{}
		if err := env.Client.Get(t.Context(), types.NamespacedName{Namespace: "provost-system", Name: "course-author"}, role); err != nil {
			t.Fatal(err)
		}
		if len(role.Spec.Permissions) > 1 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the permissions of a system role were not put back")
}

func TestSystemRolesAreShown(t *testing.T) {
	env, _ := start(t)
	env.Expect(t, "Role/provost-system/task-owner Ready=True/Succeeded\nRole/provost-system/organisation-superadmin Ready=True/Succeeded")
	for range 100 {
		list := &provostv1.RoleList{}
		if err := env.Client.List(t.Context(), list, client.InNamespace("provost-system")); err != nil {
			t.Fatal(err)
		}
		if len(list.Items) == 37 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("there are not 37 system roles")
}

func TestNothingIsMadeInANamespaceThatGoes(t *testing.T) {
	env, r := start(t)
	env.Namespace(t, "going", nil)
	env.Apply(t, "going", `
{kind: Course, metadata: {name: last}}
---
kind: RoleBinding
metadata: {name: b}
spec: {entityRef: {kind: Course, name: last}, roleRef: {name: course-student}, subjects: [{kind: Person, name: p}]}`)
	env.Expect(t, "EffectivePermissions/going/p entityCount=1")
	// Without a controller manager the namespace stays in Terminating, with everything in it.
	if err := env.Client.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "going"}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the manager has seen that the namespace goes", func() bool {
		_, there := r.directory.Snapshot().Record(directory.ID{Kind: directory.KindNamespace, Name: "going"})
		return !there
	})
	env.Delete(t, "going", `{kind: EffectivePermissions, metadata: {name: p}}`)
	env.Expect(t, "EffectivePermissions/going/p absent")
	calm(r.writes)
	env.Expect(t, "EffectivePermissions/going/p absent")
	if n := r.writes.Of("POST effectivepermissions"); n != 1 {
		t.Errorf("creations were tried in a namespace that goes: %s", r.writes)
	}
	env.Delete(t, "going", "{kind: RoleBinding, metadata: {name: b}}\n---\n{kind: Course, metadata: {name: last}}")
	calm(r.writes)
}

func TestABurstIsWrittenFewTimes(t *testing.T) {
	env, r := start(t)
	env.Apply(t, "acme", school)
	env.Expect(t, "Course/acme/algebra Ready=True/Succeeded")
	const bindings = 60
	for i := range bindings {
		env.Apply(t, "acme", fmt.Sprintf(`
kind: RoleBinding
metadata: {name: b%d}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: dana}], justification: Term}`, i))
	}
	for i := range bindings {
		env.Expect(t, fmt.Sprintf("RoleBinding/acme/b%d Ready=True/Succeeded", i))
	}
	env.Expect(t, "Course/acme/algebra people=1")
	calm(r.writes)
	if n := r.writes.Of("PATCH rolebindings/status"); n != bindings {
		t.Errorf("%d bindings took %d writes", bindings, n)
	}
	if n := r.writes.Of("POST effectivepermissions") + r.writes.Of("PUT effectivepermissions"); n > bindings/4 {
		t.Errorf("one person's permissions were written %d times during %d changes", n, bindings)
	}
}

func TestCountsFollowLater(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	r := run(t, env, func(o *manager.Options) { o.Recount = time.Hour })
	env.Apply(t, "acme", crowd(2))
	env.Expect(t, "RoleBinding/acme/all Ready=True/Succeeded\nEffectivePermissions/acme/p001 entityCount=1")
	calm(r.writes)
	was := r.writes.Of("PATCH rolebindings/status")
	env.Apply(t, "acme", `{kind: Group, metadata: {name: all}, spec: {members: [{name: p000}, {name: p001}, {name: p002}]}}`)
	env.Expect(t, "EffectivePermissions/acme/p002 entityCount=1\nGroup/acme/all memberCount=3")
	calm(r.writes)
	if n := r.writes.Of("PATCH rolebindings/status") - was; n != 0 {
		t.Errorf("only a count changed, and it was written %d times", n)
	}
	// A condition does not wait, and takes the count with it.
	env.Delete(t, "acme", `{kind: Course, metadata: {name: algebra}}`)
	env.Expect(t, "RoleBinding/acme/all Ready=False/EntityNotFound people=3")
}

// Until every kind has been listed, nothing is written and the replica is not ready (R30).
func TestNothingBeforeEveryKindIsListed(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	env.Apply(t, "acme", crowd(3))

	cfg := env.ManagerConfig(t)
	writes := testenv.CountWrites(cfg)
	block := blockPath(cfg, "/systemdenies")
	addr := freeAddress(t)
	mgr, err := manager.New(cfg, manager.Options{ProbeAddress: addr, SkipNameValidation: true, Logger: logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := contextOf(t)
	done := make(chan error, 1)
	go func() { done <- mgr.Start(ctx) }()
	for range 20 {
		if status, body := probe(addr, "/readyz?verbose"); status == http.StatusOK {
			t.Fatalf("ready while denies cannot be read: %s", body)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if status, _ := probe(addr, "/healthz"); status != http.StatusOK {
		t.Errorf("healthz answers %d", status)
	}
	if writes.Total() != 0 {
		t.Errorf("written before every kind was listed: %s", writes)
	}
	block.lift()
	env.Expect(t, "EffectivePermissions/acme/p002 entityCount=1")
	if status, body := probe(addr, "/readyz"); status != http.StatusOK {
		t.Errorf("not ready: %s", body)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// One of two replicas writes; when it goes, the other goes on.
func TestLeaderElection(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	elect := func(o *manager.Options) { o.LeaderElection = true }
	first := run(t, env, elect)
	env.Expect(t, "Role/provost-system/task-owner Ready=True/Succeeded")
	second := run(t, env, elect)
	env.Apply(t, "acme", crowd(3))
	env.Expect(t, "EffectivePermissions/acme/p002 entityCount=1")
	if n := second.writes.Total(); n != 0 {
		t.Errorf("the replica that waits wrote: %s", second.writes)
	}
	if n := second.directory.Snapshot().Counts().People; n != 3 {
		t.Errorf("the replica that waits knows of %d people", n)
	}
	first.stop()
	env.Apply(t, "acme", `{kind: Group, metadata: {name: all}, spec: {members: [{name: p000}]}}`)
	env.Expect(t, "EffectivePermissions/acme/p002 absent")
	if second.writes.Total() == 0 {
		t.Error("the other replica did not take over")
	}
}

func probe(addr, path string) (int, string) {
	r, err := http.Get("http://" + addr + path)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = r.Body.Close() }()
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(body)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
