package cli

import (
	"time"

	"provost.dev/provost/internal/cli/cite"
	"provost.dev/provost/internal/guard"
	"provost.dev/provost/internal/history"
	"provost.dev/provost/internal/plan"
)

// PlanData is the output of "plan", which docs/plan.md describes.
type PlanData struct {
	Base    StateData    `json:"base"`
	Head    StateData    `json:"head"`
	Commits []CommitData `json:"commits"`
	// Now is the time at which both states were asked.
	Now time.Time `json:"now"`
	// Differs says whether anybody's access differs, now or later.
	Differs bool `json:"differs"`
	// HeldBack says that a guard found what nothing lets through.
	HeldBack       bool                 `json:"heldBack"`
	Counts         PlanCountsData       `json:"counts"`
	Later          PlanCountsData       `json:"later"`
	Changes        []PlanChangeData     `json:"changes"`
	Denies         []PlanDenyData       `json:"denies"`
	Unadministered []UnadministeredData `json:"unadministered"`
	Guards         []GuardData          `json:"guards"`
	Authors        []AuthorData         `json:"authors,omitempty"`
}

// StateData names one of the two states.
type StateData struct {
	Name   string `json:"name"`
	Commit string `json:"commit,omitempty"`
}

// CommitData names a commit. Author is what the commit claims.
type CommitData struct {
	Commit  string    `json:"commit"`
	Author  string    `json:"author"`
	When    time.Time `json:"when"`
	Subject string    `json:"subject"`
}

// PlanCountsData are the numbers of a plan.
type PlanCountsData struct {
	People          int             `json:"people"`
	Gaining         int             `json:"gaining"`
	Losing          int             `json:"losing"`
	Entities        int             `json:"entities"`
	Gained          int             `json:"gained"`
	Lost            int             `json:"lost"`
	SensitiveGained int             `json:"sensitiveGained"`
	SensitiveLost   int             `json:"sensitiveLost"`
	NewPeople       []string        `json:"newPeople,omitempty"`
	GonePeople      []string        `json:"gonePeople,omitempty"`
	Levels          []PlanLevelData `json:"levels"`
}

// PlanLevelData are the numbers of one level.
type PlanLevelData struct {
	Level           string `json:"level"`
	People          int    `json:"people"`
	Entities        int    `json:"entities"`
	Gained          int    `json:"gained"`
	Lost            int    `json:"lost"`
	SensitiveGained int    `json:"sensitiveGained"`
	SensitiveLost   int    `json:"sensitiveLost"`
}

// PlanChangeData is a change that is the same for all its people at all its entities.
type PlanChangeData struct {
	// From is when it takes effect, where that is later.
	From        *time.Time      `json:"from,omitempty"`
	Level       string          `json:"level"`
	People      []string        `json:"people"`
	Entities    []cite.Entity   `json:"entities"`
	Gained      []string        `json:"gained"`
	Lost        []string        `json:"lost"`
	RolesGained []string        `json:"rolesGained,omitempty"`
	RolesLost   []string        `json:"rolesLost,omitempty"`
	Escalations []PlanMarkData  `json:"escalations,omitempty"`
	Causes      []PlanCauseData `json:"causes"`
}

// PlanMarkData is why a change is an escalation.
type PlanMarkData struct {
	Kind        string   `json:"kind"`
	Permissions []string `json:"permissions,omitempty"`
}

// PlanCauseData is an edit that brought a change about. The place is one of BASE where Gone.
type PlanCauseData struct {
	cite.Object
	Field  string `json:"field,omitempty"`
	Edit   string `json:"edit"`
	Value  string `json:"value,omitempty"`
	Gone   bool   `json:"gone,omitempty"`
	Commit string `json:"commit,omitempty"`
}

// PlanDenyData is a SystemDeny that went or takes less.
type PlanDenyData struct {
	Name    string          `json:"name"`
	Deleted bool            `json:"deleted"`
	Causes  []PlanCauseData `json:"causes"`
}

// UnadministeredData is an entity where nobody can give roles any more.
type UnadministeredData struct {
	Entity cite.Entity `json:"entity"`
	// People are those who could, by a permission at the entity itself.
	People []string `json:"people"`
}

// GuardData is something that a guard found.
type GuardData struct {
	Guard   string `json:"guard"`
	Message string `json:"message"`
	Number  int    `json:"number"`
	Trailer string `json:"trailer"`
	Allowed bool   `json:"allowed"`
}

