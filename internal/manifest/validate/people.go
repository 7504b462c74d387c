package validate

import (
	"slices"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// members looks at the entries of groups, and at suspended people who are given something.
func (r *run) members() {
	suspended := map[string]bool{}
	for i := range r.set.Items {
		if p, ok := r.set.Items[i].Record.(*directory.Person); ok && p.Suspended && !r.set.Items[i].Broken {
			suspended[p.Name] = true
		}
	}
	active := r.active()
	for i := range r.set.Items {
		item := &r.set.Items[i]
		if item.Broken {
			continue
		}
		switch record := item.Record.(type) {
		case *directory.Group:
			r.entries(item, record, active)
		case *directory.RoleBinding:
			for j, s := range record.Subjects {
				if s.Kind == directory.KindPerson && suspended[s.Name] {
					f := findings.Suspended(s.Name)
					f.Field = at("spec.subjects", j)
					r.tell(item, f)
				}
			}
		}
	}
}

// active are the groups that list each person as Active, whatever the time is.
func (r *run) active() map[string][]directory.Key {
	out := map[string][]directory.Key{}
	for i := range r.set.Items {
		if g, ok := r.set.Items[i].Record.(*directory.Group); ok && !r.set.Items[i].Broken {
			for _, m := range g.Members {
				if m.State == directory.MemberActive && m.Window == (directory.Window{}) && m.Term.Name == "" {
					out[m.Name] = append(out[m.Name], g.Key)
				}
			}
		}
	}
	return out
}

// entries looks at the Active entries of a group.
func (r *run) entries(item *manifest.Item, g *directory.Group, active map[string][]directory.Key) {
	for i, m := range r.snapshot.DatedGroup(g).Members {
		if m.State != directory.MemberActive || !m.Open(r.Now) {
			continue
		}
		if _, is := r.snapshot.Member(g.Key, m.Name, r.Now); !is {
			r.say(ruleKeptOut, item, at("spec.members", i), r.keptOut(g.Key, m.Name))
			continue
		}
		if g.Listed || m.Role != directory.Learner {
			continue // the entry says more than that the person is a member
		}
		below := slices.IndexFunc(active[m.Name], func(k directory.Key) bool {
			return k != g.Key && slices.Contains(r.path(k), g.Key) && len(r.snapshot.KeepsOut(k, m.Name, r.Now)) == 0
		})
		if below >= 0 {
			r.say(ruleListedTwice, item, at("spec.members", i), m.Name+" is a member through Group "+active[m.Name][below].String()+" as well")
		}
	}
}

// path is the way from the top to a group.
func (r *run) path(k directory.Key) []directory.Key {
	if r.paths == nil {
		r.paths = map[directory.Key][]directory.Key{}
	}
	path, known := r.paths[k]
	if !known {
		path = r.snapshot.Group(k, r.Now).Path
		r.paths[k] = path
	}
	return path
}

func (r *run) keptOut(k directory.Key, who string) string {
	text := who + " is listed here and no member"
	if by := r.snapshot.Bars(k, who, r.Now); len(by) > 0 {
		group := "Group " + by[0].Group.String()
		switch by[0].Kind {
		case directory.BarRemoved:
			text += ": " + who + " is Removed in " + group
		case directory.BarListed:
			text += ": " + who + " is not listed in " + group + ", which is Listed"
		default:
			text += ": " + group + " " + findings.Bar(by[0], who)
		}
	}
	return text
}

// administrators looks at who can give roles. Of what an organisation owns nothing is
// said where the organisation itself has nobody: it is the one to mend.
func (r *run) administrators() {
	for i := range r.set.Items {
		item := &r.set.Items[i]
		e, ok := item.Record.(*directory.Entity)
		if !ok {
			continue
		}
		organisation, below := r.snapshot.Organisation(e.Key)
		ownership := e.Ownership
		owned := below && organisation != e.Key && (ownership == directory.OwnershipOrganisation || ownership == directory.OwnershipDefault)
		p := authority.AssignPermission(e.Key.Level)
		switch {
		case !r.administered(e.Key):
			if !owned || r.administered(organisation) {
				r.say(ruleNoAdmin, item, "metadata.name", "nobody can give roles here: nobody has "+p.ID)
			}
		case !owned && ownership != directory.OwnershipPrivate:
			who := slices.DeleteFunc(r.snapshot.WhoCan(p, e.Key, r.Now), func(a directory.Reached) bool { return r.misspelt[a.Person] })
			if len(who) == 1 {
				r.say(ruleLastAdmin, item, "metadata.name", who[0].Person+" is the only one who can give roles here ("+p.ID+")")
			}
		}
	}
}

// administered says whether somebody can give roles at an entity who is more than a misspelt name.
func (r *run) administered(e directory.EntityKey) bool {
	if !authority.Administered(r.snapshot, e, r.Now) {
		return false
	}
	who := r.snapshot.WhoCan(authority.AssignPermission(e.Level), e, r.Now)
	return len(who) == 0 || slices.ContainsFunc(who, func(a directory.Reached) bool { return !r.misspelt[a.Person] })
}
