package plan

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
)

var marksInOrder = []MarkKind{
	MarkSuperadmin, MarkAdmin, MarkAssign, MarkOwnership, MarkBilling, MarkWallet, MarkManage, MarkDenyLifted,
}

// family is the mark of a permission that escalates; "" for the others. Only
// sensitive permissions escalate: the catalogue says which are.
func family(p catalogue.Permission) MarkKind {
	switch {
	case !p.Sensitive:
		return ""
	case p == authority.AssignPermission(p.Level):
		return MarkAssign
	case strings.Contains(p.ID, "ownership"):
		return MarkOwnership
	case strings.Contains(p.ID, "wallet"):
		return MarkWallet
	case p.Theme == catalogue.Financial || strings.Contains(p.ID, "billing"):
		return MarkBilling
	case strings.HasPrefix(p.ID, "manage_"):
		return MarkManage
	}
	return ""
}

// mark marks the rows that are escalations.
func (p *Plan) mark() {
	for i := range p.Rows {
		r := &p.Rows[i]
		families := map[MarkKind]catalogue.Set{}
		for _, permission := range r.Level.Permissions() {
			if r.Gained.Has(permission.Set()) {
				families[family(permission)] |= permission.Set()
			}
		}
		for _, kind := range marksInOrder {
			if set := families[kind]; set != 0 {
				r.Marks = append(r.Marks, Mark{Kind: kind, Permissions: set})
			}
		}
		slices.SortStableFunc(r.Marks, func(a, b Mark) int {
			return slices.Index(marksInOrder, a.Kind) - slices.Index(marksInOrder, b.Kind)
		})
	}
}
