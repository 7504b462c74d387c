package why

import (
	"slices"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/effective"
)

// Explanation is an engine's explanation with what it takes to tell it.
type Explanation struct {
	cite.Records
	directory.Explanation
	// Asked is the permission that was asked about; nil for everything.
	Asked *catalogue.Permission
	// Now is the time that the question is about.
	Now time.Time
}

// Explain asks why somebody may do what, or one thing, at an entity.
func Explain(of cite.Records, person string, e directory.EntityKey, p *catalogue.Permission, now time.Time) *Explanation {
	return &Explanation{Records: of, Explanation: of.Snapshot.Explain(person, e, now), Asked: p, Now: now}
}

// Allowed says whether the permission that was asked about is held; false where none was.
func (x *Explanation) Allowed() bool {
	return x.Asked != nil && x.Effective.Has(x.Asked.Set())
}

// End is when the end of a grant takes away what was asked about; zero where none does.
func (x *Explanation) End() time.Time {
	if x.Asked == nil {
		return effective.Ends(x.Snapshot, x.Person, x.Access)
	}
	if !x.Allowed() {
		return time.Time{}
	}
	return effective.EndsFor(x.Snapshot, x.Person, x.Access, func(next directory.Access) bool {
		return !next.Effective.Has(x.Asked.Set())
	})
}

// Gives is what a grant's role gives at the entity, whatever became of the grant.
func (x *Explanation) Gives(g *directory.Grant) (set catalogue.Set, overridden []directory.Key) {
	for _, h := range x.Roles {
		if h.Role == g.Role {
			return h.Permissions, h.Overridden
		}
	}
	r := x.resolution(g)
	return r.Permissions, r.Overridden
}

// resolution is what a grant's reference to its role comes to.
func (x *Explanation) resolution(g *directory.Grant) directory.RoleResolution {
	var status directory.GrantStatus
	if g.Selects != nil { // what it gives is the entity's own matter
		status.Roles = x.Snapshot.Given(x.Entity, directory.RoleRef{Name: g.Role.Name})
	} else if g.Source.Kind == directory.KindRoleBinding {
		status, _ = x.Snapshot.Binding(directory.Key{Namespace: g.Source.Namespace, Name: g.Source.Name}, x.Now)
	} else if record, ok := x.GroupRecord(directory.Key{Namespace: g.Source.Namespace, Name: g.Source.Name}); ok {
		i := slices.IndexFunc(record.Enrolments, func(e directory.Enrolment) bool { return e.Name == g.Enrolment })
		if all := x.Snapshot.Group(record.Key, x.Now).Enrolments; i >= 0 && i < len(all) {
			status = all[i]
		}
	}
	for _, r := range status.Roles {
		if r.Role == g.Role && r.Problem == g.Problem {
			return r
		}
	}
	if g.Template != nil && g.Role.Name == "" {
		return directory.RoleResolution{Name: g.Template.Name, Problem: g.Problem}
	}
	return directory.RoleResolution{Name: g.Role.Name, Problem: g.Problem}
}

// Relevant are the grants that bear on the question: for one permission those
// whose role gives it, in force alone where the answer is yes; and those that
// give nothing because of a mistake, where it is no.
func (x *Explanation) Relevant() []directory.Grant {
	if x.Asked == nil {
		return x.Grants
	}
	var out []directory.Grant
	for i := range x.Grants {
		g := &x.Grants[i]
		set, _ := x.Gives(g)
		if !set.Has(x.Asked.Set()) && g.State != directory.GrantNothing && !x.lostByOverride(g) {
			continue
		}
		if x.Allowed() && (g.State != directory.GrantInForce || x.Overridden) {
			continue
		}
		out = append(out, *g)
	}
	return out
}

// lostByOverride says that a system role would give the permission, had an Override not replaced it.
func (x *Explanation) lostByOverride(g *directory.Grant) bool {
	_, overridden := x.Gives(g)
	system := catalogue.SystemRole(g.Role.Name)
	return len(overridden) > 0 && system != nil && system.Permissions.Has(x.Asked.Set())
}
