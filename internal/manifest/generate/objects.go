package generate

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Spec gathers the fields of an object, without those that are empty.
type Spec []Field

// Text adds a field of text, where there is one.
func (s *Spec) Text(name, value string) {
	if value != "" {
		*s = append(*s, Field{Name: name, Value: value})
	}
}

// Entity adds a reference to an entity of the own namespace, where there is one.
func (s *Spec) Entity(name string, e *directory.LocalEntity) {
	if e != nil {
		*s = append(*s, Field{Name: name, Value: entityMap(*e)})
	}
}

// Names adds a list of texts, where there are any.
func (s *Spec) Names(name string, values []string) {
	if len(values) > 0 {
		*s = append(*s, Field{Name: name, Value: values})
	}
}

// Pairs adds a mapping of texts, in the order given, where there are any.
func (s *Spec) Pairs(name string, pairs [][2]string) {
	var m Map
	for _, p := range pairs {
		m = append(m, Field{Name: p[0], Value: p[1]})
	}
	if len(m) > 0 {
		*s = append(*s, Field{Name: name, Value: m})
	}
}

// Lists adds a mapping of names to lists of texts, where there are any: the values of one name in the order given, and
// the names in that of their first ones.
func (s *Spec) Lists(name string, pairs [][2]string) {
	var m Map
	for _, p := range pairs {
		at := slices.IndexFunc(m, func(f Field) bool { return f.Name == p[0] })
		if at < 0 {
			m = append(m, Field{Name: p[0], Value: []string{p[1]}})
			continue
		}
		m[at].Value = append(m[at].Value.([]string), p[1])
	}
	if len(m) > 0 {
		*s = append(*s, Field{Name: name, Value: m})
	}
}

func entityMap(e directory.LocalEntity) Map {
	return Map{{Name: "kind", Value: e.Level.String()}, {Name: "name", Value: e.Name}}
}

// Subjects are people and groups as the subjects of a binding or deny. A group may be written with its namespace.
func Subjects(people, groups []string) []Map {
	out := []Map{}
	for _, p := range people {
		out = append(out, Map{{Name: "kind", Value: "Person"}, {Name: "name", Value: p}})
	}
	for _, g := range groups {
		m := Map{{Name: "kind", Value: "Group"}}
		namespace, name, qualified := strings.Cut(g, "/")
		if !qualified {
			namespace, name = "", g
		}
		m = append(m, Field{Name: "name", Value: name})
		if qualified {
			m = append(m, Field{Name: "namespace", Value: namespace})
		}
		out = append(out, m)
	}
	return out
}

// Named are texts as a list of objects with a name.
func Named(values []string) []Map {
	out := make([]Map, 0, len(values))
	for _, v := range values {
		out = append(out, Map{{Name: "name", Value: v}})
	}
	return out
}

// ParentRef is the reference of a group to the one above.
func ParentRef(text string) Map {
	namespace, name, qualified := strings.Cut(text, "/")
	if !qualified {
		return Map{{Name: "name", Value: text}}
	}
	return Map{{Name: "name", Value: name}, {Name: "namespace", Value: namespace}}
}

// Folder is where the manifests of a kind lie.
func Folder(kind string) string {
	switch kind {
	case "Campus":
		return "campuses"
	case "Person":
		return "people"
	case "RoleBinding":
		return "bindings"
	case "RoleTemplate":
		return "templates"
	case "PermissionOverride":
		return "overrides"
	case "SystemDeny":
		return "denies"
	}
	return strings.ToLower(kind) + "s"
}

// CommentOfMany is what a new binding at many entities says to its reader.
const CommentOfMany = "Gives the role at each of these entities, those to come included, and nowhere below them."

// Comment is what a new object of a kind says to its reader.
func Comment(kind string) string {
	if level, ok := catalogue.ParseLevel(kind); ok && level != catalogue.Organisation {
		return "Nobody has a role here by being above or below: a RoleBinding at this very entity gives one."
	}
	return map[string]string{
		"Group": "A group grants nothing by itself; a RoleBinding that names it does, and its own enrolments do.\nWhoever is a " +
			"member here is a member of the groups above too.",
		"Role":               "A Custom role can be given at its own entity only. An Override replaces a system role there.",
		"RoleTemplate":       "A template is a set of roles. Given at an entity, those of the entity's level apply.",
		"RoleBinding":        "Gives the role to the subjects at this entity, and nowhere below it.",
		"Term":               "What names this term counts while it is open, and follows where its days are changed.",
		"PermissionOverride": "Exactly these permissions at this entity, whatever the roles say. Deleting the file restores the roles.",
		"GitSync":            "A cluster holds what this folder of the repository says, and keeps it so.",
		"Platform":           "What holds for the whole installation. There is one Platform, named platform.",
		"SystemDeny":         "Takes the permissions, last and over everything. Say in the reason who decided it.",
	}[kind]
}
