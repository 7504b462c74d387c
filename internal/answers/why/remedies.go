package why

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// RemedyData is an edit that would make a "no" a "yes".
type RemedyData struct {
	// Kind is Reinstate, Declare, Deny, Override, Window, Rule, Unblock, Join, RoleOverride, Bind, NewRole, CreateEntity, Leave or Enter.
	Kind string `json:"kind"`
	// Needed says that it is needed whatever else is done; the others are alternatives.
	Needed bool        `json:"needed,omitempty"`
	Target cite.Object `json:"target"`
	Role   string      `json:"role,omitempty"`
	// Text says it in words.
	Text string `json:"text"`
	// ComesWith is what would be given besides; it is left out for an entity that is to be created.
	ComesWith *GainData `json:"comesWith,omitempty"`
}

// GainData is what comes with a remedy besides the permission that was asked about.
type GainData struct {
	// Permissions is how many further permissions the person would have at the entity.
	Permissions int `json:"permissions"`
	// Sensitive are the sensitive ones among them and among those at other entities, each ID once.
	Sensitive []string `json:"sensitive"`
	// Entities is at how many other entities the person would have more, and People how many others would.
	Entities int `json:"entities"`
	People   int `json:"people"`
}

// Remedy is an engine's remedy with the words and the place for it.
type Remedy struct {
	directory.Remedy
	// Text says it in words.
	Text string
	// field is the one of the target to look at.
	field string
}

// Remedies are the smallest edits that would make the answer a yes.
func (x *Explanation) Remedies() []Remedy {
	if x.Asked == nil || x.Allowed() {
		return nil
	}
	var out []Remedy
	for _, r := range x.Snapshot.Remedies(x.Person, *x.Asked, x.Entity, x.Now) {
		text, field := x.remedyText(&r)
		out = append(out, Remedy{r, text, field})
	}
	return out
}

func (r *Remedy) data(x *Explanation) RemedyData {
	out := RemedyData{
		Kind: r.Kind.String(), Needed: r.Needed, Target: x.Object(r.Target, r.field), Role: r.Role.Name, Text: r.Text,
	}
	if r.Kind != directory.RemedyCreateEntity {
		g := r.Gain
		out.ComesWith = &GainData{g.Permissions, append([]string{}, g.Sensitive...), g.Entities, g.People}
	}
	return out
}

// ComesWith says in words what would be given besides.
func (r *Remedy) ComesWith() string {
	g := &r.Gain
	var parts []string
	if len(g.Sensitive) > 0 {
		parts = append(parts, words.Count(len(g.Sensitive), "sensitive permission", "sensitive permissions")+
			" ("+strings.Join(g.Sensitive, ", ")+")")
	}
	if g.Permissions > 0 {
		text := words.Count(g.Permissions, "permission", "permissions") + " more there"
		if len(g.Sensitive) == 0 {
			text += ", none sensitive"
		}
		parts = append(parts, text)
	}
	if g.Entities > 0 {
		parts = append(parts, "access at "+words.Count(g.Entities, "other entity", "other entities"))
	}
	if g.People > 0 {
		parts = append(parts, "access for "+words.Count(g.People, "other person", "other people"))
	}
	switch {
	case r.Kind == directory.RemedyCreateEntity:
		return ""
	case len(parts) == 0:
		return "nothing else comes with it"
	}
	return "with it: " + strings.Join(parts, "; ")
}

