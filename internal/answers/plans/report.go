package plans

import (
	"fmt"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/history"
)

// Report is a plan with what the guards and the signatures say of it.
type Report struct {
	Comparison *history.Comparison
	Findings   []guard.Finding
	// At is the moment at which both states are asked, where that is not now.
	At time.Time
	// Authors are told where they were asked for.
	Authors []history.Authorship
	// Unmanaged are objects that are in the cluster and in no repository, where one of the two states is a cluster.
	Unmanaged []directory.ID
}

// Span names the two states.
func (r *Report) Span() string {
	c := r.Comparison
	text := c.Base.Name + " to " + strings.TrimPrefix(c.Head.Name, "commit ")
	if c.Base.Commit == nil || c.Head.Commit == nil {
		text = c.Base.Name + " to " + c.Head.Name
	}
	if n := len(c.Commits); n > 1 {
		text += fmt.Sprintf(" (%d commits)", n)
	}
	if !r.At.IsZero() {
		text += ", as of " + findings.Day(r.At)
	}
	return text
}

// OtherEdits are the edits that caused nothing, and would have caused nothing by themselves, by their place in the plan.
func (r *Report) OtherEdits() []int {
	p := r.Comparison.Plan
	used := map[int]bool{}
	for i := range p.Rows {
		for _, list := range append(p.Rows[i].Also, p.Rows[i].Causes) {
			for _, e := range list {
				used[e] = true
			}
		}
	}
	var out []int
	for i := range p.Edits {
		if !used[i] {
			out = append(out, i)
		}
	}
	return out
}
