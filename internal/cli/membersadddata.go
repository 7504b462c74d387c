package cli

import (
	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
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
		m := MemberEditData{Person: o.Person, Joined: list(o.Joined), Left: list(o.Left), Still: []StillData{}, KeptOut: keyNames(o.KeptOut)}
		for i, k := range o.StillIn {
			m.Still = append(m.Still, StillData{Group: k.String(), Through: list(o.Still[i].Through)})
		}
		d.People = append(d.People, m)
	}
	for _, u := range r.plan.Unchanged {
		d.Unchanged = append(d.Unchanged, UnchangedData{u.Person, u.Why})
	}
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