// remedyText says what to do, and which field of the target to look at.
func (x *Explanation) remedyText(r *directory.Remedy) (text, field string) {
	target := cite.ObjectLabel(r.Target)
	switch r.Kind {
	case directory.RemedyReinstate:
		return "set the state of " + target + " to Active", "spec.state"
	case directory.RemedyDeclare:
		return "declare " + target + ", as the Platform asks for", ""
	case directory.RemedyDeny:
		return x.denyText(r), x.PermissionField(r.Target, x.Asked.ID)
	case directory.RemedyOverride:
		return "add " + x.Asked.ID + " to " + target, "spec.permissions"
	case directory.RemedyWindow:
		return x.windowText(r)
	case directory.RemedyRule:
		return x.ruleText(r)
	case directory.RemedyUnblock:
		return x.unblockText(r)
	case directory.RemedyJoin:
		return x.joinText(r)
	case directory.RemedyLeave:
		field, _ := x.EntryField(directory.Key{Namespace: r.Target.Namespace, Name: r.Target.Name}, x.Person, x.Now)
		return "take " + x.Person + " out of " + target + ", which " + cite.GroupLabel(r.By) + " excludes", field
	case directory.RemedyEnter:
		return "add " + x.Person + " to " + target + ", which " + cite.GroupLabel(r.By) + " requires", "spec.members"
	case directory.RemedyRoleOverride:
		return "add " + x.Asked.ID + " to " + target + ", which replaces " + r.Role.Name, "spec.permissions"
	case directory.RemedyBind:
		return "bind " + r.Role.Name + " to " + x.Person + " at " + x.Entity.String(), ""
	case directory.RemedyNewRole:
		return "create a Custom role with " + x.Asked.ID + " for " + x.Entity.String() + ", and bind it to " + x.Person, ""
	default:
		return "create " + target, ""
	}
}

// outOfTime are the states of grants that count at another time, or at none.
var outOfTime = []directory.GrantState{directory.GrantExpired, directory.GrantNotYet, directory.GrantOutOfTerm}

// windowText says how a grant comes to count now: by other dates, or by what is wrong with the term that it names (R33).
func (x *Explanation) windowText(r *directory.Remedy) (text, field string) {
	g := x.windowGrant(r)
	if g == nil {
		return "change the time of " + cite.ObjectLabel(r.Target) + ", which gives " + r.Role.Name, ""
	}
	which := x.sourceLabel(g) + ", which gives " + r.Role.Name
	field = x.windowField(g)
	if g.Term.Name == "" || g.State != directory.GrantOutOfTerm && !x.byTerm(g) {
		return "change the time of " + which, field
	}
	return termText(g.Term, g.TermProblem, which), strings.TrimSuffix(strings.TrimSuffix(field, "notBefore"), "notAfter") + "termRef"
}

// byTerm says that the term, and not the dates beside it, keeps a grant from counting now.
func (x *Explanation) byTerm(g *directory.Grant) bool {
	w, _ := x.Snapshot.WindowOf(g.Term, directory.Window{})
	return !w.Contains(x.Now)
}

// termText says what to do about a term, so that what names it counts now.
func termText(k directory.Key, problem directory.TermProblem, which string) string {
	switch problem {
	case directory.TermNotFound:
		return "create the Term " + k.String() + ", or correct the termRef of " + which
	case directory.TermCutAway:
		return "change the dates of " + which + ": they leave nothing of the Term " + k.String()
	case directory.TermUnknownZone:
		return "give the Term " + k.String() + " a time zone that there is, or correct the termRef of " + which
	case directory.TermOK:
		return "name another term in " + which + ", or change the days of the Term " + k.String()
	}
	return "correct the days of the Term " + k.String() + ", or the termRef of " + which
}

// windowGrant is the grant whose time a remedy changes.
func (x *Explanation) windowGrant(r *directory.Remedy) *directory.Grant {
	i := slices.IndexFunc(x.Grants, func(g directory.Grant) bool {
		return g.Source == r.Target && g.Role == r.Role && g.Enrolment == r.Enrolment && slices.Contains(outOfTime, g.State)
	})
	if i < 0 {
		return nil
	}
	return &x.Grants[i]
}

func (x *Explanation) windowField(g *directory.Grant) string {
	field := "spec."
	if g.Enrolment != "" {
		field = x.GrantField(g) + "."
	}
	if g.State == directory.GrantNotYet {
		return field + "notBefore"
	}
	return field + "notAfter"
}

