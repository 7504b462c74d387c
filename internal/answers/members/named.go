package members

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// NamedData is the output of "people list": everything that has the name of somebody.
type NamedData struct {
	Person  string       `json:"person"`
	Sources []SourceData `json:"sources"`
}

// Named is every record that names somebody, sorted by kind and name, with the place of the name and what comes of it in words.
// Whatever its state and its window, it is told: what has ended names him still.
func Named(of cite.Records, who string, now time.Time) NamedData {
	out := NamedData{Person: who, Sources: []SourceData{}}
	for _, m := range mentions(&of, who, now) {
		out.Sources = append(out.Sources, m.SourceData)
	}
	sortSources(out.Sources)
	return out
}

// mention is one place that has somebody's name.
type mention struct {
	SourceData
	// grants says that it gives or may give something by itself: it is no entry of a group and no restriction.
	grants bool
}

func mentions(of *cite.Records, who string, now time.Time) []mention {
	var out []mention
	add := func(grants bool, id directory.ID, field, format string, args ...any) {
		out = append(out, mention{SourceData{of.Object(id, field), fmt.Sprintf(format, args...)}, grants})
	}
	for _, r := range of.Snapshot.Records() {
		switch r := of.Snapshot.Dated(r).(type) {
		case *directory.Person:
			if r.Name == who {
				add(false, r.ID(), "", "is declared")
			}
		case *directory.Group:
			for i, m := range r.Members {
				if m.Name == who {
					add(false, r.ID(), cite.MemberPath(i), "is listed: %s, %s", m.State, m.Role)
				}
			}
		case *directory.RoleBinding:
			if i := slices.Index(r.Subjects, directory.PersonSubject(who)); i >= 0 {
				place := cite.Place(r.Key.Namespace, r.Entity, r.Selects)
				add(true, r.ID(), fmt.Sprintf("spec.subjects[%d]", i), "%s", gives(r.Role, place, r.Window, now))
			}
		case *directory.PermissionOverride:
			if r.Person == who {
				e := r.Entity.In(r.Key.Namespace)
				add(true, r.ID(), "spec.permissions", "%d of its permissions at %s%s", len(r.Permissions), e, when(r.Window, now))
			}
		case *directory.SystemDeny:
			if i := slices.Index(r.Subjects, directory.PersonSubject(who)); i >= 0 {
				add(false, r.ID(), fmt.Sprintf("spec.subjects[%d]", i), "takes %s%s",
					words.Count(len(r.Permissions), "permission", "permissions"), when(r.Window, now))
			}
		case *directory.Entity:
			if r.Owner == who {
				add(true, r.ID(), "spec.owner", "is the owner")
			}
		case *directory.Platform:
			for i, a := range r.Administrators {
				if a.Kind == directory.PrincipalPerson && a.Name == who {
					add(true, r.ID(), fmt.Sprintf("spec.administrators[%d]", i), "is a platform administrator")
				}
			}
		}
	}
	return out
}

func sortSources(list []SourceData) {
	slices.SortStableFunc(list, func(a, b SourceData) int {
		return strings.Compare(a.Kind+"/"+a.Namespace+"/"+a.Name, b.Kind+"/"+b.Namespace+"/"+b.Name)
	})
}
