package controllers

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
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

// suspended says that nothing is fetched or applied because the spec says so.
func (s *gitSyncStatus) suspended() {
	message := "Suspended; what is in the cluster stays and is not kept as in Git."
	if revision := s.now.Status.LastAppliedRevision; revision != "" {
		message = fmt.Sprintf("Suspended at %s; what is in the cluster stays and is not kept as in Git.", revision)
	}
	s.conclude(finding{good, provostv1.ReasonSuspended, message})
}

// progressing says that a revision is being applied. It returns whether there is
// anything to say: a revision that the status speaks of already, because it was
// applied before a restart of the manager, or could not be applied and is tried
// again, changes nothing until it is known what comes of it.
func (s *gitSyncStatus) progressing(revision string) bool {
	ready := readyOf(s.now)
	if revision == s.now.Status.LastAttemptedRevision && ready != nil && ready.ObservedGeneration == s.now.Generation {
		return false
	}
	message := fmt.Sprintf("Applying %s.", revision)
	s.now.Status.LastAttemptedRevision = revision
	s.conclude(finding{missing, provostv1.ReasonProgressing, message})
	conditions := s.now.GetConditions()
	apimeta.SetStatusCondition(&conditions, metav1.Condition{
		Type: provostv1.ConditionReconciling, Status: metav1.ConditionTrue,
		Reason: provostv1.ReasonProgressing, Message: message, ObservedGeneration: s.now.Generation,
	})
	s.now.SetConditions(conditions)
	return true
}

// ran says what a run came to.
func (s *gitSyncStatus) ran(out gitsync.Outcome, failure error) {
	st := &s.now.Status
	if out.Revision != "" {
		st.LastAttemptedRevision = out.Revision
	}
	if out.Applied != "" {
		st.LastAppliedRevision = out.Applied
		st.Objects = &provostv1.GitSyncObjects{Count: ptr.To(int32(len(out.Set.Objects))), Digest: out.Set.Digest}
	}
	if out.Changes.Writes() > 0 {
		st.Changes = &provostv1.GitSyncChanges{
			Created: ptr.To(int32(len(out.Changes.Created))),
			Updated: ptr.To(int32(len(out.Changes.Updated))),
			Deleted: ptr.To(int32(len(out.Changes.Deleted))),
			At:      &metav1.Time{Time: time.Now().Truncate(time.Second)},
		}
	}
	switch pending := out.Changes.Pending; {
	case failure != nil:
		f := gitsync.AsFailure(failure, provostv1.ReasonGitOperationFailed)
		state := missing
		if f.Stalled {
			state = stuck
		}
		s.conclude(finding{state, f.Reason, stable(f.Error())})
	case len(pending) > 0:
		s.conclude(finding{missing, provostv1.ReasonProgressing, fmt.Sprintf("%s is applied, and waits for %s to be gone, which somebody deleted and which will be created again.", out.Applied, gitsync.Names(pending))})
	default:
		message := fmt.Sprintf("Applied %s: %d objects.", out.Applied, len(out.Set.Objects))
		if out.Signer != "" {
			message = fmt.Sprintf("Applied %s, signed by %s: %d objects.", out.Applied, out.Signer, len(out.Set.Objects))
		}
		s.conclude(finding{good, provostv1.ReasonSucceeded, message})
	}
}

func (s *gitSyncStatus) conclude(f finding) {
	s.now.SetConditions(conditions(s.now.GetConditions(), s.now.Generation, metav1.Now(), f, nil))
}

func readyOf(gs *provostv1.GitSync) *metav1.Condition {
	return apimeta.FindStatusCondition(gs.GetConditions(), provostv1.ConditionReady)
}

// ownPort is our side of a connection in an error of the network.
var ownPort = regexp.MustCompile(`\b(read|write) (tcp|udp) \S+->`)

// stable takes out of a message what differs from one try to the next, so that
// the condition does not change as long as the trouble is the same.
func stable(message string) string {
	return ownPort.ReplaceAllString(message, "$1 $2 ")
}

// clipTo cuts a text to so many bytes.
func clipTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-3], "") + "..."
}