// unblockText is what lets a person back into a group: that depends on what keeps the person out.
func (x *Explanation) unblockText(r *directory.Remedy) (text, field string) {
	if text, field, ok := x.entryText(r); ok {
		return text, field
	}
	return "list " + x.Person + " in " + cite.ObjectLabel(r.Target) + ", which is Listed", "spec.members"
}

// joinText is what makes a person a member of a group.
func (x *Explanation) joinText(r *directory.Remedy) (text, field string) {
	if text, field, ok := x.entryText(r); ok {
		return text + ", which has " + r.Role.Name, field
	}
	return "add " + x.Person + " to " + cite.ObjectLabel(r.Target) + ", which has " + r.Role.Name, "spec.members"
}

// entryText is the change of the person's entry in a group, where there is one that does not declare.
func (x *Explanation) entryText(r *directory.Remedy) (text, field string, ok bool) {
	key := directory.Key{Namespace: r.Target.Namespace, Name: r.Target.Name}
	g, ok := x.DatedGroup(key)
	if !ok {
		return "", "", false
	}
	i := g.Entry(x.Person, x.Now)
	if i < 0 {
		return "", "", false
	}
	where := "the entry of " + x.Person + " in " + cite.ObjectLabel(r.Target)
	switch m := &g.Members[i]; {
	case m.State != directory.MemberActive:
		return "make " + where + " Active instead of " + m.State.String(), cite.MemberPath(i), true
	case !m.Open(x.Now):
		if named, _ := x.GroupRecord(key); named != nil && named.Members[i].Term.Name != "" {
			if w, problem := x.Snapshot.WindowOf(named.Members[i].Term, directory.Window{}); problem != directory.TermOK || !w.Contains(x.Now) {
				return termText(named.Members[i].Term, problem, where), cite.MemberPath(i), true
			}
		}
		return "change the time of " + where, cite.MemberPath(i), true
	}
	return "", "", false
}

// denyText is how a SystemDeny lets go of the permission.
func (x *Explanation) denyText(r *directory.Remedy) string {
	record, _ := x.Snapshot.Record(r.Target)
	if d, ok := record.(*directory.SystemDeny); ok && directory.LiftedByOne(d, *x.Asked) {
		return "take " + x.Asked.ID + " out of " + cite.ObjectLabel(r.Target)
	}
	return "remove " + cite.ObjectLabel(r.Target)
}

// ruleText is what meets the rules that withhold a role: of roles that exclude each other one goes,
// and one that is asked for is given.
func (x *Explanation) ruleText(r *directory.Remedy) (text, field string) {
	var parts []string
	for i := range r.Taken {
		g := &r.Taken[i]
		from := "off " + cite.ObjectLabel(g.Source)
		if g.Subject.Kind == directory.KindGroup {
			from = "out of " + cite.GroupLabel(directory.Key{Namespace: g.Subject.Namespace, Name: g.Subject.Name})
		}
		parts = append(parts, "take "+x.Person+" "+from+", which gives "+g.Role.Name)
	}
	for _, b := range r.Bound {
		parts = append(parts, "bind "+b.Role.Name+" to "+x.Person+" at "+b.At.String())
	}
	return strings.Join(parts, ", and ") + ": " + r.Role.Name + " is withheld, for " + strings.Join(x.unmet(r.Rules, true), "; "), ""
}

// RemedyAt is where to make the edit; for a rule, where it is written; "" for what is written anew.
func (x *Explanation) RemedyAt(r *Remedy) string {
	switch r.Kind {
	case directory.RemedyBind, directory.RemedyNewRole, directory.RemedyCreateEntity:
		return ""
	case directory.RemedyRule:
		if len(r.Taken) > 0 {
			return x.Cite(r.Taken[0].Source, x.GrantField(&r.Taken[0]))
		}
		return x.RuleCite(r.Role)
	}
	return x.Cite(r.Target, r.field)
}
