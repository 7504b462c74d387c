package controllers

import (
	"context"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/git/gitsync"
)

// gitSyncStatus is the status of one GitSync during one run.
type gitSyncStatus struct {
	client client.Client
	// before is as the object was last read or written, and now as it ought to be.
	before, now *provostv1.GitSync
}

// write patches the status where it differs.
func (s *gitSyncStatus) write(ctx context.Context) error {
	s.now.Status.ObservedGeneration = s.now.Generation
	if equality.Semantic.DeepEqual(s.before.Status, s.now.Status) {
		return nil
	}
	desired := s.before.DeepCopy()
	s.now.Status.DeepCopyInto(&desired.Status)
	if err := s.client.Status().Patch(ctx, desired, client.MergeFrom(s.before)); err != nil {
		return client.IgnoreNotFound(err)
	}
	s.before = desired
	return nil
}

// ran says what a run came to.
func (s *gitSyncStatus) ran(out gitsync.Outcome, failure error) {
	now := time.Now()
	run := status.SyncRun{
		Revision: out.Revision, Applied: out.Applied, Signer: out.Signer,
		Objects: provostv1.GitSyncObjects{Count: ptr.To(int32(len(out.Set.Objects))), Digest: out.Set.Digest},
	}
	if out.Changes.Writes() > 0 {
		run.Changes = &provostv1.GitSyncChanges{
			Created: ptr.To(int32(len(out.Changes.Created))), Updated: ptr.To(int32(len(out.Changes.Updated))), Deleted: ptr.To(int32(len(out.Changes.Deleted))),
			At: &metav1.Time{Time: now.Truncate(time.Second)},
		}
	}
	if len(out.Changes.Pending) > 0 {
		run.Pending = gitsync.Names(out.Changes.Pending)
	}
	if failure != nil {
		f := gitsync.AsFailure(failure, provostv1.ReasonGitOperationFailed)
		run.Failure = &status.SyncFailure{Reason: f.Reason, Message: f.Error(), Stalled: f.Stalled}
	}
	status.SyncRan(s.now, run, now)
}

func readyOf(gs *provostv1.GitSync) *metav1.Condition {
	return apimeta.FindStatusCondition(gs.GetConditions(), provostv1.ConditionReady)
}

// clipTo cuts a text to so many bytes.
func clipTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-3], "") + "..."
}
