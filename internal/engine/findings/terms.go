package findings

import (
	"fmt"

	"provost.dev/provost/internal/engine/directory"
)

// term is about the term itself.
func (c *collector) term(r *directory.Term) {
	f := c.Snapshot.Term(r.Key)
	switch f.Problem {
	case directory.TermUnknownZone:
		x := unknownZone(f.Zone, "the term is never open")
		if r.TimeZone == "" {
			x.Field, x.Remedy = "spec", "correct spec.timeZone of the Platform, or set one here"
		}
		c.add(x)
	case directory.TermNeverOpen:
		c.add(Finding{
			Rule: NeverOpen, Reason: "NeverOpen", Field: "spec.lastDay",
			Message: fmt.Sprintf("there is no day from %s to %s in %s: the term is never open", r.FirstDay, r.LastDay, f.Zone),
			Remedy:  "set a lastDay that is not before firstDay",
		})
	}
}

// NoZone says that there is no time zone of a name (rule R33).
func NoZone(name string) string { return fmt.Sprintf("%q is no time zone of the IANA database", name) }

// NoZoneLine is NoZone with what to do about it.
func NoZoneLine(name string) string { return NoZone(name) + "; " + zoneForm }

const zoneForm = "write a name such as Europe/Berlin, capitals included"

func unknownZone(zone, consequence string) Finding {
	return Finding{
		Rule: UnknownTimeZone, Reason: "UnknownTimeZone", Field: "spec.timeZone",
		Message: NoZone(zone) + ": " + consequence,
		Remedy:  zoneForm,
	}
}

// noTerm says why what names a term never counts, and what comes of it (rule R33).
func noTerm(k directory.Key, problem directory.TermProblem, consequence string) Finding {
	switch problem {
	case directory.TermNotFound:
		return Finding{
			Rule: DanglingReference, Reason: "TermNotFound", Waits: true, Missing: k.TermID(),
			Message: fmt.Sprintf("term %s does not exist: until it does, %s", k, consequence),
			Remedy:  "create it, or correct termRef",
		}
	case directory.TermCutAway:
		return Finding{
			Rule: NeverOpen, Reason: "NeverOpen",
			Message: fmt.Sprintf("the dates notBefore and notAfter leave nothing of the term %s: %s", k, consequence),
			Remedy:  "correct them, or name another term",
		}
	case directory.TermUnknownZone:
		return Finding{
			Rule: UnknownTimeZone, Reason: "UnknownTimeZone", Waits: true,
			Message: fmt.Sprintf("nobody knows when the days of term %s begin, its time zone is unknown: %s", k, consequence),
			Remedy:  "correct the time zone of the term or of the Platform",
		}
	}
	return Finding{
		Rule: NeverOpen, Reason: "NeverOpen", Waits: true,
		Message: fmt.Sprintf("the days of term %s are none: %s", k, consequence),
		Remedy:  "correct the term, or name another one",
	}
}

// OutOfTerm says of what names a term why it never counts, as part of a sentence about it.
func OutOfTerm(k directory.Key, problem directory.TermProblem) string {
	switch problem {
	case directory.TermNotFound:
		return "waits for the term " + k.String() + ", which does not exist"
	case directory.TermCutAway:
		return "has dates that leave nothing of the term " + k.String()
	case directory.TermUnknownZone:
		return "names the term " + k.String() + ", of which the time zone is unknown"
	}
	return "names the term " + k.String() + ", which is never open"
}

// entriesOutOfTerm are the entries that name a term and are never open (rule R33).
func (c *collector) entriesOutOfTerm(r *directory.Group) {
	type trouble struct {
		term    directory.Key
		problem directory.TermProblem
		removed bool
	}
	var order []trouble
	entries := map[trouble][]int{}
	for i := range r.Members {
		m := &r.Members[i]
		if m.Term.Name == "" || m.State != directory.MemberActive && m.State != directory.MemberRemoved {
			continue
		}
		if _, problem := c.Snapshot.WindowOf(m.Term, m.Window); problem != directory.TermOK {
			t := trouble{m.Term, problem, m.State == directory.MemberRemoved}
			if entries[t] == nil {
				order = append(order, t)
			}
			entries[t] = append(entries[t], i)
		}
	}
	for _, t := range order {
		each(c, entries[t], func(some []int) Finding {
			who := Names(some, func(i int) string { return r.Members[i].Name })
			consequence := "the entry of " + who + " does not count"
			switch {
			case t.removed:
				consequence = who + " stays out whatever the time is"
			case len(some) > 1:
				consequence = "the entries of " + who + " do not count"
			}
			return noTerm(t.term, t.problem, consequence).at(at("spec.members", some[0]) + ".termRef")
		})
	}
}

// entityTerm is about the term of a course, which only informs: no status tells of it.
func (c *collector) entityTerm(e *directory.Entity) {
	if e.Term.Name == "" || c.Snapshot.Term(e.Term).Declared {
		return
	}
	x := noTerm(e.Term, directory.TermNotFound, "no new binding of the course can be written with it").at("spec.termRef")
	x.Reason, x.Waits = "", false
	c.add(x)
}
