package authority

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// mayGrant notes what is missing to give a set of permissions at an entity.
// what says how they come: "role course-instructor", or their names.
// It says whether nothing is.
func (j *judgement) mayGrant(p *power, set catalogue.Set, what string) bool {
	if p.grants(set) {
		return true
	}
	j.needPower(p, "give "+what)
	set &= p.entity.Level.Sensitive()
	if lacking := set &^ p.has; lacking != 0 {
		j.need(fmt.Sprintf("would grant %s, which you do not hold at %s", list(lacking, p.entity.Level), p.place()))
	}
	switch {
	case p.organisation:
		j.need(fmt.Sprintf("%s at %s does not reach what carries every sensitive permission of its level", assignRoles, name(p.owner)))
	case p.assigns && p.has.Has(set):
		j.need(fmt.Sprintf("%s at %s does not reach what carries every sensitive permission of its level", assignPermissions[p.entity.Level],
			name(p.entity)))
	}
	return false
}

// place is where the power is, for a refusal.
func (p *power) place() string {
	if p.below.Name != "" {
		return "the " + p.entity.Level.Words() + " under " + name(p.below)
	}
	return name(p.entity)
}

// needPower notes that the requester has no power at an entity, if so, and what
// it would be needed for; one purpose is enough for a refusal.
func (j *judgement) needPower(p *power, to string) {
	if p.any() || p.missed {
		return
	}
	p.missed = true
	j.need(fmt.Sprintf("needs %s, to %s", p.where(), to))
}

// mayComplete keeps a level's sensitive permissions from being gathered in parts
// (R23): whoever gives somebody the last of them must have the whole, be it one
// giver or several, and wherever their power comes from. Roles count even where
// something stands against them, and what an override gives or hides by itself.
func (j *judgement) mayComplete(p *power, who string, a, b *directory.Access) {
	if p.whole || j.without(completing) || !completes(p.entity.Level, byRoles(a), byRoles(b)) &&
		!completes(p.entity.Level, a.Granted, b.Granted) {
		return
	}
	j.need(fmt.Sprintf("would leave %s with every sensitive permission of %s, which only somebody with every permission %s, may bring about",
		who, name(p.entity), Where))
}

// Where is at which entities somebody needs a permission to give roles at one (rule R23).
const Where = "there, or at the organisation that owns it"

// completes says whether a second set has every sensitive permission of a level, and the first has not.
func completes(l catalogue.Level, before, after catalogue.Set) bool {
	all := l.Sensitive()
	return all != 0 && after.Has(all) && !before.Has(all)
}

// mayTake notes what is missing to take something from somebody at an entity:
// power there, and over whatever sensitive the person has (R23).
func (j *judgement) mayTake(p *power, who string, has catalogue.Set, what string) {
	if j.needPower(p, fmt.Sprintf("take %s from %s", what, who)); !p.any() || p.takes(has) {
		return
	}
	lacking := has & p.entity.Level.Sensitive() &^ p.has
	j.need(fmt.Sprintf("would take %s from %s, who holds %s at %s, which you do not", what, who, list(lacking, p.entity.Level),
		name(p.entity)))
}

// mayHandle notes what is missing to change at all who has what at an entity.
// At one that does not exist nothing is given or taken, and those tidy up who
// assign roles in an organisation of the namespace.
func (j *judgement) mayHandle(e directory.EntityKey, to string) {
	p := j.powerAt(e)
	if p.any() || !j.exists(e.ID()) && j.assignsIn(e.Namespace) {
		return
	}
	j.needPower(p, to)
}

// where names what would give power at the entity, for a refusal.
func (p *power) where() string {
	if p.below.Name != "" {
		if !p.isOwned {
			return fmt.Sprintf("%s at an organisation of namespace %s", assignRoles, p.below.Namespace)
		}
		return fmt.Sprintf("%s at %s", assignRoles, name(p.owner))
	}
	own := fmt.Sprintf("%s at %s", assignPermissions[p.entity.Level], name(p.entity))
	switch {
	case p.private:
		return own + ", which is private, or to be its owner"
	case p.isOwned && p.owner != p.entity:
		return fmt.Sprintf("%s or %s at %s", own, assignRoles, name(p.owner))
	}
	return own
}

// name is an entity in a sentence: "course algebra-1".
func name(e directory.EntityKey) string {
	if isToCome(e) {
		return "a " + e.Level.Word() + " to come under " + strings.TrimPrefix(e.Name, toCome)
	}
	return findings.EntityName(e)
}

// short is a set in a sentence that is about something else.
func short(set catalogue.Set, l catalogue.Level) string {
	ids := set.IDs(l)
	const most = 4
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more permissions", strings.Join(ids[:most-1], ", "), len(ids)-most+1)
}

func list(set catalogue.Set, l catalogue.Level) string { return strings.Join(set.IDs(l), ", ") }
