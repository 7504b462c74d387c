package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/members"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// MembersEditData is the output of "members add" and "members remove".
type MembersEditData struct {
	Group  cite.Object `json:"group"`
	DryRun bool        `json:"dryRun,omitempty"`
	// Files are those that were written, or would be.
	Files   []string          `json:"files"`
	Changes []EntryChangeData `json:"changes"`
	People  []MemberEditData  `json:"people"`
	// Unchanged are those for whom there was nothing to do.
	Unchanged []UnchangedData `json:"unchanged,omitempty"`
	// Remains is what still names each of the people, and the access that is left; with --everywhere.
	Remains []members.RemainsData `json:"remains,omitempty"`
}

// EntryChangeData is what happened to one entry of a list.
type EntryChangeData struct {
	// Group has the place of the entry: as it was for one that went, as it is now for the others.
	Group  cite.Object `json:"group"`
	Person string      `json:"person"`
	Before *EntryData  `json:"before,omitempty"`
	After  *EntryData  `json:"after,omitempty"`
	// Reason is Asked, Below, Selected or KeepsAbove.
	Reason string `json:"reason"`
}

// EntryData is what an entry says.
type EntryData struct {
	State string `json:"state"`
	Role  string `json:"role"`
}

// MemberEditData is what an edit means for one person.
type MemberEditData struct {
	Person string `json:"person"`
	// Joined and Left are groups as NAMESPACE/NAME.
	Joined []string `json:"joined"`
	Left   []string `json:"left"`
	// Still are the group and those above it of which the person is a member after the edit.
	Still []StillData `json:"still"`
	// KeptOut are the groups that keep the person out in spite of an Active entry.
	KeptOut []string `json:"keptOut,omitempty"`
}

// StillData is a membership and the groups that declare it.
type StillData struct {
	Group   string   `json:"group"`
	Through []string `json:"through"`
}

// UnchangedData is somebody for whom there was nothing to do.
type UnchangedData struct {
	Person string `json:"person"`
	Reason string `json:"reason"`
}

var editReasons = map[edit.Reason]string{
	edit.Asked: "Asked", edit.Below: "Below", edit.Selected: "Selected", edit.KeepsAbove: "KeepsAbove",
}

func (r *membersReport) data() MembersEditData {
	at, _ := r.set.Locate(r.plan.Group.GroupID(), "")
	d := MembersEditData{Group: cite.ObjectOf(r.plan.Group.GroupID(), at), DryRun: r.dryRun, Files: []string{}}
	for _, f := range r.result.Files {
		d.Files = append(d.Files, f.Name)
	}
	for i, c := range r.plan.Changes {
		place := r.result.Places[i]
		d.Changes = append(d.Changes, EntryChangeData{
			Group: cite.ObjectOf(c.Group.GroupID(), manifest.Position{File: place.File, Line: place.Line}), Person: c.Person,
			Before: entryData(c.Before), After: entryData(c.After), Reason: editReasons[c.Reason],
		})
	}
	for _, o := range r.plan.Outcomes() {
		m := MemberEditData{Person: o.Person, Joined: list(o.Joined), Left: list(o.Left), Still: []StillData{}, KeptOut: keepers(o.KeptOut)}
		for i, k := range o.StillIn {
			m.Still = append(m.Still, StillData{Group: k.String(), Through: list(o.Still[i].Through)})
		}
		d.People = append(d.People, m)
	}
	for _, u := range r.plan.Unchanged {
		d.Unchanged = append(d.Unchanged, UnchangedData{u.Person, u.Why})
	}
	d.Remains = r.remains
	return d
}

func entryData(m *directory.Member) *EntryData {
	if m == nil {
		return nil
	}
	return &EntryData{State: m.State.String(), Role: m.Role.String()}
}

// list is keys as text, never nil, so that it is [] in JSON.
func list(keys []directory.Key) []string { return append([]string{}, keyNames(keys)...) }

// membersReport tells what an edit of members changed.
type membersReport struct {
	*Options
	form   *printers.Format
	plan   *edit.Plan
	result *edit.Result
	set    *manifest.Set
	dryRun bool
	// remains is what still names the people who are to be gone everywhere.
	remains []members.RemainsData
}

// mostNames is how many people a line names before it counts them; -o wide names all.
const mostNames = 5