// AuthorData is whether whoever made a commit had the authority for it.
type AuthorData struct {
	Commit string `json:"commit"`
	// Claimed is the author line, which proves nothing.
	Claimed string `json:"claimed"`
	// Signer and Fingerprint are of the trusted key that signed.
	Signer      string        `json:"signer,omitempty"`
	Fingerprint string        `json:"fingerprint,omitempty"`
	Person      string        `json:"person,omitempty"`
	Standing    string        `json:"standing"`
	Problem     string        `json:"problem,omitempty"`
	Refusals    []RefusalData `json:"refusals,omitempty"`
}

// RefusalData is an object of which a change was not the signer's to make.
type RefusalData struct {
	cite.Object
	Missing []string `json:"missing"`
}

func (r *planReport) data() PlanData {
	c := r.comparison
	p := c.Plan
	out := PlanData{
		Base: stateData(&c.Base), Head: stateData(&c.Head), Commits: []CommitData{}, Now: p.Now.UTC(),
		Differs: p.Differs(), HeldBack: len(guard.Held(r.findings)) > 0,
		Counts: planCounts(&p.Counts), Later: planCounts(&p.Later),
		Changes: []PlanChangeData{}, Denies: []PlanDenyData{}, Unadministered: []UnadministeredData{}, Guards: []GuardData{},
	}
	for _, commit := range c.Commits {
		out.Commits = append(out.Commits, CommitData{commit.Hash.String(), commit.Author, commit.When.UTC(), commit.Subject()})
	}
	for i := range p.Rows {
		out.Changes = append(out.Changes, planChange(p, &p.Rows[i]))
	}
	for _, d := range p.Denies {
		out.Denies = append(out.Denies, PlanDenyData{d.Name, d.Deleted, planCauses(p, d.Edits)})
	}
	for _, b := range p.Bereft {
		out.Unadministered = append(out.Unadministered, UnadministeredData{cite.EntityOf(b.Entity), orEmpty(b.People)})
	}
	for _, f := range r.findings {
		out.Guards = append(out.Guards, GuardData{string(f.Kind), f.Message, f.Number, f.Trailer, f.Allowed})
	}
	for i := range r.authors {
		out.Authors = append(out.Authors, authorData(&r.authors[i]))
	}
	return out
}

func stateData(t *history.Tree) StateData {
	out := StateData{Name: t.Name}
	if t.Commit != nil {
		out.Commit = t.Commit.Hash.String()
	}
	return out
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func planCounts(c *plan.Counts) PlanCountsData {
	out := PlanCountsData{
		c.People, c.Gaining, c.Losing, c.Entities, c.Gained, c.Lost, c.SensitiveGained, c.SensitiveLost, c.NewPeople, c.GonePeople, []PlanLevelData{},
	}
	for _, l := range c.Levels {
		out.Levels = append(out.Levels, PlanLevelData{l.Level.String(), l.People, l.Entities, l.Gained, l.Lost, l.SensitiveGained, l.SensitiveLost})
	}
	return out
}

func planChange(p *plan.Plan, r *plan.Row) PlanChangeData {
	out := PlanChangeData{
		Level: r.Level.String(), People: r.People, Gained: cite.PermissionIDs(r.Gained, r.Level), Lost: cite.PermissionIDs(r.Lost, r.Level),
		RolesGained: r.RolesGained, RolesLost: r.RolesLost, Causes: planCauses(p, r.Causes),
	}
	if !r.From.IsZero() {
		from := r.From.UTC()
		out.From = &from
	}
	for _, e := range r.Entities {
		out.Entities = append(out.Entities, cite.EntityOf(e))
	}
	for _, m := range r.Marks {
		out.Escalations = append(out.Escalations, PlanMarkData{string(m.Kind), m.Permissions.IDs(r.Level)})
	}
	return out
}

func planCauses(p *plan.Plan, edits []int) []PlanCauseData {
	out := []PlanCauseData{}
	for _, i := range edits {
		e := &p.Edits[i]
		out = append(out, PlanCauseData{
			Object: cite.Object{Kind: string(e.ID.Kind), Namespace: e.ID.Namespace, Name: e.ID.Name, File: e.File, Line: e.Line},
			Field:  e.Field, Edit: string(e.Class), Value: e.Value, Gone: e.Gone, Commit: e.Commit,
		})
	}
	return out
}

func authorData(a *history.Authorship) AuthorData {
	out := AuthorData{Commit: a.Commit.Hash.String(), Claimed: a.Claimed(), Person: a.Person, Standing: string(a.Standing)}
	if a.Signer != nil {
		out.Signer, out.Fingerprint = a.Signer.Name(), a.Signer.Fingerprint
	}
	if a.Problem != nil {
		out.Problem = a.Problem.Error()
	}
	for _, r := range a.Refusals {
		out.Refusals = append(out.Refusals, RefusalData{cite.ObjectOf(r.ID, r.Position), r.Missing})
	}
	return out
}
