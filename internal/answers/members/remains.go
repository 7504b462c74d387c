package members

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// RemainsData is what still names somebody who was taken out of groups, and the access that is left.
type RemainsData struct {
	Person string `json:"person"`
	// Sources are what names the person: groups of which the person is a member, and RoleBindings,
	// PermissionOverrides, entities and the Platform where they have the name.
	Sources []SourceData `json:"sources"`
	// Entities is at how many entities something may still be done, and Sensitive are the sensitive
	// permissions among that, each ID once.
	Entities  int      `json:"entities"`
	Sensitive []string `json:"sensitive"`
}

// SourceData is one object that names somebody, with what comes of it in words.
type SourceData struct {
	cite.Object
	Gives string `json:"gives"`
}

// Remains says what still names somebody, and the access that is left at a time.
func Remains(of cite.Records, who string, now time.Time) RemainsData {
	out := RemainsData{Person: who, Sources: []SourceData{}, Sensitive: []string{}}
	add := func(id directory.ID, field, format string, args ...any) {
		out.Sources = append(out.Sources, SourceData{of.Object(id, field), fmt.Sprintf(format, args...)})
	}
	for _, k := range slices.SortedFunc(of.Snapshot.GroupsOf(who), directory.Key.Compare) {
		is, _ := of.Snapshot.MembershipTime(k, who, now)
		at := now // or when the person is next a member, or was last (R12a)
		switch {
		case now.Before(is.NotBefore):
			at = is.NotBefore
		case findings.Over(is, now):
			at = is.NotAfter.Add(-time.Microsecond)
		}
		p := of.Snapshot.Path(who, k, at)
		field := "spec.parentRef"
		if len(p.Groups) < 2 {
			field, _ = of.MemberField(k, who, at)
		}
		add(k.GroupID(), field, "%s", groupGives(&of, k, is, now))
	}
	for _, m := range mentions(&of, who, now) {
		if m.grants { // of groups the membership was told, and what keeps out gives nothing
			out.Sources = append(out.Sources, m.SourceData)
		}
	}
	sortSources(out.Sources)
	sensitive := map[string]bool{}
	for _, a := range of.Snapshot.AccessOf(who, now) {
		if a.Effective == 0 {
			continue
		}
		out.Entities++
		for _, id := range (a.Effective & a.Entity.Level.Sensitive()).IDs(a.Entity.Level) {
			sensitive[id] = true
		}
	}
	out.Sensitive = append(out.Sensitive, slices.Sorted(maps.Keys(sensitive))...)
	return out
}

// groupGives says what a group's own enrolments and the bindings of it give to its members, and when one is a member.
func groupGives(of *cite.Records, k directory.Key, is directory.Window, now time.Time) string {
	parts := []string{"is a member" + when(is, now)}
	if g, ok := of.DatedGroup(k); ok {
		for _, e := range g.Enrolments {
			parts = append(parts, "enrolment "+e.Name+" gives "+gives(e.Role, cite.Place(k.Namespace, e.Entity, e.Selects), e.Window, now))
		}
	}
	for _, b := range of.Snapshot.Bindings() {
		r, _ := of.Snapshot.Record(directory.ID{Kind: directory.KindRoleBinding, Namespace: b.Namespace, Name: b.Name})
		if r, ok := of.Snapshot.Dated(r).(*directory.RoleBinding); ok && slices.Contains(r.Subjects, directory.GroupSubject(k)) {
			parts = append(parts, cite.ObjectLabel(r.ID())+" gives "+gives(r.Role, cite.Place(b.Namespace, r.Entity, r.Selects), r.Window, now))
		}
	}
	return strings.Join(parts, "; ")
}

// gives names a role, or a template of roles, at an entity or at many, with its time.
func gives(ref directory.RoleRef, place string, w directory.Window, now time.Time) string {
	name := ref.Name
	if ref.Template {
		name = "the template " + name
	}
	return name + " at " + place + when(w, now)
}

// when says of a window that is not open, or closes, when that is.
func when(w directory.Window, now time.Time) string {
	switch {
	case w == directory.Never:
		return ", at no time"
	case findings.Over(w, now):
		return ", " + findings.Ended(w.NotAfter)
	case now.Before(w.NotBefore):
		return ", from " + findings.Day(w.NotBefore)
	case !w.NotAfter.IsZero():
		return ", until " + findings.End(w.NotAfter)
	}
	return ""
}
