package whyview

import "provost.dev/provost/internal/cli/printers"

// PermissionTable lists the permissions and what gives, or denies, each; wide with their sections.
func (x *View) PermissionTable(wide bool) *printers.Table {
	t := &printers.Table{}
	header := []string{"PERMISSION", "FROM"}
	if wide {
		header = []string{"PERMISSION", "SECTION", "SENSITIVE", "FROM"}
	}
	t.Add(header...)
	for _, p := range x.Entity.Level.Permissions() {
		var from string
		switch {
		case x.Effective.Has(p.Set()):
			from = x.Givers(p)
		case x.Denied.Has(p.Set()):
			from = "denied by " + x.Deniers(p)
		default:
			continue
		}
		if wide {
			sensitive := ""
			if p.Sensitive {
				sensitive = "yes"
			}
			t.Add(p.ID, p.Section, sensitive, from)
		} else {
			t.Add(p.ID, from)
		}
		if x.Denied.Has(p.Set()) {
			t.Mark(0, x.Style.Bad)
		}
	}
	return t
}
