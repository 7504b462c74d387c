package admission

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// changes judges what is created, altered and deleted.
type changes struct {
	Options
	decoder  *decoder
	sequence *sequence
	// replicas are the others who judge; nil where there are none.
	replicas *replicas
}

// Handle implements admission.Handler.
func (h *changes) Handle(ctx context.Context, req admission.Request) admission.Response {
	manager := req.UserInfo.Username == ManagerUser
	if req.SubResource != "" || req.Kind.Kind == effectivePermissions {
		if manager || req.SubResource != "" && req.SubResource != "status" {
			return admission.Allowed("")
		}
		return admission.Denied(notYours(req))
	}
	r, err := h.decoder.read(req)
	if err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if reason := protected(r, manager); reason != "" {
		return admission.Denied(reason)
	}
	if manager {
		return admission.Allowed("")
	}
	if reason := foreignStamps(r); reason != "" {
		return admission.Denied(reason)
	}
	if err := h.Ready(); err != nil {
		return notReady(err)
	}
	answer := h.judge(ctx, r)
	if answer.Allowed {
		h.asked(ctx, r)
	}
	return answer
}

const effectivePermissions = "EffectivePermissions"

// notYours refuses to have anybody but the manager say what the manager found out.
func notYours(req admission.Request) string {
	if req.Kind.Kind == effectivePermissions {
		return findings.Written(effectivePermissions).Line()
	}
	return "the status is what the manager found out, and only the manager writes it: change the spec"
}

// notReady is an answer that tools try again (rule R30).
func notReady(err error) admission.Response {
	return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: &metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable,
		Message: fmt.Sprintf("%v: try again in a moment", err),
	}}}
}

// judge answers for everybody but the manager.
func (h *changes) judge(ctx context.Context, r *request) admission.Response {
	now := h.Clock.Now()
	var err error
	if r.metadataChange, err = metadataChanged(r); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	trusted, err := h.trusted(ctx, r)
	if err != nil {
		return failed(err)
	}
	missing := breakGlass(r, trusted, now)
	if trusted {
		locked, err := h.lockout(ctx, r)
		if err != nil {
			return failed(err)
		}
		missing = append(missing, locked...)
	} else {
		missing = append(missing, reservedMetadata(r)...)
		unjustified := append(h.unjustified(ctx, r), h.tooLong(r)...)
		// What is refused anyhow does not come to be under way.
		lacks, err := h.missing(ctx, r, len(missing) == 0 && len(unjustified) == 0)
		if err != nil {
			return failed(err)
		}
		missing = append(append(missing, lacks...), unjustified...)
	}
	if len(missing) > 0 {
		return admission.Denied(strings.Join(missing, "; "))
	}
	if trusted && r.bears() && !r.tries() {
		if _, err := h.note(ctx, r, true); err != nil {
			return failed(err)
		}
	}
	about := collector{before: h.Directory.Snapshot(), request: r, now: now, justification: h.justification(ctx)}
	return admission.Allowed("").WithWarnings(about.warnings()...)
}

// bears says that a request changes what the engine holds.
func (r *request) bears() bool { return !r.same && (r.was != nil || r.is != nil) }

// missing is what the requester would need. What was applied a moment ago may
// not have arrived here yet, so that a refusal because something does not exist
// is thought over when news have come. What is allowed and bears on access is
// judged once more, in turn.
func (h *changes) missing(ctx context.Context, r *request, allow bool) ([]string, error) {
	if r.same && r.metadataChange == nil {
		return nil, nil
	}
	if r.was == nil && r.is == nil {
		if reason := authority.Reserved(r.id); reason != "" {
			return []string{reason}, nil
		}
	}
	patience, cancel := context.WithTimeout(ctx, h.Patience)
	defer cancel()
	for {
		newest, states := h.newest(), h.views(r)
		v, _, err := h.verdict(ctx, r, states, nil)
		switch {
		case err != nil:
			return nil, err
		case v.Allowed && r.bears() && allow:
			return h.inTurn(ctx, r, states)
		case v.Allowed, !v.Absent, !h.newer(patience, newest):
			return v.Missing, nil
		}
	}
}

// newer waits for a snapshot that comes after another one.
func (h *changes) newer(ctx context.Context, s *directory.Snapshot) bool {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
			if h.newest() != s {
				return true
			}
		}
	}
}
