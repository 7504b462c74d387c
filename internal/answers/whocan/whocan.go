// Package whocan lists everybody who may do something at an entity, and how they got it.
package whocan

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Answer is everybody who has a permission at an entity.
type Answer struct {
	Permission catalogue.Permission
	Entity     directory.EntityKey
	People     []directory.Reached

	records cite.Records
	now     time.Time
}

// Ask asks who has a permission at an entity.
func Ask(of cite.Records, p catalogue.Permission, e directory.EntityKey, now time.Time) *Answer {
	return &Answer{Permission: p, Entity: e, People: of.Snapshot.WhoCan(p, e, now), records: of, now: now}
}

// Explain says why one of the people may.
func (a *Answer) Explain(r *directory.Reached) *why.Explanation {
	return why.Explain(a.records, r.Person, r.Access.Entity, &a.Permission, a.now)
}

// Roles are the roles that give the permission to one of the people.
func (a *Answer) Roles(r *directory.Reached) []string {
	out := []string{}
	for _, h := range r.Access.Roles {
		if !h.Withheld && h.Permissions.Has(a.Permission.Set()) {
			out = append(out, h.Role.Name)
		}
	}
	return out
}

// Data is the output of "who-can".
type Data struct {
	Permission string       `json:"permission"`
	Entity     cite.Entity  `json:"entity"`
	People     []PersonData `json:"people"`
}

// PersonData is one person who may, and every way to it.
type PersonData struct {
	Person     string   `json:"person"`
	Roles      []string `json:"roles"`
	Customised bool     `json:"customised,omitempty"`
	// Until is when the clock takes the permission away, where it does.
	Until *time.Time     `json:"until,omitempty"`
	Paths []why.PathData `json:"paths"`
}

// Data is the answer for JSON and YAML.
func (a *Answer) Data() Data {
	out := Data{Permission: a.Permission.ID, Entity: cite.EntityOf(a.Entity), People: []PersonData{}}
	for i := range a.People {
		out.People = append(out.People, a.personData(&a.People[i]))
	}
	return out
}

func (a *Answer) personData(r *directory.Reached) PersonData {
	x := a.Explain(r)
	out := PersonData{Person: r.Person, Roles: a.Roles(r), Customised: r.Access.Overridden, Paths: x.Paths()}
	if end := x.End(); !end.IsZero() {
		out.Until = &end
	}
	return out
}
