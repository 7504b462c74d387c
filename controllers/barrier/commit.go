package barrier

import (
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/engine/directory"
)

// commit is what is retained of one GitSync.
type commit struct {
	since time.Time
	// version is that of the GitSync of which apply is the status; "" while nobody could be asked.
	version  string
	apply    *provostv1.GitSyncApply
	asked    time.Time
	retained map[directory.ID]Arrival
	order    []directory.ID
	// reached is since when the cache has heard of all that is awaited.
	reached time.Time
}

func (c *commit) retain(a Arrival) {
	if _, ok := c.retained[a.ID]; !ok {
		c.order = append(c.order, a.ID)
	}
	c.retained[a.ID] = a
}

// learn takes in what a GitSync says, unless something newer is known. One
// without a version does not exist.
func (c *commit) learn(gs *provostv1.GitSync) {
	if gs.ResourceVersion == "" {
		c.version, c.apply = none, nil
		return
	}
	if c.version != "" && c.version != none && !apiserver.Reaches(gs.ResourceVersion, c.version) {
		return
	}
	c.version, c.apply = gs.ResourceVersion, gs.Status.Apply
}

// none is the version of a GitSync that does not exist.
const none = "none"
