package findings

import (
	"fmt"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Grant is one grant of a record.
type Grant struct {
	// Name is the grant in words, and Field where it stands.
	Name, Field string
	// ReviewBy is until when somebody is to look at it again; zero for never.
	ReviewBy time.Time
}

// justify is about grants without the justification that the Platform asks for (rule R31). It takes nothing away.
func (c *collector) justify(r directory.Record) {
	if c.Justification != "Warn" && c.Justification != "Required" {
		return
	}
	each(c, Unjustified(r, c.Now), func(some []Grant) Finding { return NoJustification(some, c.Justification) })
}

// NoJustification says that some grants have no justification, and that the Platform asks for one: Warn or Required (rule R31).
func NoJustification[P ~string](some []Grant, policy P) Finding {
	return Finding{
		Rule: MissingJustification, Reason: "JustificationMissing", Field: some[0].Field,
		Message: fmt.Sprintf("%s %s no justification, which the Platform asks for (justification: %s)", grantNames(some), have(some), policy),
		Remedy:  "say in justification why the access is needed",
	}
}

// Unjustified are the grants of a record that are not over and have no justification (rule R31).
func Unjustified(r directory.Record, now time.Time) []Grant {
	return grantsOf(r, now, func(justification string, _ time.Time) bool { return justification == "" })
}

// review is about grants that were to be looked at again by now (rule R31). It takes nothing away.
func (c *collector) review(r directory.Record) {
	due := grantsOf(r, c.Now, func(_ string, by time.Time) bool { return !by.IsZero() && !c.Now.Before(by) })
	each(c, due, func(some []Grant) Finding {
		was := "was to be reviewed by " + End(some[0].ReviewBy)
		if len(some) > 1 {
			was = "were to be reviewed by now"
		}
		return Finding{
			Rule: ReviewDue, Reason: "ReviewByPassed", Field: some[0].Field + ".reviewBy",
			Message: grantNames(some) + " " + was + ": nothing is revoked for it",
			Remedy:  "review it, and set a later reviewBy or delete it",
		}
	})
}

// grantNames are some grants of one record: its binding, or some of its enrolments.
func grantNames(some []Grant) string {
	if len(some) == 1 {
		return some[0].Name
	}
	return "the enrolments " + Names(some, func(g Grant) string { return strings.TrimPrefix(g.Name, enrolment) })
}

// enrolment is how the name of an enrolment begins.
const enrolment = "the enrolment "

// grantsOf are the grants of a record that are not over and for which something holds.
func grantsOf(r directory.Record, now time.Time, holds func(justification string, reviewBy time.Time) bool) []Grant {
	var out []Grant
	switch r := r.(type) {
	case *directory.RoleBinding:
		if !Over(r.Window, now) && holds(r.Justification, r.ReviewBy) {
			out = append(out, Grant{Name: "the binding", Field: "spec", ReviewBy: r.ReviewBy})
		}
	case *directory.Group:
		for i, e := range r.Enrolments {
			if !Over(e.Window, now) && holds(e.Justification, e.ReviewBy) {
				out = append(out, Grant{Name: enrolment + e.Name, Field: at("spec.enrolments", i), ReviewBy: e.ReviewBy})
			}
		}
	}
	return out
}
