package status_test

import (
	"testing"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/utils/ptr"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
)

func TestGitSyncs(t *testing.T) {
	objects := provostv1.GitSyncObjects{Count: ptr.To(int32(4)), Digest: "abc"}
	for _, c := range []struct {
		name  string
		run   status.SyncRun
		state string
		want  string
	}{
		{"applied", status.SyncRun{Revision: "main@1", Applied: "main@1", Objects: objects}, "True/Succeeded", "Applied main@1: 4 objects."},
		{"signed", status.SyncRun{Revision: "main@1", Applied: "main@1", Signer: "dana", Objects: objects}, "True/Succeeded",
			"Applied main@1, signed by dana: 4 objects."},
		{"what somebody deleted has yet to go", status.SyncRun{Revision: "main@1", Applied: "main@1", Pending: "Group acme/qa", Objects: objects},
			"False/Progressing",
			"main@1 is applied, and waits for Group acme/qa to be gone, which somebody deleted and which will be created again."},
		{"failed, and tried again", status.SyncRun{Failure: &status.SyncFailure{
			Reason: provostv1.ReasonTimeout, Message: "read tcp 10.0.0.1:4711->10.0.0.2:443: no answer"}}, "False/Timeout",
			"read tcp 10.0.0.2:443: no answer"},
		{"failed for good", status.SyncRun{Revision: "main@2", Failure: &status.SyncFailure{
			Reason: provostv1.ReasonValidationFailed, Message: "bad.yaml", Stalled: true}}, "False/ValidationFailed stalled", "bad.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			gs := &provostv1.GitSync{}
			status.SyncRan(gs, c.run, time.Now())
			got, message := ready(gs)
			if got != c.state || message != c.want {
				t.Errorf("%s: %s\nwant %s: %s", got, message, c.state, c.want)
			}
			if gs.Status.LastAttemptedRevision != c.run.Revision || gs.Status.LastAppliedRevision != c.run.Applied {
				t.Errorf("attempted %s, applied %s", gs.Status.LastAttemptedRevision, gs.Status.LastAppliedRevision)
			}
			if (gs.Status.Objects != nil) != (c.run.Applied != "") {
				t.Errorf("objects are %v", gs.Status.Objects)
			}
		})
	}
}

// What is applied already is not said to be applied again, until its spec changes.
func TestGitSyncsApplying(t *testing.T) {
	gs := &provostv1.GitSync{}
	gs.Generation = 1
	if !status.SyncApplying(gs, "main@1", time.Now()) {
		t.Error("a new revision is nothing to say")
	}
	if got, message := ready(gs); got != "False/Progressing" || message != "Applying main@1." {
		t.Errorf("%s: %s", got, message)
	}
	if !apimeta.IsStatusConditionTrue(gs.GetConditions(), provostv1.ConditionReconciling) {
		t.Error("is not Reconciling")
	}
	status.SyncRan(gs, status.SyncRun{Revision: "main@1", Applied: "main@1", Objects: provostv1.GitSyncObjects{Count: ptr.To(int32(1))}},
		time.Now())
	if apimeta.FindStatusCondition(gs.GetConditions(), provostv1.ConditionReconciling) != nil {
		t.Error("is Reconciling when it is over")
	}
	if status.SyncApplying(gs, "main@1", time.Now()) {
		t.Error("the same revision is news")
	}
	gs.Generation = 2
	if !status.SyncApplying(gs, "main@1", time.Now()) {
		t.Error("the same revision by another spec is nothing to say")
	}
	status.SyncSuspended(gs, time.Now())
	if got, message := ready(gs); got != "True/Suspended" ||
		message != "Suspended at main@1; what is in the cluster stays and is not kept as in Git." {
		t.Errorf("%s: %s", got, message)
	}
}

func TestChildrenRemain(t *testing.T) {
	o := &provostv1.Campus{}
	o.Generation = 3
	status.ChildrenRemain(o, []string{"Course/a", "Course/b"}, time.Now())
	got, message := ready(o)
	if want := "It is being deleted, and goes when nothing stands below it any more. " +
		"Delete what remains, or move it elsewhere (spec.parentRef): Course/a, Course/b."; got != "False/ChildrenRemain" || message != want {
		t.Errorf("%s: %s", got, message)
	}
	if *o.Status.Children != 2 || o.Status.ObservedGeneration != 3 {
		t.Errorf("%d children at the generation %d", *o.Status.Children, o.Status.ObservedGeneration)
	}
}

// ready is what the condition Ready says.
func ready(o provostv1.Object) (state, message string) {
	c := apimeta.FindStatusCondition(o.GetConditions(), provostv1.ConditionReady)
	state = string(c.Status) + "/" + c.Reason
	if apimeta.IsStatusConditionTrue(o.GetConditions(), provostv1.ConditionStalled) {
		state += " stalled"
	}
	return state, c.Message
}
