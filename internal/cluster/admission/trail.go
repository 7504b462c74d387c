package admission

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
)

// trailed are the kinds that keep a trail: those that bear on access.
var trailed = []string{"Group", "PermissionOverride", "Person", "Platform", "Role", "RoleBinding", "RoleTemplate", "SystemDeny", "Term"}

// trail stamps what is created or changed. Where the spec stays as it is, the
// stamps do too, so that nothing drifts. What the request itself says of the
// trail is left out: manifests that were read from a cluster carry old stamps.
type trail struct {
	Options
	decoder *decoder
}

// Handle implements admission.Handler.
func (h *trail) Handle(_ context.Context, req admission.Request) admission.Response {
	if len(req.Object.Raw) == 0 || req.SubResource != "" || !slices.Contains(trailed, req.Kind.Kind) {
		return admission.Allowed("")
	}
	r, err := h.decoder.read(req)
	if err != nil {
		return admission.Allowed("") // the schema, or the judgement, says what is wrong with it
	}
	stamps := h.stamps(r)
	o := &unstructured.Unstructured{}
	if err := json.Unmarshal(req.Object.Raw, &o.Object); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	said := o.GetAnnotations()
	o.SetAnnotations(stamped(said, stamps))
	raw, err := json.Marshal(o.Object)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(req.Object.Raw, raw).WithWarnings(foreignStampWarnings(r, said, stamps)...)
}

// stamped are annotations with these stamps and no others.
func stamped(annotations, stamps map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range annotations {
		if !slices.Contains(provostv1.TrailAnnotations, key) {
			out[key] = value
		}
	}
	for key, value := range stamps {
		out[key] = value
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// foreignStampWarnings tells of stamps that are left out because they are neither what the
// object says already nor what it says from now on.
func foreignStampWarnings(r *request, said, stamps map[string]string) []string {
	var was map[string]string
	if r.before != nil {
		was = r.before.GetAnnotations()
	}
	for _, key := range provostv1.TrailAnnotations {
		if value, ok := said[key]; ok && value != stamps[key] && value != was[key] {
			return []string{fmt.Sprintf("the annotation %s: %q is left out: who changes an object, and when, is written by itself", key, value)}
		}
	}
	return nil
}

// stamps are what the object is to say of its last change.
func (h *trail) stamps(r *request) map[string]string {
	out := map[string]string{}
	if r.same {
		for _, key := range provostv1.TrailAnnotations {
			if value, ok := r.before.GetAnnotations()[key]; ok {
				out[key] = value
			}
		}
		return out
	}
	out[provostv1.ChangedByAnnotation] = r.UserInfo.Username
	out[provostv1.ChangedAtAnnotation] = h.Clock.Now().UTC().Format(time.RFC3339)
	if revision := h.revision(r); revision != "" {
		out[provostv1.ChangedRevisionAnnotation] = revision
	}
	return out
}

// mostRevision is how much of a revision is kept, in bytes; branches have long names at times.
const mostRevision = 512

// revision is what a trusted applier says it applies; nobody else is believed.
func (o *Options) revision(r *request) string {
	said := r.UserInfo.Extra[provostv1.RevisionExtra]
	who := r.asker()
	if len(said) == 0 || who.User != ManagerUser && !authority.Trusted(o.Directory.Snapshot(), who) {
		return ""
	}
	return said[0][:min(len(said[0]), mostRevision)]
}

// foreignStamps says what of the trail somebody made up: another webhook, for example,
// that was asked after ours.
func foreignStamps(r *request) string {
	if r.after == nil || r.SubResource != "" || !slices.Contains(trailed, r.Kind.Kind) {
		return ""
	}
	is := r.after.GetAnnotations()
	if r.same {
		was := r.before.GetAnnotations()
		for _, key := range provostv1.TrailAnnotations {
			if is[key] != was[key] {
				return fmt.Sprintf("the annotation %s tells of the last change of the spec, and is written with one only", key)
			}
		}
		return ""
	}
	by := is[provostv1.ChangedByAnnotation]
	if by != r.UserInfo.Username && (by != "" || is[provostv1.ChangedAtAnnotation] != "" || is[provostv1.ChangedRevisionAnnotation] != "") {
		return fmt.Sprintf("the annotation %s says %q, and it is %q who changes the object: leave it out, and it is written by itself",
			provostv1.ChangedByAnnotation, by, r.UserInfo.Username)
	}
	return ""
}
