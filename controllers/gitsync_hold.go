package controllers

import (
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// hold is what is kept of one GitSync.
type hold struct {
	since time.Time
	// version is that of the GitSync of which apply is the status; "" while nobody could be asked.
	version string
	apply   *provostv1.GitSyncApply
	asked   time.Time
	kept    map[directory.ID]arrival
	order   []directory.ID
	// reached is since when the cache has heard of all that is awaited.
	reached time.Time
}

func (h *hold) keep(a arrival) {
	if _, ok := h.kept[a.id]; !ok {
		h.order = append(h.order, a.id)
	}
	h.kept[a.id] = a
}

// learn takes in what a GitSync says, unless something newer is known. One
// without a version does not exist.
func (h *hold) learn(gs *provostv1.GitSync) {
	if gs.ResourceVersion == "" {
		h.version, h.apply = none, nil
		return
	}
	if h.version != "" && h.version != none && !reaches(gs.ResourceVersion, h.version) {
		return
	}
	h.version, h.apply = gs.ResourceVersion, gs.Status.Apply
}

// none is the version of a GitSync that does not exist.
const none = "none"
