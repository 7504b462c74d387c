package whyview

import (
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/words"
)

// Forest draws every path from the person to the roles, common beginnings once.
func (x *View) Forest() []*printers.Branch {
	grants := x.Relevant()
	if len(grants) == 0 {
		return nil
	}
	root := &printers.Branch{Label: x.Person, Colour: x.Style.Bold}
	for i := range grants {
		x.addPath(root, &grants[i])
	}
	return []*printers.Branch{root}
}

func (x *View) addPath(root *printers.Branch, g *directory.Grant) {
	at := root
	for i, k := range g.Path.Groups {
		at = at.Child(k.GroupID().String(), cite.GroupLabel(k))
		if at.Columns == nil {
			of, field, how := x.Step(g.Path, i)
			if i > 0 && !g.Path.Includes(i) {
				how = ""
			}
			at.Columns = []string{how, x.Cite(of, field)}
		}
	}
	label := cite.ObjectLabel(g.Source)
	if g.Enrolment != "" {
		label = "enrolment " + g.Enrolment
	}
	label += why.Many(g)
	at = at.Child(g.Source.String()+"/"+g.Enrolment, label)
	if at.Columns == nil {
		at.Columns = []string{x.windowText(g), x.Cite(g.Source, x.GrantField(g))}
	}
	if g.Term.Name != "" {
		id := g.Term.TermID()
		at = at.Child(id.String(), cite.ObjectLabel(id))
		at.Columns = []string{x.TermDays(g.Term), x.Cite(id, "spec")}
	}
	if g.Template != nil {
		id := directory.ID{Kind: directory.KindRoleTemplate, Namespace: g.Template.Namespace, Name: g.Template.Name}
		at = at.Child(id.String(), cite.ObjectLabel(id))
		at.Columns = []string{"", x.Cite(id, "")}
	}
	if g.Role.Name == "" && g.Problem == directory.RoleTemplateNotFound {
		at.Columns[0], at.Colour = "does not exist", x.Style.Bad
		return
	}
	x.addRole(at, g)
}

// addRole draws the end of a path: the role and what it gives here.
func (x *View) addRole(at *printers.Branch, g *directory.Grant) {
	leaf := at.Child("role "+g.Role.Name, g.Role.Name)
	set, overridden := x.Gives(g)
	text := words.Count(set.Len(), "permission", "permissions")
	if x.Asked != nil {
		text = "gives it"
		if !set.Has(x.Asked.Set()) {
			text = "does not give it"
		}
	}
	place := ""
	if id := g.Role.ID(); g.Role.Namespace != "" {
		field := ""
		if x.Asked != nil {
			field = x.PermissionField(id, x.Asked.ID)
		}
		place = x.Cite(id, field)
	}
	if len(overridden) > 0 {
		var names []string
		for _, k := range overridden {
			names = append(names, k.String())
		}
		text += ", replaced by the Override " + strings.Join(names, " and ")
		place = x.Cite(overridden[0].RoleID(), "spec.permissions")
	}
	switch g.State {
	case directory.GrantInForce:
		leaf.Colour = x.Style.Good
		if x.Asked != nil && !set.Has(x.Asked.Set()) {
			leaf.Colour = x.Style.Bad
		}
	case directory.GrantWithheld:
		text, leaf.Colour = "withheld: "+strings.Join(x.Withheld(g.Role), "; "), x.Style.Bad
		place = x.RuleCite(g.Role)
	case directory.GrantNothing:
		text, leaf.Colour = "gives nothing", x.Style.Bad
		place = x.RoleTrouble(g) // a sentence, and so in the last column, which nothing stands beside
	default:
		text, leaf.Colour = x.Trouble(g), x.Style.Bad
	}
	leaf.Columns = []string{text, place}
}

func (x *View) windowText(g *directory.Grant) string {
	var parts []string
	if g.Window == directory.Never {
		return "at no time"
	}
	if !g.Window.NotBefore.IsZero() && g.State != directory.GrantNotYet {
		parts = append(parts, "from "+findings.Day(g.Window.NotBefore))
	}
	if !g.Window.NotAfter.IsZero() && g.State != directory.GrantExpired {
		parts = append(parts, "until "+findings.End(g.Window.NotAfter))
	}
	return strings.Join(parts, " ")
}
