package admission_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// Of two replicas one tells of what the other was asked for, and neither names
// somebody by what it knows alone. The next leader tells the same as the last one.
func TestReplicasShareWhatTheyWereAsked(t *testing.T) {
	env := testenv.Start(t)
	first := &guarded{Env: env, hand: as(t, env, admission.ManagerUser, "system:masters"), directory: directory.New()}
	first.hand.Clear(t)
	for _, ns := range []string{"acme", directory.SystemNamespace} {
		first.Namespace(t, ns, nil)
	}
	lease := &coordinationv1.Lease{}
	lease.Namespace, lease.Name = directory.SystemNamespace, manager.LeaseName
	if err := client.IgnoreNotFound(env.Client.Delete(t.Context(), lease)); err != nil {
		t.Fatal(err)
	}
	first.everybody(t)
	create(t, first.hand.Client, object(&directory.Platform{Administrators: []directory.Principal{
		{Kind: directory.PrincipalUser, Name: "root"}, {Kind: directory.PrincipalUser, Name: "dana"},
	}}))
	create(t, first.hand.Client, object(school()[2]))
	certificate, authority, err := admission.LocalCertificate()
	if err != nil {
		t.Fatal(err)
	}
	serve := func(g *guarded, log string) {
		port := freePort(t)
		g.url = fmt.Sprintf("https://127.0.0.1:%d", port)
		g.run(t, manager.Options{
			LeaderElection: true, Audit: audit.Options{Path: log},
			Webhooks: admission.Serving{Host: "127.0.0.1", Port: port, Certificate: certificate},
		})
	}
	one, two := filepath.Join(t.TempDir(), "one.log"), filepath.Join(t.TempDir(), "two.log")
	serve(first, one)
	eventually(t, "the first one leads", func() bool {
		return env.Client.Get(t.Context(), client.ObjectKeyFromObject(lease), lease) == nil && *lease.Spec.HolderIdentity != ""
	})
	second := &guarded{Env: env, hand: first.hand, directory: directory.New()}
	serve(second, two)
	second.connect(t, authority) // the API server asks the one that waits

	root := as(t, env, "root")
	made := func(name string) *unstructured.Unstructured {
		o := object(binding(name, "course-student"))
		create(t, root.Client, o)
		return o
	}
	deleted := func(o *unstructured.Unstructured) {
		t.Helper()
		if err := root.Client.Delete(t.Context(), o.DeepCopy()); err != nil {
			t.Fatal(err)
		}
	}
	asked, disputed := made("asked"), made("disputed")
	deleted(asked)
	// The leader alone is asked for this, and refuses nothing; what it is asked of is what is deleted then.
	eventually(t, "the disputed one is deleted as it was", func() bool {
		if err := env.Client.Get(t.Context(), client.ObjectKeyFromObject(disputed), disputed); err != nil {
			t.Fatal(err)
		}
		if _, _, err := post(first.url+admission.ChangesPath, reviewOf(t, request(t, "dana", disputed, nil))); err != nil {
			t.Fatal(err)
		}
		err := root.Client.Delete(t.Context(), disputed.DeepCopy(), client.Preconditions{ResourceVersion: ptr.To(disputed.GetResourceVersion())})
		if err != nil && !apierrors.IsConflict(err) {
			t.Fatal(err)
		}
		return err == nil
	})
	want := map[string]string{"asked": "root", "disputed": string(audit.SeveralAsked)}
	hasTold(t, one, want)

	first.stop()
	third := made("third")
	deleted(third)
	want["third"] = "root"
	hasTold(t, two, want) // the ids say that two of them are told again
	second.stop()
	if again := ids(t, one, two); again != 2 {
		t.Errorf("%d records are in both logs, want 2", again)
	}
}

// hasTold waits until a log says of deletions who asked for them, or why that is not known.
func hasTold(t *testing.T, path string, want map[string]string) {
	t.Helper()
	var got map[string]string
	eventually(t, "the log has it", func() bool {
		got = map[string]string{}
		for _, r := range deletions(t, path) {
			got[r.Object.Name] = r.Requester + string(r.Unattributed)
		}
		return len(got) >= len(want)
	})
	for name, who := range want {
		if got[name] != who {
			t.Errorf("%s: the log says %q of %s, want %q", filepath.Base(path), got[name], name, who)
		}
	}
}

// deletions are the records of those in a log.
func deletions(t *testing.T, path string) []audit.Record {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []audit.Record
	for text := range bytes.Lines(content) {
		var r audit.Record
		if json.Unmarshal(text, &r) == nil && r.Operation == audit.Delete {
			out = append(out, r)
		}
	}
	return out
}

// ids counts the records of deletions that are in both logs.
func ids(t *testing.T, one, two string) int {
	t.Helper()
	both, seen := 0, map[string]bool{}
	for _, r := range deletions(t, one) {
		seen[r.ID] = true
	}
	for _, r := range deletions(t, two) {
		if seen[r.ID] {
			both++
		}
	}
	return both
}
