package blames

import (
	"slices"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/answers/why"
)

// Data is the output of "blame".
type Data struct {
	Person string `json:"person"`
	// Permission and Entity are what was asked about, or else Group.
	Permission string       `json:"permission,omitempty"`
	Entity     *cite.Entity `json:"entity,omitempty"`
	Group      string       `json:"group,omitempty"`
	// Holds is the answer now.
	Holds bool `json:"holds"`
	// Turns are the times at which the answer changed, the newest first.
	Turns []TurnData `json:"turns"`
}

// TurnData is a moment from which on the person had what was asked about, or had it no more; or where Renames says so, one
// at which it, or the person, got another name.
type TurnData struct {
	Holds bool      `json:"holds"`
	Time  time.Time `json:"time"`
	// By is Commit or Clock.
	By string `json:"by"`
	// Commit is the one that did it, or the one that stood when the clock did.
	Commit plans.CommitData `json:"commit"`
	// Edits are what the commit did to bring it about.
	Edits []plans.CauseData `json:"edits,omitempty"`
	// Windows are the objects whose time began or ended.
	Windows []cite.Object `json:"windows,omitempty"`
	// Renames are what got its name then; the answer stays as it was.
	Renames []plans.RenameData `json:"renames,omitempty"`
	Reason  string             `json:"reason,omitempty"`
	// Paths, or for a group Through, are how the person had it from then on.
	Paths   []why.PathData `json:"paths,omitempty"`
	Through []cite.Object  `json:"through,omitempty"`
}

// Data is the answer for JSON and YAML.
func (r *Report) Data() Data {
	out := Data{Person: r.Person, Holds: r.Holds(), Turns: []TurnData{}}
	if r.Permission != nil {
		e := cite.EntityOf(r.Entity)
		out.Permission, out.Entity = r.Permission.ID, &e
	} else {
		out.Group = r.Group.String()
	}
	for _, t := range slices.Backward(r.Turns) {
		d := TurnData{
			Holds: t.Holds, Time: t.Time, By: "Commit", Commit: plans.CommitOf(t.Commit),
			Reason: t.Reason, Paths: t.Paths, Through: t.Through,
		}
		if t.Step == nil {
			d.By = "Clock"
		}
		if t.Step != nil {
			d.Edits = plans.CausesData(t.Causes)
		}
		if len(t.Renames) > 0 {
			d.Renames = plans.RenamesData(t.Renames)
		}
		for i, id := range t.Windows {
			d.Windows = append(d.Windows, cite.ObjectOf(id, t.Places[i]))
		}
		out.Turns = append(out.Turns, d)
	}
	return out
}
