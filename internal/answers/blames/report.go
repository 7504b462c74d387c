package blames

import (
	"slices"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
)

// Report is the answer to one question about a history: the turns of it.
type Report struct {
	Person string
	// Permission and Entity, or Group, are what is asked about.
	Permission *catalogue.Permission
	Entity     directory.EntityKey
	Group      directory.Key

	// Turns are in the order of time.
	Turns []Turn
}

// Question is what is asked of the engine.
func (r *Report) Question() history.Question {
	if r.Permission == nil {
		return history.IsMember(r.Person, r.Group)
	}
	return history.May(r.Person, *r.Permission, r.Entity)
}

// About names the entity or the group.
func (r *Report) About() string {
	if r.Permission == nil {
		return cite.GroupLabel(r.Group)
	}
	return r.Entity.String()
}

// Holds says whether the person has what is asked about at the end.
func (r *Report) Holds() bool { return len(r.Turns) > 0 && r.Turns[len(r.Turns)-1].Holds }

// Turned says whether the answer has ever changed.
func (r *Report) Turned() bool { return r.Last() != nil }

// Turn is a turn with what is told of it. That is put down while the turn is
// looked at: its places are those of the commit that stood then.
type Turn struct {
	history.Turn
	// Paths, or for a group Through, are how the person had it from then on.
	Paths   []why.PathData
	Through []cite.Object
	// Reason is why, in a few words.
	Reason string
	// Places are those of the Windows: the objects whose time began or ended.
	Places []manifest.Position
}

// Add adds a turn, while it is looked at. What explains it is of use as long; there is none of a membership.
func (r *Report) Add(turn *history.Turn) *why.Explanation {
	t, x := r.told(turn)
	r.Turns = append(r.Turns, t)
	return x
}

// told is a turn with what is told of it, and what explains it.
func (r *Report) told(turn *history.Turn) (Turn, *why.Explanation) {
	t := Turn{Turn: *turn}
	of := cite.Records{Snapshot: turn.Snapshot, Locate: turn.Locate}
	q := &turn.Question
	for _, id := range turn.Windows {
		t.Places = append(t.Places, turn.Locate(id, ""))
	}
	if r.Permission == nil {
		if m, ok := turn.Snapshot.Member(q.Group, q.Person, turn.Time); ok {
			for _, k := range m.Through {
				field, _ := of.MemberField(k, q.Person, turn.Time)
				t.Through = append(t.Through, of.Object(k.GroupID(), field))
			}
		}
		return t, nil
	}
	x := why.Explain(of, q.Person, q.At, r.Permission, turn.Time)
	t.Reason = x.Reason()
	if turn.Holds {
		t.Paths = x.Paths()
	}
	return t, x
}

// Afresh forgets all turns: what is asked about had another name before, under which its history begins.
func (r *Report) Afresh() { r.Turns = nil }

// Last is the last turn of the answer; nil where it has never changed.
func (r *Report) Last() *Turn {
	for i := range slices.Backward(r.Turns) {
		if len(r.Turns[i].Renames) == 0 {
			return &r.Turns[i]
		}
	}
	return nil
}

// Because is the edits of a turn, those of one object and class together, or the windows of the clock.
func (t *Turn) Because() []plans.Cause {
	var out []plans.Cause
	for i := range t.Renames {
		r := &t.Renames[i]
		out = append(out, plans.Cause{
			Text: plans.Wording{}.NewName(r), Place: manifest.Position{File: r.File, Line: r.Line}.String(),
		})
	}
	if t.Step != nil {
		return append(out, plans.Causes(t.Causes)...)
	}
	for i, id := range t.Windows {
		out = append(out, plans.Cause{Text: "the time of " + cite.ObjectLabel(id), Place: t.Places[i].String()})
	}
	return out
}
