package blameview

import (
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/whyview"
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
	Style      printers.Style

	// turns are in the order of time.
	turns []toldTurn
}

// Fact is what is asked of the engine.
func (r *Report) Fact() history.Fact {
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
func (r *Report) Holds() bool { return len(r.turns) > 0 && r.turns[len(r.turns)-1].Holds }

// Turned says whether the answer has ever changed.
func (r *Report) Turned() bool { return len(r.turns) > 0 }

// toldTurn is a turn with what is told of it. That is put down while the turn is
// looked at: its places are those of the commit that stood then.
type toldTurn struct {
	history.Turn
	// paths and through are how the person had it from then on; drawn is the same as text.
	paths   []why.PathData
	through []cite.Object
	drawn   string
	// reason is why, in a few words.
	reason string
	// windows are the places of the objects whose time began or ended.
	windows []manifest.Position
}

// Add adds a turn, while it is looked at.
func (r *Report) Add(turn *history.Turn) { r.turns = append(r.turns, r.told(turn)) }

// told is a turn with what is told of it.
func (r *Report) told(turn *history.Turn) toldTurn {
	t := toldTurn{Turn: *turn}
	of := cite.Records{Snapshot: turn.Snapshot, Locate: turn.Locate}
	for _, id := range turn.Windows {
		t.windows = append(t.windows, turn.Locate(id, ""))
	}
	if r.Permission == nil {
		if m, ok := turn.Snapshot.Member(r.Group, r.Person); ok {
			for _, k := range m.Through {
				field, _ := of.MemberField(k, r.Person)
				t.through = append(t.through, of.Object(cite.GroupID(k), field))
			}
		}
		return t
	}
	x := why.Explain(of, r.Person, r.Entity, r.Permission, turn.Time)
	t.reason = x.Reason()
	if !turn.Holds {
		return t
	}
	t.paths = x.Paths()
	view := whyview.View{Explanation: x, Style: r.Style}
	var drawn strings.Builder
	if err := printers.WriteForest(&drawn, r.Style, view.Forest()...); err == nil {
		t.drawn = drawn.String()
	}
	return t
}
