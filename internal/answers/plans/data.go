package plans

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
)

// Data is the output of "plan", which docs/plan.md describes.
type Data struct {
	Base    StateData    `json:"base"`
	Head    StateData    `json:"head"`
	Commits []CommitData `json:"commits"`
	// Now is the time at which both states were asked.
	Now time.Time `json:"now"`
	// Differs says whether anybody's access differs, now or later.
	Differs bool `json:"differs"`
	// HeldBack says that a guard found what nothing lets through.
	HeldBack bool         `json:"heldBack"`
	Counts   CountsData   `json:"counts"`
	Later    CountsData   `json:"later"`
	Days     []DayData    `json:"days"`
	Changes  []ChangeData `json:"changes"`
	// Renames are objects that go by another name and are the same.
	Renames []RenameData `json:"renames"`
	// Notices are what the new state brings and no difference in access tells.
	Notices []NoticeData `json:"notices"`
	// OtherEdits are those that change nobody's access.
	OtherEdits []CauseData `json:"otherEdits"`
	// Unmanaged are objects that are in the cluster and in no repository.
	Unmanaged      []cite.Object        `json:"unmanaged,omitempty"`
	Denies         []DenyData           `json:"denies"`
	Unadministered []UnadministeredData `json:"unadministered"`
	Guards         []GuardData          `json:"guards"`
	// Trailers are the lines of a commit message that let through all that is held back.
	Trailers []string     `json:"trailers"`
	Authors  []AuthorData `json:"authors,omitempty"`
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

// CountsData are the numbers of a plan.
type CountsData struct {
	People          int         `json:"people"`
	Gaining         int         `json:"gaining"`
	Losing          int         `json:"losing"`
	Entities        int         `json:"entities"`
	Gained          int         `json:"gained"`
	Lost            int         `json:"lost"`
	SensitiveGained int         `json:"sensitiveGained"`
	SensitiveLost   int         `json:"sensitiveLost"`
	NewPeople       []string    `json:"newPeople,omitempty"`
	GonePeople      []string    `json:"gonePeople,omitempty"`
	Levels          []LevelData `json:"levels"`
}

// DayData are the numbers of what the clock brings about on one (UTC) day.
type DayData struct {
	Day string `json:"day"`
	CountsData
}

// LevelData are the numbers of one level.
type LevelData struct {
	Level           string `json:"level"`
	People          int    `json:"people"`
	Entities        int    `json:"entities"`
	Gained          int    `json:"gained"`
	Lost            int    `json:"lost"`
	SensitiveGained int    `json:"sensitiveGained"`
	SensitiveLost   int    `json:"sensitiveLost"`
}

// ChangeData is a change that is the same for all its people at all its entities.
type ChangeData struct {
	// From is when it takes effect, where that is later.
	From        *time.Time    `json:"from,omitempty"`
	Level       string        `json:"level"`
	People      []string      `json:"people"`
	Entities    []cite.Entity `json:"entities"`
	Gained      []string      `json:"gained"`
	Lost        []string      `json:"lost"`
	RolesGained []string      `json:"rolesGained,omitempty"`
	RolesLost   []string      `json:"rolesLost,omitempty"`
	Escalations []MarkData    `json:"escalations,omitempty"`
	Causes      []CauseData   `json:"causes"`
	// Also are edits of which each list would have done the same without what stands before it.
	Also [][]CauseData `json:"also,omitempty"`
	// Parts say which causes are whose, where they are alike and not the same at all entities.
	Parts []PartData `json:"parts,omitempty"`
	// Block is the same for changes that a table tells as one.
	Block int `json:"block"`
}

// PartData is what caused a change at some of its entities.
type PartData struct {
	Entities []cite.Entity `json:"entities"`
	Causes   []CauseData   `json:"causes"`
	Also     [][]CauseData `json:"also,omitempty"`
}

// MarkData is why a change is an escalation.
type MarkData struct {
	Kind        string   `json:"kind"`
	Permissions []string `json:"permissions,omitempty"`
}

// CauseData is an edit that brought a change about. The place is one of BASE where Gone.
type CauseData struct {
	cite.Object
	Field  string `json:"field,omitempty"`
	Edit   string `json:"edit"`
	Value  string `json:"value,omitempty"`
	Gone   bool   `json:"gone,omitempty"`
	Commit string `json:"commit,omitempty"`
}

// DenyData is a SystemDeny that went or takes less.
type DenyData struct {
	Name    string      `json:"name"`
	Deleted bool        `json:"deleted"`
	Causes  []CauseData `json:"causes"`
}

// UnadministeredData is an entity where nobody can give roles any more.
type UnadministeredData struct {
	Entity cite.Entity `json:"entity"`
	// People are those who could, by a permission at the entity itself.
	People []string `json:"people"`
}

// GuardData is something that a guard found. Trailer is the one line for all that is held for want of the same allowance.
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
	Signer       string        `json:"signer,omitempty"`
	Fingerprint  string        `json:"fingerprint,omitempty"`
	Person       string        `json:"person,omitempty"`
	SubjectState string        `json:"standing"`
	Problem      string        `json:"problem,omitempty"`
	Refusals     []RefusalData `json:"refusals,omitempty"`
}

