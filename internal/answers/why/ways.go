package why

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
)

// Ways are the paths to the permission in a line each, from the person's group to the source.
func (x *Explanation) Ways() []string {
	if x.Overridden {
		var out []string
		for _, o := range x.Overrides {
			out = append(out, cite.ObjectLabel(o.Source))
		}
		return out
	}
	var out []string
	for _, g := range x.Relevant() {
		var steps []string
		for _, k := range g.Path.Groups {
			steps = append(steps, k.String())
		}
		last := cite.ObjectLabel(g.Source)
		if g.Enrolment != "" {
			last = "enrolment " + g.Enrolment
		}
		last += Many(&g)
		way := strings.Join(append(steps, last), " > ")
		if len(out) == 0 || out[len(out)-1] != way {
			out = append(out, way)
		}
	}
	return out
}

// Givers names what gives a permission: the override, or the roles.
func (x *Explanation) Givers(p catalogue.Permission) string {
	var names []string
	if x.Overridden {
		for _, o := range x.Overrides {
			names = append(names, cite.ObjectLabel(o.Source))
		}
		return strings.Join(names, ", ")
	}
	for _, h := range x.Roles {
		if !h.Withheld && h.Permissions.Has(p.Set()) {
			names = append(names, h.Role.Name)
		}
	}
	return strings.Join(slices.Compact(names), ", ")
}

// Deniers names the SystemDenies that take a permission.
func (x *Explanation) Deniers(p catalogue.Permission) string {
	var names []string
	for _, d := range x.Denies {
		if d.Permissions.Has(p.Set()) {
			names = append(names, cite.ObjectLabel(d.Source))
		}
	}
	return strings.Join(names, ", ")
}
