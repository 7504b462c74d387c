package admission

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// holes tells of the SystemDenies that hold no longer once something is gone
// that they name: a group, an entity, or a namespace with everything in it (R10).
func (a *finder) holes(deleted directory.ID) {
	for _, name := range a.before.Denies() {
		r, _ := a.before.Record(directory.ID{Kind: directory.KindSystemDeny, Name: name})
		for _, h := range findings.HolesLeft(a.before, r.(*directory.SystemDeny), deleted, a.now) {
			a.say("SystemDeny %s has a hole from now on: %s", name, h.Message)
		}
	}
}

// namespaces says what comes of deleting a namespace. It never refuses, and the
// API server does without it where nobody answers (rule R25).
type namespaces struct {
	Options
	decoder *decoder
}

// Handle implements admission.Handler.
func (h *namespaces) Handle(_ context.Context, req admission.Request) admission.Response {
	r, err := h.decoder.read(req)
	if err != nil || r.was == nil || r.id.Kind != directory.KindNamespace || h.Ready() != nil {
		return admission.Allowed("")
	}
	a := finder{before: h.Directory.Snapshot(), request: r, now: h.Clock.Now()}
	a.holes(r.was.ID())
	return admission.Allowed("").WithWarnings(a.first()...)
}