// RefusalData is an object of which a change was not the signer's to make.
type RefusalData struct {
	cite.Object
	Missing []string `json:"missing"`
}

// Data is the plan for JSON and YAML.
func (r *Report) Data() Data {
	c := r.Comparison
	p := c.Plan
	out := Data{
		Base: stateData(&c.Base), Head: stateData(&c.Head), Commits: []CommitData{}, Now: p.Now.UTC(),
		Differs: p.Differs(), HeldBack: len(guard.Held(r.Findings)) > 0,
		Counts: countsData(&p.Counts), Later: countsData(&p.Later),
		Changes: []ChangeData{}, Days: []DayData{}, Denies: []DenyData{}, Unadministered: []UnadministeredData{}, Guards: []GuardData{},
		Trailers: orEmpty(guard.Trailers(r.Findings)),
	}
	for _, commit := range c.Commits {
		out.Commits = append(out.Commits, CommitOf(commit))
	}
	for i := range p.Days {
		out.Days = append(out.Days, DayData{findings.Day(p.Days[i].Day), countsData(&p.Days[i].Counts)})
	}
	for i := range p.Rows {
		out.Changes = append(out.Changes, changeData(p, &p.Rows[i]))
	}
	for i := range p.Blocks {
		for _, row := range p.Blocks[i].Rows {
			out.Changes[row].Block = i
		}
	}
	for _, d := range p.Denies {
		out.Denies = append(out.Denies, DenyData{d.Name, d.Deleted, causeData(p, d.Edits)})
	}
	for _, b := range p.WithoutAdministrators {
		out.Unadministered = append(out.Unadministered, UnadministeredData{cite.EntityOf(b.Entity), orEmpty(b.People)})
	}
	for _, f := range r.Findings {
		out.Guards = append(out.Guards, GuardData{string(f.Kind), f.Message, f.Number, f.Trailer, f.Allowed})
	}
	out.Renames = renamesData(p)
	out.Notices = noticesData(r.Notices(Wording{}))
	out.OtherEdits = causeData(p, r.OtherEdits())
	for _, id := range r.Unmanaged {
		out.Unmanaged = append(out.Unmanaged, cite.ObjectOf(id, manifest.Position{}))
	}
	for i := range r.Authors {
		out.Authors = append(out.Authors, authorData(&r.Authors[i]))
	}
	return out
}

// CommitOf names a commit.
func CommitOf(c *gitrepo.Commit) CommitData {
	return CommitData{c.Hash.String(), c.Author, c.When.UTC(), c.Subject()}
}

// CausesData are the edits of one commit.
func CausesData(edits []plan.Edit) []CauseData { return causeData(asPlan(edits)) }

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

func countsData(c *plan.Counts) CountsData {
	out := CountsData{
		c.People, c.Gaining, c.Losing, c.Entities, c.Gained, c.Lost, c.SensitiveGained, c.SensitiveLost, c.NewPeople, c.GonePeople, []LevelData{},
	}
	for _, l := range c.Levels {
		out.Levels = append(out.Levels, LevelData{l.Level.String(), l.People, l.Entities, l.Gained, l.Lost, l.SensitiveGained, l.SensitiveLost})
	}
	return out
}

func changeData(p *plan.Plan, r *plan.Row) ChangeData {
	out := ChangeData{
		Level: r.Level.String(), People: r.People, Gained: cite.PermissionIDs(r.Gained, r.Level), Lost: cite.PermissionIDs(r.Lost, r.Level),
		RolesGained: r.RolesGained, RolesLost: r.RolesLost, Causes: causeData(p, r.Causes),
	}
	if !r.From.IsZero() {
		from := r.From.UTC()
		out.From = &from
	}
	out.Entities, out.Also = entitiesData(r.Entities), alsoData(p, r.Also)
	for _, part := range r.Parts {
		if len(r.Parts) > 1 {
			out.Parts = append(out.Parts, PartData{entitiesData(part.Entities), causeData(p, part.Causes), alsoData(p, part.Also)})
		}
	}
	for _, m := range r.Marks {
		out.Escalations = append(out.Escalations, MarkData{string(m.Kind), m.Permissions.IDs(r.Level)})
	}
	return out
}

func entitiesData(entities []directory.EntityKey) []cite.Entity {
	out := make([]cite.Entity, len(entities))
	for i, e := range entities {
		out[i] = cite.EntityOf(e)
	}
	return out
}

func alsoData(p *plan.Plan, also [][]int) [][]CauseData {
	var out [][]CauseData
	for _, edits := range also {
		out = append(out, causeData(p, edits))
	}
	return out
}

func causeData(p *plan.Plan, edits []int) []CauseData {
	out := []CauseData{}
	for _, i := range edits {
		e := &p.Edits[i]
		out = append(out, CauseData{
			Object: cite.Object{Kind: string(e.ID.Kind), Namespace: e.ID.Namespace, Name: e.ID.Name, File: e.File, Line: e.Line},
			Field:  e.Field, Edit: string(e.Class), Value: e.Value, Gone: e.Gone, Commit: e.Commit,
		})
	}
	return out
}

func authorData(a *history.Authorship) AuthorData {
	out := AuthorData{Commit: a.Commit.Hash.String(), Claimed: a.Claimed(), Person: a.Person, SubjectState: string(a.State)}
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
