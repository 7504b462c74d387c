package generate

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
)

// Organisation is what a new organisation is to be.
type Organisation struct {
	Name, Namespace          string
	DisplayName, Description string
	// Pattern is one of Patterns.
	Pattern Pattern
	// Administrators are the first members of the group administrators.
	Administrators []string
	// WithoutPlatform leaves the Platform out, of which there is one for all organisations.
	WithoutPlatform bool
}

// Files are the manifests of the organisation: its namespace, itself, the default groups, the templates of its
// pattern, and the bindings that give the groups what they have at the organisation; and the Platform.
func (o *Organisation) Files() []File {
	files := []File{
		{"namespace.yaml", YAML(Document{
			Comment:    "One namespace is one organisation's: what its roles, groups and bindings refer to lies here too.",
			APIVersion: "v1", Kind: "Namespace", Name: o.Namespace,
		})},
		{"organisation.yaml", YAML(o.itself())},
		{"groups/defaults.yaml", YAML(o.groups()...)},
		{"access/templates.yaml", YAML(o.templates()...)},
		{"access/organisation.yaml", YAML(o.bindings()...)},
	}
	if !o.WithoutPlatform {
		files = append(files, File{"platform.yaml", YAML(o.platform())})
	}
	return files
}

// The removal guard with which an organisation begins: those that the API would fill in.
const (
	GuardPercent = 20 // of all who have some access
	GuardMinimum = 10 // people
)

// platform names who may act when nobody else can, and holds back what takes access from many.
func (o *Organisation) platform() Document {
	var administrators []Map
	for _, a := range o.Administrators {
		administrators = append(administrators, Map{{Name: "kind", Value: "Person"}, {Name: "name", Value: a}})
	}
	administrators = append(administrators, Map{{Name: "kind", Value: "UserGroup"}, {Name: "name", Value: "system:masters"}})
	return Document{
		Comment: "What holds for the whole installation. There is one Platform, named platform.",
		Kind:    "Platform", Name: "platform",
		Spec: []Field{
			{Name: "administrators", Value: administrators,
				Comment: "Who may change people, denies and this object in a cluster, beside what Git applies. system:masters is whoever holds\n" +
					"the cluster's own kubeconfig; a Person acts there under the user name that the Person's spec.username says."},
			{Name: "removalGuard", Value: Map{{Name: "maxPercent", Value: GuardPercent}, {Name: "minimum", Value: GuardMinimum}},
				Comment: "Holds back a change that takes all access from more people than this at once, until a commit message says that it is meant."},
		},
	}
}

func (o *Organisation) itself() Document {
	var s Spec
	s.Text("displayName", o.DisplayName)
	s.Text("description", o.Description)
	return Document{
		Comment: "What stands below it (campuses, courses, ...) names it as its parent; no role flows down from here.",
		Kind:    "Organisation", Name: o.Name, Namespace: o.Namespace,
		Spec: append(s, Field{Name: "visibility", Value: "Members",
			Comment: "Members, Organisation or Public: who may find it in a catalogue. It gives nobody a permission."}),
	}
}

func (o *Organisation) groups() []Document {
	var out []Document
	for i, g := range defaultGroups {
		var s Spec
		s.Text("displayName", g.title)
		s.Text("purpose", g.purpose)
		if slices.Contains(o.Pattern.employees, g.name) {
			s = append(s, Field{Name: "parentRef", Value: ParentRef("employees")})
		}
		members := []Map{}
		if g.name == "administrators" {
			for _, a := range o.Administrators {
				members = append(members, Map{{Name: "name", Value: a}, {Name: "role", Value: "Admin"}})
			}
		}
		s = append(s, Field{Name: "members", Value: members})
		d := Document{Comment: g.comment, Kind: "Group", Name: g.name, Namespace: o.Namespace, Spec: s}
		if i == 0 {
			d.Comment = "The groups with which an organisation begins. Rename, split or delete them as you like; what a group may do is said\n" +
				"in access/, and \"provost members add PERSON GROUP -f .\" fills them.\n\n" + d.Comment
		}
		out = append(out, d)
	}
	return out
}

func (o *Organisation) templates() []Document {
	var out []Document
	for i, t := range o.Pattern.Templates {
		var s Spec
		s.Text("displayName", t.title)
		s = append(s, Field{Name: "roles", Value: Named(t.roles)})
		d := Document{Comment: t.comment, Kind: "RoleTemplate", Name: t.name, Namespace: o.Namespace, Spec: s}
		if i == 0 {
			d.Comment = fmt.Sprintf("The templates of roles for the pattern %s. Given at an entity, a template gives the roles of the entity's "+
				"level;\n"+
				"\"provost matrix course\" shows what each role may do. A change here changes everything that names the template.\n\n",
				o.Pattern.Title) + d.Comment
		}
		out = append(out, d)
	}
	return out
}

// bindings give each group its template at the organisation, where the template has a role for organisations.
func (o *Organisation) bindings() []Document {
	var out []Document
	var elsewhere []string
	for _, g := range defaultGroups {
		name := o.Pattern.grants[g.name]
		i := slices.IndexFunc(o.Pattern.Templates, func(t template) bool { return t.name == name })
		if i < 0 {
			continue
		}
		prefix := catalogue.Organisation.Prefix()
		if !slices.ContainsFunc(o.Pattern.Templates[i].roles, func(r string) bool { return strings.HasPrefix(r, prefix) }) {
			elsewhere = append(elsewhere, g.name+" ("+name+")")
			continue
		}
		out = append(out, Document{
			Kind: "RoleBinding", Name: g.name, Namespace: o.Namespace,
			Spec: []Field{
				{Name: "entityRef", Value: Map{{Name: "kind", Value: "Organisation"}, {Name: "name", Value: o.Name}}},
				{Name: "roleRef", Value: Map{{Name: "kind", Value: "RoleTemplate"}, {Name: "name", Value: name}}},
				{Name: "subjects", Value: Subjects(nil, []string{g.name})},
				{Name: "justification", Value: "Default access of " + strings.ReplaceAll(g.name, "-", " ")},
			},
		})
	}
	out[0].Comment = "What the default groups may do at the organisation itself. The others have their place further down, for example\n" +
		"  provost new binding algebra-1-instructors --template " + o.Pattern.grants["instructors"] +
		" --at course/algebra-1 --group instructors\n" +
		"They are, with their templates: " + wrapped(elsewhere) + "."
	return out
}

// wrapped joins words and begins a new line where one becomes long.
func wrapped(words []string) string {
	var b strings.Builder
	length := 32
	for i, w := range words {
		if i > 0 {
			b.WriteString(",")
			if length+len(w) > 110 {
				b.WriteString("\n")
				length = 0
			} else {
				b.WriteString(" ")
			}
		}
		b.WriteString(w)
		length += len(w) + 2
	}
	return b.String()
}
