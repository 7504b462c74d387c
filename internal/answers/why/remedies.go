package why

import (
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// RemedyData is an edit that would make a "no" a "yes".
type RemedyData struct {
	// Kind is Reinstate, Declare, Deny, Override, Window, Rule, Unblock, Join, RoleOverride, Bind or CreateEntity.
	Kind string `json:"kind"`
	// Needed says that it is needed whatever else is done; the others are alternatives.
	Needed bool        `json:"needed,omitempty"`
	Target cite.Object `json:"target"`
	Role   string      `json:"role,omitempty"`
	// Text says it in words.
	Text string `json:"text"`
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
	return RemedyData{
		Kind: r.Kind.String(), Needed: r.Needed, Target: x.Object(r.Target, r.field), Role: r.Role.Name, Text: r.Text,
	}
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
		return "change or remove " + target, x.PermissionField(r.Target, x.Asked.ID)
	case directory.RemedyOverride:
		return "add " + x.Asked.ID + " to " + target + ", or remove that", "spec.permissions"
	case directory.RemedyWindow:
		return "change the time of " + x.targetLabel(r) + ", which gives " + r.Role.Name, x.windowField(r)
	case directory.RemedyRule:
		return "meet the rule that withholds " + r.Role.Name + ": " + strings.Join(x.unmet(r.Rules, true), "; "), ""
	case directory.RemedyUnblock:
		return x.unblockText(r)
	case directory.RemedyJoin:
		return x.joinText(r)
	case directory.RemedyRoleOverride:
		return "add " + x.Asked.ID + " to " + target + ", which replaces " + r.Role.Name, "spec.permissions"
	case directory.RemedyBind:
		return "bind " + r.Role.Name + " to " + x.Person + " at " + x.Entity.String() + x.sensitiveText(r), ""
	default:
		return "create " + target, ""
	}
}

func (x *Explanation) targetLabel(r *directory.Remedy) string {
	if g := x.windowGrant(r); g != nil {
		return x.sourceLabel(g)
	}
	return cite.ObjectLabel(r.Target)
}

// windowGrant is the grant whose time a remedy changes.
func (x *Explanation) windowGrant(r *directory.Remedy) *directory.Grant {
	i := slices.IndexFunc(x.Grants, func(g directory.Grant) bool {
		return g.Source == r.Target && g.Role == r.Role && (g.State == directory.GrantExpired || g.State == directory.GrantNotYet)
	})
	if i < 0 {
		return nil
	}
	return &x.Grants[i]
}

func (x *Explanation) windowField(r *directory.Remedy) string {
	g := x.windowGrant(r)
	if g == nil {
		return ""
	}
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
	g, ok := x.GroupRecord(key)
	if !ok {
		return "", "", false
	}
	for i, m := range g.Members {
		if m.Name == x.Person && m.State != directory.MemberActive {
			text = "make the entry of " + x.Person + " in " + cite.ObjectLabel(r.Target) + " Active instead of " + m.State.String()
			return text, cite.MemberPath(i), true
		}
	}
	return "", "", false
}

// sensitiveText warns of what else a role would give.
func (x *Explanation) sensitiveText(r *directory.Remedy) string {
	all := catalogue.SystemRole(r.Role.Name)
	if r.Role.Namespace != "" || all == nil {
		return ""
	}
	more := all.Permissions & x.Entity.Level.Sensitive() &^ x.Asked.Set() &^ x.Effective
	if more == 0 {
		return ""
	}
	return " (with it " + words.Count(more.Len(), "more sensitive permission", "more sensitive permissions") + ")"
}

// RemedyAt is where to make the edit; for a rule, where it is written; "" for what is written anew.
func (x *Explanation) RemedyAt(r *Remedy) string {
	switch r.Kind {
	case directory.RemedyBind, directory.RemedyCreateEntity:
		return ""
	case directory.RemedyRule:
		return x.RuleCite(r.Role)
	}
	return x.Cite(r.Target, r.field)
}