func (r *membersReport) write() error {
	switch r.form.String() {
	case printers.FormatJSON, printers.FormatYAML:
		return printers.WriteData(r.Out, r.form, r.data())
	case printers.FormatName:
		for _, f := range r.result.Files {
			_, _ = fmt.Fprintln(r.Out, f.Name)
		}
		return nil
	}
	out := r.Out
	if r.dryRun { // the patch alone is the result, so that it can be piped
		if err := r.result.Diff(r.Out); err != nil {
			return err
		}
		out = r.ErrOut
	}
	if err := r.table().Write(out); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out)
	return r.outcomes(out)
}

// unchanged says for whom there was nothing to do; equal reasons in one line.
func (r *membersReport) unchanged() {
	g := grouped{}
	for _, u := range r.plan.Unchanged {
		g.add(u.Why, u.Person)
	}
	for _, why := range g.keys {
		r.Note("%s: nothing to do for %s, who %s", cite.GroupLabel(r.plan.Group), r.people(g.of[why]), why)
	}
}

// table has one line for each kind of change to a group.
func (r *membersReport) table() *printers.Table {
	t := &printers.Table{}
	t.Add("GROUP", "PERSON", "CHANGE", "AT")
	type row struct{ group, change string }
	people, places := map[row][]string{}, map[row]edit.Place{}
	var order []row
	for i, c := range r.plan.Changes {
		k := row{c.Group.String(), describeChange(c)}
		if people[k] == nil {
			order = append(order, k)
			places[k] = r.result.Places[i]
		}
		people[k] = append(people[k], c.Person)
	}
	for _, k := range order {
		t.Add(k.group, r.people(people[k]), k.change, manifest.Position{File: places[k].File, Line: places[k].Line}.String())
	}
	return t
}

// describeChange says what becomes of an entry, and why where that was not what was asked for.
func describeChange(c edit.Change) string {
	if c.After == nil {
		return "off the list"
	}
	var text string
	switch {
	case c.Before == nil && c.After.State == directory.MemberActive && c.After.Role == directory.Learner:
		text = "listed"
	case c.Before == nil && c.After.State == directory.MemberActive:
		text = "listed as " + c.After.Role.String()
	case c.Before == nil:
		text = c.After.State.String()
	default:
		var parts []string
		if c.Before.State != c.After.State {
			parts = append(parts, c.After.State.String()+", was "+c.Before.State.String())
		}
		if c.Before.Role != c.After.Role {
			parts = append(parts, c.After.Role.String()+", was "+c.Before.Role.String())
		}
		text = strings.Join(parts, "; ")
	}
	switch c.Reason {
	case edit.Selected:
		text += ": a selector would bring back"
	case edit.KeepsAbove:
		text += ": keeps what the groups above give"
	}
	return text
}

