package why

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
)

// Data is why somebody may or may not do something: the output of
// "why" and of "can --explain".
type Data struct {
	Person string      `json:"person"`
	Entity cite.Entity `json:"entity"`
	// Permission and Allowed are the question and the answer, where one permission was asked about.
	Permission string `json:"permission,omitempty"`
	Allowed    *bool  `json:"allowed,omitempty"`
	// Reason is the answer in a few words.
	Reason string `json:"reason,omitempty"`
	// EntityFound is false where the entity is named and not declared.
	EntityFound bool `json:"entityFound"`
	// SubjectState is Good, Suspended or Undeclared.
	SubjectState string `json:"standing"`
	// Permissions are the effective ones; FromRoles what the roles alone would give; Denied what denies took.
	Permissions []string `json:"permissions"`
	FromRoles   []string `json:"fromRoles"`
	Denied      []string `json:"denied"`
	// Customised says that a PermissionOverride and not the roles decide.
	Customised bool `json:"customised"`
	// Until is when the end of a grant takes something of this away (the permission, where one was asked about).
	Until     *time.Time    `json:"until,omitempty"`
	Roles     []RoleData    `json:"roles"`
	Paths     []PathData    `json:"paths"`
	Overrides []AppliedData `json:"overrides"`
	Denies    []AppliedData `json:"denies"`
	Remedies  []RemedyData  `json:"remedies,omitempty"`
}

// RoleData is a role that is held.
type RoleData struct {
	Name        string        `json:"name"`
	Permissions []string      `json:"permissions"`
	ReplacedBy  []cite.Object `json:"replacedBy,omitempty"`
	Withheld    bool          `json:"withheld,omitempty"`
	Unmet       []string      `json:"unmet,omitempty"`
}

// PathData is one way from the person to a role.
type PathData struct {
	// Through are the groups, from the one that declares the person up.
	Through []StepData `json:"through,omitempty"`
	// Source is the RoleBinding, or the Group with the Enrolment.
	Source    cite.Object `json:"source"`
	Enrolment string      `json:"enrolment,omitempty"`
	// Selector is how the source chooses the entity among many; left out where it names the entity.
	Selector *cite.Selector `json:"selector,omitempty"`
	Template string         `json:"template,omitempty"`
	Role     string         `json:"role,omitempty"`
	// State is InForce, NotYet, Expired, Withheld, Nothing, EntityNotFound, NotMemberYet,
	// MemberNoLonger or OutOfTerm; Reason says why where it is not InForce.
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	cite.Window
	// Term is the Term that says when it counts.
	Term *cite.Object `json:"term,omitempty"`
	// Permissions are what the role gives at the entity.
	Permissions []string `json:"permissions"`
}

// StepData is one group on a path: the place is the entry that declares the
// person, or the parentRef of the group before.
type StepData struct {
	Group cite.Object `json:"group"`
	How   string      `json:"how"`
}

// AppliedData is a PermissionOverride or SystemDeny in force.
type AppliedData struct {
	Source      cite.Object `json:"source"`
	Permissions []string    `json:"permissions"`
	// Subject is whom a deny names: "everyone", "Person x" or "Group x/y".
	Subject string `json:"subject,omitempty"`
	cite.Window
}

// Data is the explanation for JSON and YAML.
func (x *Explanation) Data() Data {
	level := x.Entity.Level
	out := Data{
		Person: x.Person, Entity: cite.EntityOf(x.Entity), Reason: x.Reason(), EntityFound: x.Found, SubjectState: x.SubjectState.String(),
		Permissions: cite.PermissionIDs(x.Effective, level),
		FromRoles:   cite.PermissionIDs(x.FromRoles, level), Denied: cite.PermissionIDs(x.Denied, level),
		Customised: x.Overridden, Roles: []RoleData{}, Paths: x.Paths(), Overrides: []AppliedData{}, Denies: []AppliedData{},
	}
	if x.Asked != nil {
		yes := x.Allowed()
		out.Permission, out.Allowed = x.Asked.ID, &yes
	}
	if end := x.End(); !end.IsZero() {
		out.Until = &end
	}
	for _, h := range x.Roles {
		r := RoleData{
			Name: h.Role.Name, Permissions: cite.PermissionIDs(h.Permissions, level), Withheld: h.Withheld, Unmet: x.unmet(h.Unmet, false),
		}
		for _, k := range h.Overridden {
			r.ReplacedBy = append(r.ReplacedBy, x.Object(k.RoleID(), "spec.permissions"))
		}
		out.Roles = append(out.Roles, r)
	}
	for _, o := range x.Overrides {
		out.Overrides = append(out.Overrides, AppliedData{
			Source: x.Object(o.Source, ""), Permissions: cite.PermissionIDs(o.Permissions, level), Window: cite.WindowOf(o.Window),
		})
	}
	for _, d := range x.Denies {
		out.Denies = append(out.Denies, AppliedData{
			Source: x.Object(d.Source, ""), Permissions: cite.PermissionIDs(d.Permissions, level),
			Subject: DenySubject(&d), Window: cite.WindowOf(d.Window),
		})
	}
	for _, r := range x.Remedies() {
		out.Remedies = append(out.Remedies, r.data(x))
	}
	return out
}

// Paths are the grants that bear on the question, as data; never nil, so that it is [] in JSON.
func (x *Explanation) Paths() []PathData {
	out := []PathData{}
	for _, g := range x.Relevant() {
		out = append(out, x.pathData(&g))
	}
	return out
}

func (x *Explanation) pathData(g *directory.Grant) PathData {
	set, _ := x.Gives(g)
	out := PathData{
		Source: x.Object(g.Source, x.GrantField(g)), Enrolment: g.Enrolment, Role: g.Role.Name, State: g.State.String(),
		Selector: cite.SelectorOf(x.Entity.Namespace, g.Selects), Reason: x.Trouble(g), Window: cite.WindowOf(g.Window),
		Permissions: cite.PermissionIDs(set, x.Entity.Level),
	}
	if g.Term.Name != "" {
		term := x.Object(g.Term.TermID(), "spec")
		out.Term = &term
	}
	if g.Template != nil {
		out.Template = g.Template.String()
	}
	for i, k := range g.Path.Groups {
		at, field, how := x.Step(g.Path, i)
		step := StepData{Group: cite.ObjectOf(k.GroupID(), x.Locate(k.GroupID(), "")), How: how}
		p := x.Locate(at, field)
		step.Group.File, step.Group.Line = p.File, p.Line
		out.Through = append(out.Through, step)
	}
	return out
}
