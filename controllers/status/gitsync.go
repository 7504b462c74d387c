package status

import (
	"fmt"
	"regexp"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// SyncRun is what one run of a GitSync came to.
type SyncRun struct {
	// Revision is the one that was tried, and Applied the one that is in place now; empty where there is none.
	Revision, Applied string
	// Signer is who signed it, where that is asked for.
	Signer string
	// Objects are what is in place.
	Objects provostv1.GitSyncObjects
	// Changes are what was written; nil for nothing.
	Changes *provostv1.GitSyncChanges
	// Pending are the names of what somebody deleted and what has yet to go.
	Pending string
	Failure *SyncFailure
}

// SyncFailure is why a run failed.
type SyncFailure struct {
	Reason, Message string
	// Stalled says that only a new commit or an edit helps.
	Stalled bool
}

// SyncSuspended says that nothing is fetched or applied because the spec says so.
func SyncSuspended(gs *provostv1.GitSync, now time.Time) {
	message := "Suspended; what is in the cluster stays and is not kept as in Git."
	if revision := gs.Status.LastAppliedRevision; revision != "" {
		message = fmt.Sprintf("Suspended at %s; what is in the cluster stays and is not kept as in Git.", revision)
	}
	conclude(gs, now, finding{good, provostv1.ReasonSuspended, message}, nil)
}

// SyncApplying says that a revision is being applied. It returns whether there is
// anything to say: a revision that the status speaks of already, because it was
// applied before a restart of the manager, or could not be applied and is tried
// again, changes nothing until it is known what comes of it.
func SyncApplying(gs *provostv1.GitSync, revision string, now time.Time) bool {
	ready := apimeta.FindStatusCondition(gs.GetConditions(), provostv1.ConditionReady)
	if revision == gs.Status.LastAttemptedRevision && ready != nil && ready.ObservedGeneration == gs.Generation {
		return false
	}
	message := fmt.Sprintf("Applying %s.", revision)
	gs.Status.LastAttemptedRevision = revision
	conclude(gs, now, finding{missing, provostv1.ReasonProgressing, message}, nil)
	conditions := gs.GetConditions()
	apimeta.SetStatusCondition(&conditions, metav1.Condition{
		Type: provostv1.ConditionReconciling, Status: metav1.ConditionTrue,
		Reason: provostv1.ReasonProgressing, Message: message, ObservedGeneration: gs.Generation,
	})
	gs.SetConditions(conditions)
	return true
}

// SyncRan says what a run came to.
func SyncRan(gs *provostv1.GitSync, run SyncRun, now time.Time) {
	st := &gs.Status
	if run.Revision != "" {
		st.LastAttemptedRevision = run.Revision
	}
	if run.Applied != "" {
		st.LastAppliedRevision = run.Applied
		st.Objects = &run.Objects
	}
	if run.Changes != nil {
		st.Changes = run.Changes
	}
	conclude(gs, now, syncResult(run), nil)
}

func syncResult(run SyncRun) finding {
	switch f := run.Failure; {
	case f != nil && f.Stalled:
		return finding{stuck, f.Reason, stable(f.Message)}
	case f != nil:
		return finding{missing, f.Reason, stable(f.Message)}
	case run.Pending != "":
		return *missingBecause(provostv1.ReasonProgressing,
			"%s is applied, and waits for %s to be gone, which somebody deleted and which will be created again.", run.Applied, run.Pending)
	case run.Signer != "":
		return *goodBecause(provostv1.ReasonSucceeded, "Applied %s, signed by %s: %d objects.", run.Applied, run.Signer, *run.Objects.Count)
	default:
		return *goodBecause(provostv1.ReasonSucceeded, "Applied %s: %d objects.", run.Applied, *run.Objects.Count)
	}
}

// ownPort is our side of a connection in an error of the network.
var ownPort = regexp.MustCompile(`\b(read|write) (tcp|udp) \S+->`)

// stable takes out of a message what differs from one try to the next, so that
// the condition does not change as long as the trouble is the same.
func stable(message string) string {
	return ownPort.ReplaceAllString(message, "$1 $2 ")
}