// outcomes says what the engine makes of the edit; equal outcomes in one line.
func (r *membersReport) outcomes(w io.Writer) error {
	g := grouped{}
	for _, o := range r.plan.Outcomes() {
		g.add(r.outcome(o), o.Person)
	}
	var b strings.Builder
	for _, text := range g.keys {
		fmt.Fprintf(&b, "%s: %s\n", r.people(g.of[text]), text)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	r.noteStill()
	return r.writeRemains(w)
}

// findRemains looks for what still names people who are to be gone everywhere.
func (r *membersReport) findRemains(everywhere bool, people []string, now time.Time) {
	if !everywhere {
		return
	}
	set := r.set
	if r.result != nil {
		set = r.result.Set
	}
	r.remains = remainsOf(r.plan.After, set, people, now)
}

// remainsOf is what names people in manifests.
func remainsOf(s *directory.Snapshot, set *manifest.Set, people []string, now time.Time) (out []members.RemainsData) {
	of := cite.Records{Snapshot: s, Locate: func(id directory.ID, field string) manifest.Position {
		at, _ := set.Locate(id, field)
		return at
	}}
	for _, who := range people {
		out = append(out, members.Remains(of, who, now))
	}
	return out
}

// writeRemains says what still names the people who are to be gone everywhere, and the access that is left to them.
func (r *membersReport) writeRemains(w io.Writer) error { return writeRemains(w, r.form, r.remains) }

func writeRemains(w io.Writer, f *printers.Format, remains []members.RemainsData) error {
	left := grouped{}
	type row struct{ source, gives, at string }
	people := map[row][]string{}
	var order []row
	for _, d := range remains {
		text := "no access is left"
		if d.Entities > 0 {
			text = "access is left at " + words.Count(d.Entities, "entity", "entities")
			if len(d.Sensitive) > 0 {
				text += ", with " + words.Count(len(d.Sensitive), "sensitive permission", "sensitive permissions") + " (" +
					findings.List(d.Sensitive) + ")"
			}
		}
		if len(d.Sources) == 0 {
			text += ", and nothing names them"
		}
		left.add(text, d.Person)
		for _, s := range d.Sources {
			k := row{cite.ObjectLabel(s.ID()), s.Gives, s.Place()}
			if people[k] == nil {
				order = append(order, k)
			}
			people[k] = append(people[k], d.Person)
		}
	}
	for _, text := range left.keys {
		_, _ = fmt.Fprintf(w, "%s: %s\n", someOf(f, left.of[text]), text)
	}
	if len(order) == 0 {
		return nil
	}
	t := &printers.Table{}
	t.Add("STILL NAMED BY", "PERSON", "GIVES", "AT")
	for _, k := range order {
		t.Add(k.source, someOf(f, people[k]), k.gives, k.at)
	}
	_, _ = fmt.Fprintln(w)
	return t.Write(w)
}

// noteStill says how to take people out of the groups above too, where somebody who left is still in one.
func (r *membersReport) noteStill() {
	for _, o := range r.plan.Outcomes() {
		if n := len(o.StillIn); n > 0 && len(o.Left) > 0 {
			r.Note("\"provost members remove NAME %s\" takes somebody out of that group and of all below it", o.StillIn[n-1])
			return
		}
	}
}

func (r *membersReport) outcome(o edit.Outcome) string {
	var parts []string
	if len(o.Joined) > 0 {
		parts = append(parts, "now in "+suggest.List(keyNames(o.Joined), "and"))
	}
	if len(o.Left) > 0 {
		parts = append(parts, "no longer in "+suggest.List(keyNames(o.Left), "and"))
	}
	if len(o.Joined)+len(o.Left) == 0 {
		parts = append(parts, "in the same groups as before")
	}
	if len(o.KeptOut) > 0 {
		var by []string
		for _, b := range o.KeptOut {
			by = append(by, r.keeper(b, o.Person))
		}
		parts = append(parts, "kept out by "+suggest.List(by, "and"))
	}
	if still := r.still(o); still != "" && len(o.Left) > 0 {
		parts = append(parts, "still in "+still)
	}
	switch o.SubjectState {
	case directory.SubjectSuspended:
		parts = append(parts, "suspended, and so without any permission")
	case directory.SubjectUndeclared:
		parts = append(parts, "not declared as a Person, which the Platform asks for, and so without any permission")
	}
	return strings.Join(parts, "; ")
}

// keeper says how a group keeps somebody out.
func (r *membersReport) keeper(b directory.Bar, who string) string {
	of := cite.Records{Snapshot: r.plan.After}
	at, _ := r.result.Set.Locate(b.Group.GroupID(), of.BarField(b, who, r.plan.Now))
	return fmt.Sprintf("%s, which %s (%s)", b.Group, findings.Bar(b, who), at)
}

// keepers are the groups that keep somebody out, each once.
func keepers(bars []directory.Bar) []string {
	var out []string
	for _, b := range bars {
		if k := b.Group.String(); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// still are the groups above that the person is in all the same, and through what.
func (r *membersReport) still(o edit.Outcome) string {
	var parts []string
	for i, k := range o.StillIn {
		if m := o.Still[i]; m.Direct {
			parts = append(parts, k.String())
		} else {
			parts = append(parts, fmt.Sprintf("%s (through %s)", k, findings.Abridge(keyNames(m.Through), 3)))
		}
	}
	return suggest.List(parts, "and")
}

// people names some, or counts many.
func (r *membersReport) people(names []string) string { return someOf(r.form, names) }

// someOf names some people, or counts many; a form that abridges nothing has all.
func someOf(f *printers.Format, names []string) string {
	if f.Full() {
		return strings.Join(names, ", ")
	}
	return findings.Abridge(names, mostNames)
}

func keyNames(keys []directory.Key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.String())
	}
	return out
}

// grouped gathers people under equal texts, in the order in which the texts came.
type grouped struct {
	keys []string
	of   map[string][]string
}

func (g *grouped) add(key, person string) {
	if g.of == nil {
		g.of = map[string][]string{}
	}
	if g.of[key] == nil {
		g.keys = append(g.keys, key)
	}
	g.of[key] = append(g.of[key], person)
}
