package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/directory"
)

// lineWidth is how wide running text is written.
const lineWidth = 100

// writeText writes the explanation for people.
func (x *explanation) writeText(w io.Writer) error {
	_, _ = fmt.Fprintln(w, x.verdict())
	for _, part := range []func() ([]*printers.Branch, string){x.standingPart, x.pathsPart, x.changesPart, x.resultPart, x.remediesPart} {
		forest, text := part()
		if len(forest) == 0 && text == "" {
			continue
		}
		_, _ = fmt.Fprintln(w)
		if err := printers.WriteForest(w, x.style, forest...); err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

func (x *explanation) verdict() string {
	at := x.Person + " at " + x.Entity.String()
	all := x.Entity.Level.All().Len()
	switch {
	case x.permission != nil && x.allowed():
		until := ""
		if end := x.end(); !end.IsZero() {
			until = ", until " + printers.Day(end)
		}
		return x.style.Good("yes") + ": " + x.Person + " may " + x.permission.ID + " at " + x.Entity.String() + until
	case x.permission != nil:
		return x.style.Bad("no") + ": " + x.Person + " may not " + x.permission.ID + " at " + x.Entity.String() + "; " + x.whyNo()
	case !x.Found:
		return at + ": nothing, for it does not exist"
	case x.Effective == 0:
		return at + ": nothing"
	default:
		return fmt.Sprintf("%s: %d of %d permissions", at, x.Effective.Len(), all)
	}
}

func (x *explanation) standingPart() ([]*printers.Branch, string) {
	id := directory.ID{Kind: directory.KindPerson, Name: x.Person}
	switch x.Standing {
	case directory.StandingSuspended:
		return []*printers.Branch{{Label: "Person " + x.Person + " is suspended: no permission anywhere", Columns: []string{x.cite(id, "spec.state")}}}, ""
	case directory.StandingUndeclared:
		platform := directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}
		return []*printers.Branch{{
			Label: "there is no Person " + x.Person + ", and the Platform says people: Declared", Columns: []string{x.cite(platform, "spec.people")},
		}}, ""
	}
	return nil, ""
}

// pathsPart draws every path from the person to the roles, common beginnings once.
func (x *explanation) pathsPart() ([]*printers.Branch, string) {
	grants := x.relevant()
	if len(grants) == 0 {
		return nil, ""
	}
	root := &printers.Branch{Label: x.Person, Colour: x.style.Bold}
	for i := range grants {
		x.addPath(root, &grants[i])
	}
	return []*printers.Branch{root}, ""
}

func (x *explanation) addPath(root *printers.Branch, g *directory.Grant) {
	at := root
	for i, k := range g.Path.Groups {
		at = at.Child(groupID(k).String(), groupLabel(k))
		if at.Columns == nil {
			field, how := x.stepField(g.Path, i)
			of := groupID(k)
			if i > 0 {
				of, how = groupID(g.Path.Groups[i-1]), ""
			}
			at.Columns = []string{how, x.cite(of, field)}
		}
	}
	label := objectLabel(g.Source)
	if g.Enrolment != "" {
		label = "enrolment " + g.Enrolment
	}
	at = at.Child(g.Source.String()+"/"+g.Enrolment, label)
	if at.Columns == nil {
		at.Columns = []string{x.windowText(g), x.cite(g.Source, x.grantField(g))}
	}
	if g.Template != nil {
		id := directory.ID{Kind: directory.KindRoleTemplate, Namespace: g.Template.Namespace, Name: g.Template.Name}
		at = at.Child(id.String(), objectLabel(id))
		at.Columns = []string{"", x.cite(id, "")}
	}
	if g.Role.Name == "" && g.Problem == directory.RoleTemplateNotFound {
		at.Columns[0], at.Colour = "does not exist", x.style.Bad
		return
	}
	x.addRole(at, g)
}

// addRole draws the end of a path: the role and what it gives here.
func (x *explanation) addRole(at *printers.Branch, g *directory.Grant) {
	leaf := at.Child("role "+g.Role.Name, g.Role.Name)
	set, overridden := x.gives(g)
	text := printers.Count(set.Len(), "permission", "permissions")
	if x.permission != nil {
		text = "gives it"
		if !set.Has(x.permission.Set()) {
			text = "does not give it"
		}
	}
	place := ""
	if id := (directory.ID{Kind: directory.KindRole, Namespace: g.Role.Namespace, Name: g.Role.Name}); g.Role.Namespace != "" {
		field := ""
		if x.permission != nil {
			field = x.permissionField(id, x.permission.ID)
		}
		place = x.cite(id, field)
	}
	if len(overridden) > 0 {
		var names []string
		for _, k := range overridden {
			names = append(names, k.String())
		}
		text += ", replaced by the Override " + strings.Join(names, " and ")
		place = x.cite(roleID(overridden[0]), "spec.permissions")
	}
	switch g.State {
	case directory.GrantInForce:
		leaf.Colour = x.style.Good
		if x.permission != nil && !set.Has(x.permission.Set()) {
			leaf.Colour = x.style.Bad
		}
	case directory.GrantWithheld:
		text, leaf.Colour = "withheld: "+strings.Join(x.unmetOf(g.Role), "; "), x.style.Bad
		place = x.ruleCite(g.Role)
	case directory.GrantNothing:
		text, leaf.Colour = nothingText(g.Problem), x.style.Bad
	default:
		text, leaf.Colour = grantTrouble(g, x.now), x.style.Bad
	}
	leaf.Columns = []string{text, place}
}

// nothingText says of a role why it gives nothing through a binding.
func nothingText(p directory.RoleProblem) string {
	return strings.Replace(roleProblem(p), "names a role that", "gives nothing:", 1)
}

func (x *explanation) unmetOf(r directory.RoleName) []string {
	for _, h := range x.Roles {
		if h.Role == r {
			return x.unmet(h.Unmet, true)
		}
	}
	return nil
}

func (x *explanation) windowText(g *directory.Grant) string {
	var parts []string
	if !g.Window.NotBefore.IsZero() && g.State != directory.GrantNotYet {
		parts = append(parts, "from "+printers.Day(g.Window.NotBefore))
	}
	if !g.Window.NotAfter.IsZero() && g.State != directory.GrantExpired {
		parts = append(parts, "until "+printers.Day(g.Window.NotAfter))
	}
	return strings.Join(parts, " ")
}

// changesPart lists what changed the roles' answer: overrides, denies, and warnings of rules.
func (x *explanation) changesPart() ([]*printers.Branch, string) {
	var out []*printers.Branch
	level := x.Entity.Level
	for _, o := range x.Overrides {
		text := "instead of the roles: " + setText(o.Permissions, level)
		if x.permission != nil {
			text = "instead of the roles, and without it"
			if o.Permissions.Has(x.permission.Set()) {
				text = "instead of the roles, and with it"
			}
		}
		out = append(out, &printers.Branch{Label: objectLabel(o.Source), Columns: []string{text + untilText(o.Window), x.cite(o.Source, "spec.permissions")}})
	}
	for i := range x.Denies {
		d := &x.Denies[i]
		field, text := "", "takes "+setText(d.Permissions&x.Denied, level)
		if x.permission == nil && d.Permissions&x.Denied == 0 {
			continue // it takes nothing that there was
		}
		if x.permission != nil {
			if !d.Permissions.Has(x.permission.Set()) {
				continue
			}
			field, text = x.permissionField(d.Source, x.permission.ID), "takes it"
		}
		text += " from " + denySubject(d)
		if len(d.Path.Groups) > 1 {
			text += ", through " + groupLabel(d.Path.Groups[0])
		}
		out = append(out, &printers.Branch{Label: objectLabel(d.Source), Columns: []string{text + untilText(d.Window), x.cite(d.Source, field)}})
	}
	for _, h := range x.Roles {
		warnings := slices.DeleteFunc(slices.Clone(h.Unmet), func(r directory.UnmetRule) bool { return r.Enforcement == directory.Deny })
		if len(warnings) > 0 && x.permission == nil {
			out = append(out, &printers.Branch{Label: "warning: " + h.Role.Name, Columns: []string{strings.Join(x.unmet(warnings, false), "; "), x.ruleCite(h.Role)}})
		}
	}
	return out, ""
}

// setText writes a set in a few words: a short one by its names.
func setText(s catalogue.Set, l catalogue.Level) string {
	switch {
	case s == l.All():
		return "everything"
	case s == 0:
		return "nothing"
	case s.Len() <= 4:
		return strings.Join(s.IDs(l), ", ")
	default:
		return printers.Count(s.Len(), "permission", "permissions")
	}
}

func untilText(w directory.Window) string {
	if w.NotAfter.IsZero() {
		return ""
	}
	return ", until " + printers.Day(w.NotAfter)
}

// resultPart lists the permissions, where all were asked about.
func (x *explanation) resultPart() ([]*printers.Branch, string) {
	if x.permission != nil {
		return nil, ""
	}
	text := ""
	if x.Effective != 0 {
		text = x.style.Good("may") + "\n" + printers.WrapWords(x.Effective.IDs(x.Entity.Level), "  ", lineWidth)
	}
	if x.Denied != 0 {
		text += x.style.Bad("denied") + "\n" + printers.WrapWords(x.Denied.IDs(x.Entity.Level), "  ", lineWidth)
	}
	if end := x.end(); !end.IsZero() {
		text += "some of this ends " + printers.Day(end) + "\n"
	}
	return nil, text
}

// remediesPart lists the edits that would make the answer a yes.
func (x *explanation) remediesPart() ([]*printers.Branch, string) {
	root := &printers.Branch{Label: "to make it a yes"}
	alternatives := 0
	for _, r := range x.remedies() {
		text := r.text
		switch {
		case r.Needed:
		case alternatives == 0 && len(root.Children) > 0:
			text = "and " + text
			alternatives++
		case alternatives > 0:
			text = "or " + text
			alternatives++
		default:
			alternatives++
		}
		place := ""
		if r.Kind != directory.RemedyBind && r.Kind != directory.RemedyCreateEntity { // those are written anew
			place = x.remedyCite(&r)
		}
		root.Children = append(root.Children, &printers.Branch{Label: text, Columns: []string{place}})
	}
	if len(root.Children) == 0 {
		return nil, ""
	}
	return []*printers.Branch{root}, ""
}
