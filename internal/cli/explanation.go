package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/manifest/effective"
)

// ExplanationData is why somebody may or may not do something: the output of
// "why" and of "can --explain".
type ExplanationData struct {
	Person string     `json:"person"`
	Entity EntityData `json:"entity"`
	// Permission and Allowed are the question and the answer, where one permission was asked about.
	Permission string `json:"permission,omitempty"`
	Allowed    *bool  `json:"allowed,omitempty"`
	// Reason is the answer in a few words.
	Reason string `json:"reason,omitempty"`
	// EntityFound is false where the entity is named and not declared.
	EntityFound bool `json:"entityFound"`
	// Standing is Good, Suspended or Undeclared.
	Standing string `json:"standing"`
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
	Name        string       `json:"name"`
	Permissions []string     `json:"permissions"`
	ReplacedBy  []ObjectData `json:"replacedBy,omitempty"`
	Withheld    bool         `json:"withheld,omitempty"`
	Unmet       []string     `json:"unmet,omitempty"`
}

// PathData is one way from the person to a role.
type PathData struct {
	// Through are the groups, from the one that declares the person up.
	Through []StepData `json:"through,omitempty"`
	// Source is the RoleBinding, or the Group with the Enrolment.
	Source    ObjectData `json:"source"`
	Enrolment string     `json:"enrolment,omitempty"`
	Template  string     `json:"template,omitempty"`
	Role      string     `json:"role,omitempty"`
	// State is InForce, NotYet, Expired, Withheld, Nothing or EntityNotFound; Reason says why where it is not InForce.
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	WindowData
	// Permissions are what the role gives at the entity.
	Permissions []string `json:"permissions"`
}

// StepData is one group on a path: the place is the entry that declares the
// person, or the parentRef of the group before.
type StepData struct {
	Group ObjectData `json:"group"`
	How   string     `json:"how"`
}

// AppliedData is a PermissionOverride or SystemDeny in force.
type AppliedData struct {
	Source      ObjectData `json:"source"`
	Permissions []string   `json:"permissions"`
	// Subject is whom a deny names: "everyone", "Person x" or "Group x/y".
	Subject string `json:"subject,omitempty"`
	WindowData
}

var standings = [...]string{
	directory.StandingGood: "Good", directory.StandingSuspended: "Suspended", directory.StandingUndeclared: "Undeclared",
}

var grantStates = [...]string{
	directory.GrantInForce: "InForce", directory.GrantNotYet: "NotYet", directory.GrantExpired: "Expired",
	directory.GrantWithheld: "Withheld", directory.GrantNothing: "Nothing", directory.GrantEntityNotFound: "EntityNotFound",
}

// explanation is an engine's explanation with what it takes to write it.
type explanation struct {
	*question
	directory.Explanation
	// permission is what was asked about; nil for everything.
	permission *catalogue.Permission
}

func (q *question) explain(person string, e directory.EntityKey, p *catalogue.Permission) *explanation {
	return &explanation{question: q, Explanation: q.snapshot.Explain(person, e, q.now), permission: p}
}

func (x *explanation) allowed() bool {
	return x.permission != nil && x.Effective.Has(x.permission.Set())
}

// end is when the end of a grant takes away what was asked about; zero where none does.
func (x *explanation) end() time.Time {
	if x.permission == nil {
		return effective.Ends(x.snapshot, x.Person, x.Access)
	}
	if !x.allowed() {
		return time.Time{}
	}
	return effective.EndsFor(x.snapshot, x.Person, x.Access, func(next directory.Access) bool {
		return !next.Effective.Has(x.permission.Set())
	})
}

// gives is what a grant's role gives at the entity, whatever became of the grant.
func (x *explanation) gives(g *directory.Grant) (set catalogue.Set, overridden []directory.Key) {
	for _, h := range x.Roles {
		if h.Role == g.Role {
			return h.Permissions, h.Overridden
		}
	}
	var facts directory.GrantFacts
	if g.Source.Kind == directory.KindRoleBinding {
		facts, _ = x.snapshot.Binding(directory.Key{Namespace: g.Source.Namespace, Name: g.Source.Name})
	} else if record, ok := x.groupRecord(directory.Key{Namespace: g.Source.Namespace, Name: g.Source.Name}); ok {
		i := slices.IndexFunc(record.Enrolments, func(e directory.Enrolment) bool { return e.Name == g.Enrolment })
		if all := x.snapshot.Group(record.Key).Enrolments; i >= 0 && i < len(all) {
			facts = all[i]
		}
	}
	for _, r := range facts.Roles {
		if r.Role == g.Role {
			return r.Permissions, r.Overridden
		}
	}
	return 0, nil
}

