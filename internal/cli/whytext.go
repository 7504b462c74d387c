package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
)

// lineWidth is how wide running text is written.
const lineWidth = 100

// writeText writes the explanation for people.
func (x *explanation) writeText(w io.Writer) error {
	_, _ = fmt.Fprintln(w, x.verdict())
	for _, part := range []func() ([]*branch, string){x.standingPart, x.pathsPart, x.changesPart, x.resultPart, x.remediesPart} {
		forest, text := part()
		if len(forest) == 0 && text == "" {
			continue
		}
		_, _ = fmt.Fprintln(w)
		if err := writeForest(w, x.style, forest...); err != nil {
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
			until = ", until " + day(end)
		}
		return x.style.good("yes") + ": " + x.Person + " may " + x.permission.ID + " at " + x.Entity.String() + until
	case x.permission != nil:
		return x.style.bad("no") + ": " + x.Person + " may not " + x.permission.ID + " at " + x.Entity.String() + "; " + x.whyNo()
	case !x.Found:
		return at + ": nothing, for it does not exist"
	case x.Effective == 0:
		return at + ": nothing"
	default:
		return fmt.Sprintf("%s: %d of %d permissions", at, x.Effective.Len(), all)
	}
}

func (x *explanation) standingPart() ([]*branch, string) {
	id := directory.ID{Kind: directory.KindPerson, Name: x.Person}
	switch x.Standing {
	case directory.StandingSuspended:
		return []*branch{{label: "Person " + x.Person + " is suspended: no permission anywhere", columns: []string{x.cite(id, "spec.state")}}}, ""
	case directory.StandingUndeclared:
		platform := directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}
		return []*branch{{
			label: "there is no Person " + x.Person + ", and the Platform says people: Declared", columns: []string{x.cite(platform, "spec.people")},
		}}, ""
	}
	return nil, ""
}

// pathsPart draws every path from the person to the roles, common beginnings once.
func (x *explanation) pathsPart() ([]*branch, string) {
	grants := x.relevant()
	if len(grants) == 0 {
		return nil, ""
	}
	root := &branch{label: x.Person, colour: x.style.bold}
	for i := range grants {
		x.addPath(root, &grants[i])
	}
	return []*branch{root}, ""
}

func (x *explanation) addPath(root *branch, g *directory.Grant) {
	at := root
	for i, k := range g.Path.Groups {
		at = at.child(groupID(k).String(), groupLabel(k))
		if at.columns == nil {
			field, how := x.stepField(g.Path, i)
			of := groupID(k)
			if i > 0 {
				of, how = groupID(g.Path.Groups[i-1]), ""
			}
			at.columns = []string{how, x.cite(of, field)}
		}
	}
	label := objectLabel(g.Source)
	if g.Enrolment != "" {
		label = "enrolment " + g.Enrolment
	}
	at = at.child(g.Source.String()+"/"+g.Enrolment, label)
	if at.columns == nil {
		at.columns = []string{x.windowText(g), x.cite(g.Source, x.grantField(g))}
	}
	if g.Template != nil {
		id := directory.ID{Kind: directory.KindRoleTemplate, Namespace: g.Template.Namespace, Name: g.Template.Name}
		at = at.child(id.String(), objectLabel(id))
		at.columns = []string{"", x.cite(id, "")}
	}
	if g.Role.Name == "" && g.Problem == directory.RoleTemplateNotFound {
		at.columns[0], at.colour = "does not exist", x.style.bad
		return
	}
	x.addRole(at, g)
}

// addRole draws the end of a path: the role and what it gives here.
func (x *explanation) addRole(at *branch, g *directory.Grant) {
	leaf := at.child("role "+g.Role.Name, g.Role.Name)
	set, overridden := x.gives(g)
	text := count(set.Len(), "permission", "permissions")
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
		leaf.colour = x.style.good
		if x.permission != nil && !set.Has(x.permission.Set()) {
			leaf.colour = x.style.bad
		}
	case directory.GrantWithheld:
		text, leaf.colour = "withheld: "+strings.Join(x.unmetOf(g.Role), "; "), x.style.bad
		place = x.ruleCite(g.Role)
	case directory.GrantNothing:
		text, leaf.colour = nothingText(g.Problem), x.style.bad
	default:
		text, leaf.colour = grantTrouble(g, x.now), x.style.bad
	}
	leaf.columns = []string{text, place}
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
		parts = append(parts, "from "+day(g.Window.NotBefore))
	}
	if !g.Window.NotAfter.IsZero() && g.State != directory.GrantExpired {
		parts = append(parts, "until "+day(g.Window.NotAfter))
	}
	return strings.Join(parts, " ")
}

// changesPart lists what changed the roles' answer: overrides, denies, and warnings of rules.
func (x *explanation) changesPart() ([]*branch, string) {
	var out []*branch
	level := x.Entity.Level
	for _, o := range x.Overrides {
		text := "instead of the roles: " + setText(o.Permissions, level)
		if x.permission != nil {
			text = "instead of the roles, and without it"
			if o.Permissions.Has(x.permission.Set()) {
				text = "instead of the roles, and with it"
			}
		}
		out = append(out, &branch{label: objectLabel(o.Source), columns: []string{text + untilText(o.Window), x.cite(o.Source, "spec.permissions")}})
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
		out = append(out, &branch{label: objectLabel(d.Source), columns: []string{text + untilText(d.Window), x.cite(d.Source, field)}})
	}
	for _, h := range x.Roles {
		warnings := slices.DeleteFunc(slices.Clone(h.Unmet), func(r directory.UnmetRule) bool { return r.Enforcement == directory.Deny })
		if len(warnings) > 0 && x.permission == nil {
			out = append(out, &branch{label: "warning: " + h.Role.Name, columns: []string{strings.Join(x.unmet(warnings, false), "; "), x.ruleCite(h.Role)}})
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
		return count(s.Len(), "permission", "permissions")
	}
}

func untilText(w directory.Window) string {
	if w.NotAfter.IsZero() {
		return ""
	}
	return ", until " + day(w.NotAfter)
}

// resultPart lists the permissions, where all were asked about.
func (x *explanation) resultPart() ([]*branch, string) {
	if x.permission != nil {
		return nil, ""
	}
	text := ""
	if x.Effective != 0 {
		text = x.style.good("may") + "\n" + wrapWords(x.Effective.IDs(x.Entity.Level), "  ", lineWidth)
	}
	if x.Denied != 0 {
		text += x.style.bad("denied") + "\n" + wrapWords(x.Denied.IDs(x.Entity.Level), "  ", lineWidth)
	}
	if end := x.end(); !end.IsZero() {
		text += "some of this ends " + day(end) + "\n"
	}
	return nil, text
}

// remediesPart lists the edits that would make the answer a yes.
func (x *explanation) remediesPart() ([]*branch, string) {
	root := &branch{label: "to make it a yes"}
	alternatives := 0
	for _, r := range x.remedies() {
		text := r.text
		switch {
		case r.Needed:
		case alternatives == 0 && len(root.children) > 0:
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
		root.children = append(root.children, &branch{label: text, columns: []string{place}})
	}
	if len(root.children) == 0 {
		return nil, ""
	}
	return []*branch{root}, ""
}
