package plans

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/history"
)

// Report is a plan with what the guards and the signatures say of it.
type Report struct {
	Comparison *history.Comparison
	Findings   []guard.Finding
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
	return text
}

// OtherEdits are the edits that caused nothing, by their place in the plan.
func (r *Report) OtherEdits() []int {
	p := r.Comparison.Plan
	used := map[int]bool{}
	for i := range p.Rows {
		for _, e := range p.Rows[i].Causes {
			used[e] = true
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
