package controllers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// Somebody loses everything and gets it back while the manager's view of what it
// wrote lags behind: what it sees last is what was there before both. The log
// tells of both all the same, whoever took it away, and though nothing is left
// of that to be seen.
func TestTheAuditLogOfAManagerThatLagsBehind(t *testing.T) {
	env := testenv.Start(t)
	const people = 12
	comeAndGo := func(t *testing.T, _ *syncBuffer) {
		env.Apply(t, "acme", `{kind: Group, metadata: {name: all}, spec: {}}`)
		env.Expect(t, everybody(people, "absent"))
		env.Apply(t, "acme", crowd(people)+"\n---\n"+lookedAt("after"))
		env.Expect(t, "EffectivePermissions/acme/after entityCount=1")
		env.Apply(t, "acme", lookedAt("later")) // by when everybody has been looked at
		env.Expect(t, "EffectivePermissions/acme/later entityCount=1")
	}
	anotherTakes := func(t *testing.T, out *syncBuffer) {
		for i := range people {
			takenByAnother(t, env, out, fmt.Sprintf("p%03d", i))
		}
	}
	for _, c := range []struct {
		name string
		do   func(t *testing.T, out *syncBuffer)
		then func(*deaf)
	}{
		{"taken and given by this one", comeAndGo, (*deaf).off},
		{"taken and given by this one, never to be heard of", comeAndGo, (*deaf).lose},
		{"taken by another leader", anotherTakes, (*deaf).off},
		{"taken by another leader, never to be heard of", anotherTakes, (*deaf).lose},
	} {
		t.Run(c.name, func(t *testing.T) {
			env.Clear(t)
			env.Namespace(t, "acme", nil)
			cfg := env.ManagerConfig(t)
			ears, out := deafen(cfg, "effectivepermissions"), &syncBuffer{}
			r := runOn(t, cfg, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
			env.Apply(t, "acme", crowd(people))
			env.Expect(t, everybody(people, "entityCount=1"))
			settleDown(r)
			ears.on()
			c.do(t, out)
			c.then(ears)
			env.Expect(t, everybody(people, "entityCount=1"))
			settleDown(r)
			comesTo(t, env, func() map[string]string { return replayed(t, out) })
		})
	}
}

// everybody is what to expect of each person of a crowd.
func everybody(people int, what string) string {
	var lines strings.Builder
	for i := range people {
		fmt.Fprintf(&lines, "EffectivePermissions/acme/p%03d %s\n", i, what)
	}
	return lines.String()
}

// lookedAt is a binding for one person, whose turn comes after those who were enqueued before.
func lookedAt(person string) string {
	return fmt.Sprintf(`
kind: RoleBinding
metadata: {name: %[1]s}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: %[1]s}], justification: Term}`, person)
}

// takenByAnother does what another leader does that takes everything from somebody: it
// says so on the object, writes what it owes for that to the log, and deletes the object.
func takenByAnother(t *testing.T, env *testenv.Env, out io.Writer, person string) {
	t.Helper()
	o := &provostv1.EffectivePermissions{}
	if err := env.Client.Get(t.Context(), types.NamespacedName{Namespace: "acme", Name: person}, o); err != nil {
		t.Fatal(err)
	}
	lost := o.Status.Access[0]
	owed := &audit.Pending{
		Generation: o.Generation + 1, Time: time.Now(),
		Changes: []audit.Delta{{Entities: lost.Entities, Lost: lost.Permissions}}, Causes: []audit.Cause{{Type: audit.CauseUnknown}},
	}
	text, err := owed.Text()
	if err != nil {
		t.Fatal(err)
	}
	o.Status.Access, o.Annotations["provost.dev/audit"] = nil, text
	if err := env.Client.Update(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	records := owed.Records(audit.Subject{UID: string(o.UID), Person: person, Namespace: "acme"}, func(string) []string { return nil })
	for _, r := range records {
		if err := json.NewEncoder(out).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := env.Client.Delete(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}
