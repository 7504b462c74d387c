package plans

import (
	"fmt"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
)

// WhoAndWhere says whom a block is about and where: "ann at 38 courses of uni" where each person is concerned at each
// entity, and otherwise at how many each of them is.
func (w Wording) WhoAndWhere(p *plan.Plan, b *plan.Block) (who, where string) {
	if len(b.Rows) == 1 || len(b.Entities) == 1 {
		return w.People(b.People), w.Entities(b.Level, b.Entities)
	}
	at := map[string]map[directory.EntityKey]bool{}
	for _, i := range b.Rows {
		for _, who := range p.Rows[i].People {
			if at[who] == nil {
				at[who] = map[directory.EntityKey]bool{}
			}
			for _, e := range p.Rows[i].Entities {
				at[who][e] = true
			}
		}
	}
	least, most := len(b.Entities), 0
	for _, own := range at {
		least, most = min(least, len(own)), max(most, len(own))
	}
	all := w.entityCount(b.Level, b.Entities)
	if least == len(b.Entities) {
		return w.People(b.People), all
	}
	share := fmt.Sprintf("%d of %s", most, all)
	if least < most {
		share = fmt.Sprintf("%d to %s", least, share)
	}
	if len(b.People) > 1 {
		return w.People(b.People) + ", each", share
	}
	return w.People(b.People), share
}
