package status

import (
	"fmt"
	"slices"
	"strings"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/words"
)

// hasRules says whether any of the roles given carries rules that ask what else
// the people hold (rule R6).
func hasRules(v View, grants []directory.GrantStatus) bool {
	for _, g := range grants {
		for _, r := range g.Roles {
			if r.Problem == directory.RoleOK && roleHasRules(v, r.Role) {
				return true
			}
		}
	}
	return false
}

func roleHasRules(v View, r directory.RoleName) bool {
	if r.Namespace != "" {
		rec, _ := v.Record(directory.ID{Kind: directory.KindRole, Namespace: r.Namespace, Name: r.Name})
		role, ok := rec.(*directory.Role)
		return ok && len(role.Requires)+len(role.ExclusiveWith) > 0
	}
	rec, _ := v.Record(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName})
	platform, ok := rec.(*directory.Platform)
	if !ok {
		return false
	}
	for _, rule := range platform.RoleRules {
		if rule.Role == r.Name && len(rule.Requires)+len(rule.ExclusiveWith) > 0 {
			return true
		}
	}
	return false
}

// ruleNote says for how many of the people whom a binding, or a group that
// enrols, reaches a rule of the roles given is unmet, and what comes of it. It
// names nobody: that is what asking why is for.
func ruleNote(v View, source directory.ID, grants []directory.GrantStatus) *note {
	var unmet []string
	withheld := false
	for _, g := range grants {
		if !g.EntityFound || !g.Window.Contains(v.Now) || !hasRules(v, []directory.GrantStatus{g}) {
			continue
		}
		for _, e := range placesOf(v, g) {
			here := slices.DeleteFunc(v.WhoHas(e, v.Now), func(x directory.Reached) bool { return !v.Reaches(source, x.Person) })
			for _, r := range g.Roles {
				if r.Problem != directory.RoleOK || !roleHasRules(v, r.Role) {
					continue
				}
				people, kept, rule := unmetBy(here, r.Role)
				if people == 0 {
					continue
				}
				withheld = withheld || kept > 0
				unmet = append(unmet, fmt.Sprintf("%s at %s for %s (%s)%s",
					r.Name, findings.EntityName(e), peopleCount(people), rule, keptText(kept)))
			}
		}
	}
	if more := len(unmet) - mostUnmet; more > 0 {
		unmet = append(unmet[:mostUnmet], fmt.Sprintf("and %d more", more))
	}
	if len(unmet) == 0 {
		return nil
	}
	n := &note{condition: provostv1.ConditionRuleUnmet, reason: provostv1.ReasonWarned}
	if withheld {
		n.reason = provostv1.ReasonWithheld
	}
	n.message = "A rule between roles is unmet: " + strings.Join(unmet, "; ") +
		". Give them the role that is asked for, take the other one away, or change the rule."
	return n
}

// mostUnmet keeps a message readable: what selects may meet the same at many entities.
const mostUnmet = 5

// placesOf are the entities at which something is given.
func placesOf(v View, g directory.GrantStatus) []directory.EntityKey {
	if g.Selects == nil {
		return []directory.EntityKey{g.Entity}
	}
	places, _ := v.Choose(g.Under.Namespace, g.Selects)
	return places
}

// unmetBy counts the people at an entity who hold a role and do not meet a rule
// of it, and from how many of them it is withheld. The rule is the first of them, in words.
func unmetBy(here []directory.Reached, role directory.RoleName) (people, withheld int, rule string) {
	for _, x := range here {
		for _, h := range x.Access.Roles {
			if h.Role != role || len(h.Unmet) == 0 {
				continue
			}
			people++
			if h.Withheld {
				withheld++
			}
			if text := findings.UnmetRule(h.Unmet[0], "the parent"); rule == "" || text < rule {
				rule = text
			}
		}
	}
	return people, withheld, rule
}

func keptText(withheld int) string {
	if withheld == 0 {
		return ""
	}
	return fmt.Sprintf(", withheld from %s", peopleCount(withheld))
}

func peopleCount(n int) string { return words.Count(n, "person", "people") }