// relevant are the grants that bear on the question: for one permission those
// whose role gives it, in force alone where the answer is yes; and those that
// give nothing because of a mistake, where it is no.
func (x *explanation) relevant() []directory.Grant {
	if x.permission == nil {
		return x.Grants
	}
	var out []directory.Grant
	for i := range x.Grants {
		g := &x.Grants[i]
		set, _ := x.gives(g)
		if !set.Has(x.permission.Set()) && g.State != directory.GrantNothing && !x.lostByOverride(g) {
			continue
		}
		if x.allowed() && (g.State != directory.GrantInForce || x.Overridden) {
			continue
		}
		out = append(out, *g)
	}
	return out
}

// lostByOverride says that a system role would give the permission, had an Override not replaced it.
func (x *explanation) lostByOverride(g *directory.Grant) bool {
	_, overridden := x.gives(g)
	system := catalogue.SystemRole(g.Role.Name)
	return len(overridden) > 0 && system != nil && system.Permissions.Has(x.permission.Set())
}

// reason is the answer in a few words.
func (x *explanation) reason() string {
	switch {
	case x.permission == nil:
		return ""
	case x.allowed():
		return x.whyYes()
	default:
		return x.whyNo()
	}
}

func (x *explanation) whyYes() string {
	if x.Overridden && len(x.Overrides) > 0 {
		return objectLabel(x.Overrides[0].Source) + " lists it"
	}
	for _, g := range x.relevant() {
		if g.State == directory.GrantInForce {
			return g.Role.Name + " through " + x.sourceLabel(&g)
		}
	}
	return ""
}

func (x *explanation) whyNo() string {
	p := x.permission.Set()
	switch {
	case !x.Found:
		return x.Entity.String() + " does not exist"
	case x.Standing == directory.StandingSuspended:
		return x.Person + " is suspended"
	case x.Standing == directory.StandingUndeclared:
		return x.Person + " has no Person object, and the Platform asks for one"
	}
	for _, d := range x.Denies {
		if d.Permissions.Has(p) && x.Denied.Has(p) {
			return objectLabel(d.Source) + " takes it"
		}
	}
	if x.Overridden {
		for _, o := range x.Overrides {
			if !o.Permissions.Has(p) {
				return objectLabel(o.Source) + " leaves it out"
			}
		}
	}
	var held []string
	for _, h := range x.Roles {
		if h.Withheld && h.Permissions.Has(p) {
			return h.Role.Name + " is withheld: " + strings.Join(x.unmet(h.Unmet, true), "; ")
		}
		held = append(held, h.Role.Name)
	}
	for i := range x.Grants {
		g := &x.Grants[i]
		if set, _ := x.gives(g); set.Has(p) {
			if text := grantTrouble(g, x.now); text != "" {
				return x.sourceLabel(g) + " " + text
			}
		}
	}
	for _, r := range x.remedies() {
		if r.Kind == directory.RemedyUnblock {
			return x.Person + " is kept out of " + objectLabel(r.Target)
		}
	}
	if len(held) == 0 {
		return "nothing gives " + x.Person + " a role there"
	}
	return "no role held there gives it: " + printers.Abridge(held, 4)
}

// sourceLabel names what gives a grant.
func (x *explanation) sourceLabel(g *directory.Grant) string {
	if g.Source.Kind == directory.KindGroup {
		return "enrolment " + g.Enrolment + " of " + objectLabel(g.Source)
	}
	return objectLabel(g.Source)
}

// grantTrouble says why a grant gives nothing; "" where it does.
func grantTrouble(g *directory.Grant, now time.Time) string {
	switch g.State {
	case directory.GrantNotYet:
		return "begins " + printers.Day(g.Window.NotBefore)
	case directory.GrantExpired:
		if !g.Window.NotAfter.After(g.Window.NotBefore) && !g.Window.NotBefore.IsZero() || g.Window.NotAfter.After(now) {
			return "ends before it begins"
		}
		return "ended " + printers.Day(g.Window.NotAfter)
	case directory.GrantWithheld:
		return "is withheld"
	case directory.GrantNothing:
		return roleProblem(g.Problem)
	case directory.GrantEntityNotFound:
		return "waits for the entity"
	}
	return ""
}

func roleProblem(p directory.RoleProblem) string {
	return [...]string{
		directory.RoleOK:               "",
		directory.RoleNotFound:         "names a role that does not exist",
		directory.RoleWrongLevel:       "names a role of another level",
		directory.RoleOfAnotherEntity:  "names a Custom role of another entity",
		directory.RoleNotBindable:      "names an Override, which takes effect by itself and is not bound",
		directory.RoleInvalid:          "names a role that is not of its own entity's level",
		directory.RoleTemplateNotFound: "names a template that does not exist",
	}[p]
}

