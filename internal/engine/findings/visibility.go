package findings

import (
	"fmt"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// visibility is about what is to be seen in the organisation, where there is none (rule R32). Of an entity below one that is
// missing nothing is known yet: that one is told.
func (c *collector) visibility(r directory.Record) {
	x := Finding{Rule: NoOrganisation, Field: "spec.visibility"}
	switch r := r.(type) {
	case *directory.Entity:
		top := r.Key
		for at, ok := c.Snapshot.Parent(top); ok; at, ok = c.Snapshot.Parent(top) {
			top = at
		}
		if _, exists := c.Snapshot.Record(top.ID()); r.Visibility != directory.VisibilityOrganisation || !exists ||
			top.Level == catalogue.Organisation {
			return
		}
		x.Message = fmt.Sprintf("no organisation is above %s: visibility Organisation shows it to nobody else than Members would",
			EntityName(r.Key))
		x.Remedy = "have it stand below an organisation, or set spec.visibility to Members or Public"
	case *directory.Group:
		if r.Visibility != directory.VisibilityOrganisation || len(c.Snapshot.OrganisationsIn(r.Key.Namespace)) > 0 {
			return
		}
		x.Message = fmt.Sprintf("the namespace %s has no organisation: whoever is no member does not see the group", r.Key.Namespace)
		x.Remedy = "set spec.visibility to Members or Public, or move the group to the namespace of an organisation"
	}
	c.add(x)
}
