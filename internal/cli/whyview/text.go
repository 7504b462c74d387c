package whyview

import (
	"fmt"
	"io"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/words"
)

// View is an explanation as it is shown.
type View struct {
	*why.Explanation
	Style printers.Style
}

// lineWidth is how wide lists are written at most.
const lineWidth = 100

// listWidth is how wide lists are written: no wider than the terminal.
func (x *View) listWidth() int {
	if w := x.Style.Width(); w > 0 {
		return min(w, lineWidth)
	}
	return lineWidth
}

// Write writes the explanation in a form of output.
func (x *View) Write(w io.Writer, f *printers.Format) error {
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(w, f, x.Data())
	case printers.FormatDot:
		return printers.WriteDot(w, x.Forest()...)
	case printers.FormatName:
		for _, id := range x.Effective.IDs(x.Entity.Level) {
			if x.Asked == nil || x.Asked.ID == id {
				_, _ = fmt.Fprintln(w, id)
			}
		}
		return nil
	default:
		return x.WriteText(w)
	}
}

// WriteText writes the explanation for people.
func (x *View) WriteText(w io.Writer) error {
	_, _ = fmt.Fprintln(w, printers.Lines(x.verdict(), x.Style.Width()))
	for _, part := range []func() ([]*printers.Branch, string){x.subjectStatePart, x.pathsPart, x.changesPart, x.resultPart, x.remediesPart} {
		forest, text := part()
		if len(forest) == 0 && text == "" {
			continue
		}
		_, _ = fmt.Fprintln(w)
		if err := printers.WriteForest(w, x.Style, forest...); err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

func (x *View) verdict() string {
	at := x.Person + " at " + x.Entity.String()
	all := x.Entity.Level.All().Len()
	switch {
	case x.Asked != nil && x.Allowed():
		until := ""
		if end := x.End(); !end.IsZero() {
			until = ", until " + findings.End(end)
		}
		return x.Style.Good("yes") + ": " + x.Person + " may " + x.Asked.ID + " at " + x.Entity.String() + until
	case x.Asked != nil:
		return x.Style.Bad("no") + ": " + x.Person + " may not " + x.Asked.ID + " at " + x.Entity.String() + "; " + x.Reason()
	case !x.Found:
		return at + ": nothing, for it does not exist"
	case x.Effective == 0:
		return at + ": nothing"
	default:
		return fmt.Sprintf("%s: %d of %d permissions", at, x.Effective.Len(), all)
	}
}

func (x *View) subjectStatePart() ([]*printers.Branch, string) {
	id := directory.PersonID(x.Person)
	switch x.SubjectState {
	case directory.SubjectSuspended:
		return []*printers.Branch{{
			Label: "Person " + x.Person + " is suspended: no permission anywhere", Columns: []string{x.Cite(id, "spec.state")},
		}}, ""
	case directory.SubjectUndeclared:
		platform := directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}
		return []*printers.Branch{{
			Label: "there is no Person " + x.Person + ", and the Platform says people: Declared", Columns: []string{x.Cite(platform, "spec.people")},
		}}, ""
	}
	return nil, ""
}

func (x *View) pathsPart() ([]*printers.Branch, string) { return x.Forest(), "" }

// changesPart lists what changed the roles' answer: overrides, denies, and warnings of rules.
func (x *View) changesPart() ([]*printers.Branch, string) {
	var out []*printers.Branch
	level := x.Entity.Level
	for _, o := range x.Overrides {
		text := "instead of the roles: " + setText(o.Permissions, level)
		if x.Asked != nil {
			text = "instead of the roles, and without it"
			if o.Permissions.Has(x.Asked.Set()) {
				text = "instead of the roles, and with it"
			}
		}
		out = append(out, &printers.Branch{
			Label: cite.ObjectLabel(o.Source), Columns: []string{text + untilText(o.Window), x.Cite(o.Source, "spec.permissions")},
		})
	}
	for i := range x.Denies {
		d := &x.Denies[i]
		field, text := "", "takes "+setText(d.Permissions&x.Denied, level)
		if x.Asked == nil && d.Permissions&x.Denied == 0 {
			continue // it takes nothing that there was
		}
		if x.Asked != nil {
			if !d.Permissions.Has(x.Asked.Set()) {
				continue
			}
			field, text = x.PermissionField(d.Source, x.Asked.ID), "takes it"
		}
		text += " from " + why.DenySubject(d)
		if d.Unsettled {
			text += ", of whom nobody can tell now that " + x.Person + " is none"
		}
		if len(d.Path.Groups) > 1 {
			text += ", through " + cite.GroupLabel(d.Path.Groups[0])
		}
		out = append(out, &printers.Branch{
			Label: cite.ObjectLabel(d.Source), Columns: []string{text + untilText(d.Window), x.Cite(d.Source, field)},
		})
	}
	if x.Asked == nil {
		for _, w := range x.Warnings() {
			out = append(out, &printers.Branch{Label: "warning: " + w.Role.Name, Columns: []string{w.Text, x.RuleCite(w.Role)}})
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
		return words.Count(s.Len(), "permission", "permissions")
	}
}

func untilText(w directory.Window) string {
	if w.NotAfter.IsZero() {
		return ""
	}
	return ", until " + findings.End(w.NotAfter)
}

// resultPart lists the permissions, where all were asked about.
func (x *View) resultPart() ([]*printers.Branch, string) {
	if x.Asked != nil {
		return nil, ""
	}
	text := ""
	if x.Effective != 0 {
		text = x.Style.Good("may") + "\n" + words.Wrap(x.Effective.IDs(x.Entity.Level), "  ", x.listWidth())
	}
	if x.Denied != 0 {
		text += x.Style.Bad("denied") + "\n" + words.Wrap(x.Denied.IDs(x.Entity.Level), "  ", x.listWidth())
	}
	if end := x.End(); !end.IsZero() {
		text += "some of this " + findings.Ends(end) + "\n"
	}
	return nil, text
}

// remediesPart lists the edits that would make the answer a yes.
func (x *View) remediesPart() ([]*printers.Branch, string) {
	root := &printers.Branch{Label: "to make it a yes"}
	alternatives := 0
	for _, r := range x.Remedies() {
		text := r.Text
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
		edit := &printers.Branch{Label: text, Columns: []string{x.RemedyAt(&r)}}
		if with := r.ComesWith(); with != "" {
			edit.Children = []*printers.Branch{{Label: with, Note: true}}
		}
		root.Children = append(root.Children, edit)
	}
	if len(root.Children) == 0 {
		return nil, ""
	}
	return []*printers.Branch{root}, ""
}