// unmet writes rules that are unmet; with deny those alone that withhold.
func (x *explanation) unmet(rules []directory.UnmetRule, deny bool) []string {
	parent := "the parent"
	if e := x.snapshot.Entity(x.Entity, x.now); e.ParentState != directory.ParentNone {
		parent = e.Parent.String()
	}
	var out []string
	for _, r := range rules {
		if deny && r.Enforcement != directory.Deny {
			continue
		}
		switch {
		case r.Excludes != "":
			out = append(out, "it excludes "+r.Excludes)
		case r.AtParent:
			out = append(out, "it requires "+r.Requires+" at "+parent)
		default:
			out = append(out, "it requires "+r.Requires)
		}
	}
	return out
}

// data is the explanation for JSON and YAML.
func (x *explanation) data() ExplanationData {
	level := x.Entity.Level
	out := ExplanationData{
		Person: x.Person, Entity: entityData(x.Entity), Reason: x.reason(), EntityFound: x.Found, Standing: standings[x.Standing],
		Permissions: permissionIDs(x.Effective, level), FromRoles: permissionIDs(x.FromRoles, level), Denied: permissionIDs(x.Denied, level),
		Customised: x.Overridden, Roles: []RoleData{}, Paths: []PathData{}, Overrides: []AppliedData{}, Denies: []AppliedData{},
	}
	if x.permission != nil {
		yes := x.allowed()
		out.Permission, out.Allowed = x.permission.ID, &yes
	}
	if end := x.end(); !end.IsZero() {
		out.Until = &end
	}
	for _, h := range x.Roles {
		r := RoleData{
			Name: h.Role.Name, Permissions: permissionIDs(h.Permissions, level), Withheld: h.Withheld, Unmet: x.unmet(h.Unmet, false),
		}
		for _, k := range h.Overridden {
			r.ReplacedBy = append(r.ReplacedBy, x.object(roleID(k), "spec.permissions"))
		}
		out.Roles = append(out.Roles, r)
	}
	for _, g := range x.relevant() {
		out.Paths = append(out.Paths, x.pathData(&g))
	}
	for _, o := range x.Overrides {
		out.Overrides = append(out.Overrides, AppliedData{
			Source: x.object(o.Source, ""), Permissions: permissionIDs(o.Permissions, level), WindowData: windowData(o.Window),
		})
	}
	for _, d := range x.Denies {
		out.Denies = append(out.Denies, AppliedData{
			Source: x.object(d.Source, ""), Permissions: permissionIDs(d.Permissions, level), Subject: denySubject(&d), WindowData: windowData(d.Window),
		})
	}
	for _, r := range x.remedies() {
		out.Remedies = append(out.Remedies, r.data(x))
	}
	return out
}

func (x *explanation) pathData(g *directory.Grant) PathData {
	set, _ := x.gives(g)
	out := PathData{
		Source: x.object(g.Source, x.grantField(g)), Enrolment: g.Enrolment, Role: g.Role.Name, State: grantStates[g.State],
		Reason: grantTrouble(g, x.now), WindowData: windowData(g.Window), Permissions: permissionIDs(set, x.Entity.Level),
	}
	if g.Template != nil {
		out.Template = g.Template.String()
	}
	for i, k := range g.Path.Groups {
		field, how := x.stepField(g.Path, i)
		step := StepData{Group: objectData(groupID(k), x.source.Locate(groupID(k), "")), How: how}
		at := groupID(k)
		if i > 0 {
			at = groupID(g.Path.Groups[i-1])
		}
		p := x.source.Locate(at, field)
		step.Group.File, step.Group.Line = p.File, p.Line
		out.Through = append(out.Through, step)
	}
	return out
}

// stepField is what makes the person, or the group before, a part of the i-th
// group of a path: the entry or selector of the group itself, or the parentRef of the one before.
func (x *explanation) stepField(p directory.Path, i int) (field, how string) {
	if i > 0 {
		return "spec.parentRef", "group above"
	}
	if p.BySelector {
		return "spec.memberSelector", "selected by attributes"
	}
	field, how = x.memberField(p.Groups[0], x.Person)
	// An entry counts for the groups above even where it does not for its own (R14).
	if _, ok := x.snapshot.Member(p.Groups[0], x.Person); !ok {
		how = "listed, and kept out of it"
	}
	return field, how
}

func denySubject(d *directory.Applied) string {
	switch {
	case d.Everyone:
		return "everyone"
	case d.Subject.Kind == directory.KindGroup:
		return groupLabel(directory.Key{Namespace: d.Subject.Namespace, Name: d.Subject.Name})
	default:
		return fmt.Sprintf("Person %s", d.Subject.Name)
	}
}
