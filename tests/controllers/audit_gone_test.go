package controllers_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

const nobody = `{kind: Group, metadata: {name: all}, spec: {}}`

// toldOf are what the log's records say of a person, in order.
func toldOf(t *testing.T, out *syncBuffer, person string) []string {
	t.Helper()
	var told []string
	for _, r := range out.records(t) {
		if r.Person == person {
			told = append(told, fmt.Sprintf("%d gained %d lost", min(len(r.Gained), 1), min(len(r.Lost), 1)))
		}
	}
	return told
}

// failsLate is a log that, while it is on, takes what is written and says that it failed.
type failsLate struct {
	*syncBuffer
	on atomic.Bool
}

// Write implements io.Writer.
func (f *failsLate) Write(p []byte) (int, error) {
	n, err := f.syncBuffer.Write(p)
	if f.on.Load() {
		return 0, errors.New("the log fails once it has everything, by the test")
	}
	return n, err
}

// Somebody's object is deleted by hand and all that it said lost at once, so that
// there is nothing any more on which that could be owed. The log has it and fails
// all the same; by the time it works again, everything has been given back.
func TestTheAuditLogFailsForAnObjectThatIsGone(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	cfg := env.ManagerConfig(t)
	ears, out := deafen(cfg, "effectivepermissions"), &failsLate{syncBuffer: &syncBuffer{}}
	r := runOn(t, cfg, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
	env.Apply(t, "acme", crowd(2))
	env.Expect(t, everybody(2, "entityCount=1"))
	settleDown(r)

	ears.on()
	env.Delete(t, "acme", `{kind: EffectivePermissions, metadata: {name: p000}}`)
	env.Apply(t, "acme", nobody+"\n---\n"+lookedAt("after"))
	env.Expect(t, "EffectivePermissions/acme/after entityCount=1\nEffectivePermissions/acme/p001 absent")
	out.on.Store(true)
	ears.off()
	eventually(t, "the loss is in the log", func() bool { return len(toldOf(t, out.syncBuffer, "p000")) == 2 })
	env.Apply(t, "acme", crowd(2))
	env.Expect(t, "Group/acme/all memberCount=2")
	settleDown(r)
	out.on.Store(false)
	env.Expect(t, everybody(2, "entityCount=1"))
	settleDown(r)
	comesTo(t, env, func() map[string]string { return replayed(t, out.syncBuffer) })
	want := []string{"1 gained 0 lost", "0 gained 1 lost", "1 gained 0 lost"}
	if told := toldOf(t, out.syncBuffer, "p000"); !slices.Equal(told, want) {
		t.Errorf("%v, want %v", told, want)
	}
}

// tap loses the answers to a configuration's writes of EffectivePermissions while it does, and counts deletes.
type tap struct {
	loses   atomic.Bool
	deletes atomic.Int64
}

func wiretap(cfg *rest.Config) *tap {
	p := &tap{}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			answer, err := next.RoundTrip(r)
			if err != nil || !strings.Contains(r.URL.Path, "/effectivepermissions/") {
				return answer, err
			}
			if r.Method == http.MethodDelete {
				p.deletes.Add(1)
			}
			if r.Method == http.MethodPut && p.loses.Load() {
				_ = answer.Body.Close()
				return nil, errors.New("the answer was lost, by the test")
			}
			return answer, nil
		})
	})
	return p
}

// Somebody gains something, in a write of which the manager never hears, and
// loses it by a hand that deletes the object. The manager still sees an object
// that allows nothing, and finds it gone when it deletes it. The log tells of both.
func TestTheAuditLogOfAWriteNeverHeardOf(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	cfg := env.ManagerConfig(t)
	ears, line, out := deafen(cfg, "effectivepermissions"), wiretap(cfg), &syncBuffer{}
	r := runOn(t, cfg, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
	env.Apply(t, "acme", `{kind: SystemDeny, metadata: {name: d}, spec: {everyone: true, permissions: ["*"], reason: because}}`)
	env.Expect(t, "SystemDeny/d Ready=True/Succeeded")
	env.Apply(t, "acme", crowd(1))
	env.Expect(t, everybody(1, "entityCount=0"))
	settleDown(r)

	ears.on()
	line.loses.Store(true)
	env.Delete(t, "acme", `{kind: SystemDeny, metadata: {name: d}}`)
	eventually(t, "the gain is written", func() bool { return len(inCluster(t, env)) > 0 })
	line.loses.Store(false)
	env.Delete(t, "acme", `{kind: EffectivePermissions, metadata: {name: p000}}`)
	env.Apply(t, "acme", nobody)
	eventually(t, "the manager finds it gone", func() bool { return line.deletes.Load() > 0 })
	settleDown(r)
	ears.off()
	want := []string{"1 gained 0 lost", "0 gained 1 lost"}
	eventually(t, "the log tells of both", func() bool { return slices.Equal(toldOf(t, out, "p000"), want) })
	comesTo(t, env, func() map[string]string { return replayed(t, out) })
}

// While the manager sees people as they were before they lost everything, it is all
// given back, and what it sees is right once more. What gave it back is told when it is written.
func TestTheAuditLogKnowsWhyThoughTheManagerLagsBehind(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	cfg := env.ManagerConfig(t)
	ears, out := deafen(cfg, "effectivepermissions"), &syncBuffer{}
	r := runOn(t, cfg, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
	env.Apply(t, "acme", crowd(2))
	env.Expect(t, everybody(2, "entityCount=1"))
	settleDown(r)

	ears.on()
	env.Apply(t, "acme", nobody)
	env.Expect(t, everybody(2, "absent"))
	env.Apply(t, "acme", crowd(2)+"\n---\n"+lookedAt("after"))
	env.Expect(t, "EffectivePermissions/acme/after entityCount=1")
	for i := range 12 { // enough for it to be long ago
		env.Apply(t, "acme", fmt.Sprintf("{kind: Group, metadata: {name: other-%d}}", i))
		env.Expect(t, fmt.Sprintf("Group/acme/other-%d Ready=True/Succeeded", i))
	}
	ears.off()
	env.Expect(t, everybody(2, "entityCount=1"))
	settleDown(r)
	comesTo(t, env, func() map[string]string { return replayed(t, out) })
	for _, r := range out.records(t)[2:] {
		if r.Cause.Type != audit.CauseChange {
			t.Errorf("%s gained %v and lost %v for %s", r.Person, r.Gained, r.Lost, r.Cause.Type)
		}
	}
}
