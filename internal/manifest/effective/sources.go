package effective

import (
	"strings"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// maxThrough is how many groups of a path are shown; of a longer one the middle is left out.
const maxThrough = 64

// collectSources adds what gave the access, or had a part in it, each once.
func collectSources(into map[string]provostv1.AccessSource, x directory.Explanation) {
	add := func(s provostv1.AccessSource) {
		key := strings.Join([]string{
			string(s.Kind), s.Name, s.Enrolment, s.Role, strings.Join(s.Through, ">"),
		}, "|")
		into[key] = s
	}
	for _, o := range x.Overrides {
		add(provostv1.AccessSource{Kind: provostv1.SourcePermissionOverride, Name: o.Source.Name})
	}
	for _, role := range x.Roles {
		if role.Withheld {
			continue
		}
		for _, o := range role.Overridden {
			add(provostv1.AccessSource{
				Kind: provostv1.SourceRole, Name: o.Name, Role: role.Role.Name,
			})
		}
	}
	for _, g := range x.Grants {
		if g.State != directory.GrantInForce {
			continue
		}
		s := provostv1.AccessSource{
			Kind: provostv1.SourceRoleBinding, Name: g.Source.Name, Role: g.Role.Name,
			Through: through(g.Path.Groups, x.Entity.Namespace),
		}
		if g.Source.Kind == directory.KindGroup {
			s.Kind, s.Enrolment = provostv1.SourceEnrolment, g.Enrolment
		}
		add(s)
	}
}

// through names the groups of a path as seen from a namespace.
func through(path []directory.Key, namespace string) []string {
	if len(path) > maxThrough {
		head, tail := path[:maxThrough/2], path[len(path)-maxThrough/2:]
		path = append(append([]directory.Key(nil), head...), tail...)
	}
	var out []string
	for _, k := range path {
		out = append(out, LocalName(k, namespace))
	}
	return out
}

// LocalName is a group as the statuses of a namespace write it: its name, with
// its namespace in front where that is another one.
func LocalName(k directory.Key, namespace string) string {
	if k.Namespace == namespace {
		return k.Name
	}
	return k.String()
}
