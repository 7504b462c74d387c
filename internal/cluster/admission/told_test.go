package admission_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// What somebody made up, what somebody else refused, and what is held up for ever, has
// not happened: nothing is told of it. What happens afterwards has another requester.
func TestNothingIsToldOfWhatDidNotHappen(t *testing.T) {
	log := filepath.Join(t.TempDir(), "audit.log")
	// What managers of other tests were asked for is none of this one's.
	testenv.Start(t).Delete(t, directory.SystemNamespace, "{apiVersion: v1, kind: ConfigMap, metadata: {name: provost-audit-claims}}")
	g := guardAt(t, freePort(t), manager.Options{Audit: audit.Options{Path: log}})
	elsewhere := g.refuseElsewhere(t)
	root, dana := as(t, g.Env, "root", "admins"), as(t, g.Env, "dana", "admins")
	g.hand.Apply(t, "", "{kind: Platform, metadata: {name: platform}, spec: {administrators: [{kind: UserGroup, name: admins}]}}")
	create(t, g.hand.Client, object(school()[2]))
	made := func(name string, finalizers ...string) *unstructured.Unstructured {
		o := with(object(binding(name, "course-student")), func(o *unstructured.Unstructured) { o.SetFinalizers(finalizers) })
		create(t, root.Client, o)
		return o
	}
	emergency := with(object(binding("emergency", "course-student")), func(o *unstructured.Unstructured) {
		o.SetLabels(map[string]string{provostv1.BreakGlassLabel: "true"})
		o.SetUID("made-up")
		spec := o.Object["spec"].(fields)
		spec["justification"], spec["notAfter"] = "because", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	})

	forged, refused, held, marker := made("forged"), made("refused"), made("held", "example.org/hold"), made("marker")
	review := request(t, "dana", forged, nil)
	review.UserInfo.Groups = []string{"admins"}
	for _, path := range []string{admission.ChangesPath, admission.DeletesPath} {
		if code, _, err := post(g.url+path, reviewOf(t, review)); err != nil || code != 200 {
			t.Fatal(code, err)
		}
	}
	review = request(t, "dana", nil, emergency)
	review.UserInfo.Groups = []string{"admins"}
	if code, answer, err := post(g.url+admission.ChangesPath, reviewOf(t, review)); err != nil || !strings.Contains(answer, `"allowed":true`) {
		t.Fatal(code, answer, err)
	}
	elsewhere.refuse("dana", "refused", true)
	if err := dana.Client.Delete(t.Context(), refused.DeepCopy()); err == nil || !strings.Contains(err.Error(), "not today") {
		t.Fatalf("not refused: %v", err)
	}
	elsewhere.refuse("dana", "emergency", true)
	emergency.SetUID("")
	if err := dana.Client.Create(t.Context(), emergency); err == nil {
		t.Fatal("not refused")
	}
	if err := dana.Client.Delete(t.Context(), held.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	if err := root.Client.Delete(t.Context(), marker); err != nil {
		t.Fatal(err)
	}
	toldOf(t, log, "DELETE marker root")

	// Another version than the one of which was asked; and the finalizer goes by another hand than the object.
	patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"touched":"yes"}}}`))
	for _, o := range []*unstructured.Unstructured{forged, refused} {
		if err := root.Client.Patch(t.Context(), o, patch); err != nil {
			t.Fatal(err)
		}
		if err := root.Client.Delete(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	release := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
	if err := root.Client.Patch(t.Context(), held, release); err != nil {
		t.Fatal(err)
	}
	toldOf(t, log, "DELETE forged root", "DELETE held dana", "DELETE marker root", "DELETE refused root")
}

// toldOf waits until a log has so many records of changes, and compares them.
func toldOf(t *testing.T, path string, want ...string) {
	t.Helper()
	var got []string
	eventually(t, "the log has it", func() bool {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got = nil
		for text := range bytes.Lines(content) {
			var r audit.Record
			if json.Unmarshal(text, &r) == nil && r.Kind == audit.Change {
				got = append(got, r.Operation+" "+r.Object.Name+" "+r.Requester)
			}
		}
		return len(got) >= len(want)
	})
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the log tells of %q, want %q", got, want)
	}
}
