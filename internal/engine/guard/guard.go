package guard

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/plan"
)

// Limits are what passes without a word. The zero value lets everything pass.
type Limits struct {
	// Removals limits what is taken; nil lets everything be taken.
	Removals *Removals
	// SensitivePeople is the largest number of people who may be given sensitive permissions at once; 0 is no limit.
	SensitivePeople int
	// Administrators keeps the last person who can give roles at an entity.
	Administrators bool
}

// Removals limits what one change may take: it is held back when it takes
// from at least Minimum, and from more than MaxPercent of all that there are.
// It is asked of people (who lose all access), of grants (one person's access to
// one entity), and of the members of each group.
type Removals struct {
	MaxPercent int
	Minimum    int
}

// The defaults of a removal guard that leaves something out, and of the limits that have no field of their own.
const (
	DefaultMaxPercent      = 20
	DefaultMinimum         = 10
	DefaultSensitivePeople = 50
)

// LimitsOf are limits with what is kept to where nobody says otherwise: the defaults of a removal guard where
// removals is nil.
func LimitsOf(removals *Removals) Limits {
	if removals == nil {
		removals = RemovalsOf(nil, nil)
	}
	return Limits{Removals: removals, SensitivePeople: DefaultSensitivePeople, Administrators: true}
}

// RemovalsOf are limits of what is taken, with the defaults for what is nil.
func RemovalsOf(maxPercent, minimum *int32) *Removals {
	r := &Removals{MaxPercent: DefaultMaxPercent, Minimum: DefaultMinimum}
	if maxPercent != nil {
		r.MaxPercent = int(*maxPercent)
	}
	if minimum != nil {
		r.Minimum = int(*minimum)
	}
	return r
}

// exceeded says whether taking some of all is too much.
func (r *Removals) exceeded(some, all int) bool {
	return some > 0 && some >= r.Minimum && some*100 > r.MaxPercent*all
}

// Kind says which guard found something.
type Kind string

// The guards.
const (
	// KindPeople: people lose all access.
	KindPeople Kind = "people"
	// KindGrants: people lose all access to entities.
	KindGrants Kind = "grants"
	// KindMembers: members leave a group.
	KindMembers Kind = "members"
	// KindSensitive: people are given sensitive permissions.
	KindSensitive Kind = "sensitive-grants"
	// KindAdministrators: entities lose the last person who can give roles there.
	KindAdministrators Kind = "administrators"
)

// Finding is something that a guard holds a change back for.
type Finding struct {
	Kind Kind
	// Message says what was found, in one sentence part.
	Message string
	// Number is how much was found: what an allowance has to name, or more.
	Number int
	// Trailer is the line in a commit message that lets it through, and with it whatever else the same line is asked for:
	// its number is the largest of theirs.
	Trailer string
	// Allowed says that an allowance lets it through.
	Allowed bool
}

// Held are the findings that nothing lets through.
func Held(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Allowed })
}

// Check lists what the guards find in a plan, in the order of the guards.
func Check(p *plan.Plan, l Limits, a Allowance) []Finding {
	var out []Finding
	if l.Removals != nil {
		out = append(out, removals(p, l.Removals)...)
	}
	if n := sensitivePeople(p); l.SensitivePeople > 0 && n > l.SensitivePeople {
		out = append(out, Finding{
			Kind: KindSensitive, Number: n,
			Message: fmt.Sprintf("%d people are given sensitive permissions, and at most %d may be at once", n, l.SensitivePeople),
		})
	}
	if l.Administrators && len(p.WithoutAdministrators) > 0 {
		out = append(out, bereft(p))
	}
	most := map[string]int{}
	for _, f := range out {
		most[trailers[f.Kind]] = max(most[trailers[f.Kind]], f.Number)
	}
	for i := range out {
		f := &out[i]
		f.Trailer = fmt.Sprintf("%s: %d", trailers[f.Kind], most[trailers[f.Kind]])
		f.Allowed = a.of(f.Kind) >= f.Number
	}
	return out
}

// Trailers are the lines of a commit message that let through all that is held, in the order of the guards: one for
// each kind of allowance, however many findings there are.
func Trailers(findings []Finding) []string {
	var out []string
	for _, f := range Held(findings) {
		if !slices.Contains(out, f.Trailer) {
			out = append(out, f.Trailer)
		}
	}
	return out
}

func removals(p *plan.Plan, r *Removals) []Finding {
	var out []Finding
	found := func(k Kind, some, all int, what string) {
		if r.exceeded(some, all) {
			out = append(out, Finding{
				Kind: k, Number: some,
				Message: fmt.Sprintf("%d of %d %s (%d%%), and at most %d%% may", some, all, what, share(some, all), r.MaxPercent),
			})
		}
	}
	// All is counted only where enough is taken for it to matter.
	people, grants := len(p.Counts.GonePeople), p.GrantsLost()
	if people >= r.Minimum || grants >= r.Minimum {
		allPeople, allGrants := p.GrantsBefore()
		found(KindPeople, people, allPeople, "people who have access lose all of it")
		found(KindGrants, grants, allGrants, "grants (a person's access to an entity) go")
	}
	for _, g := range p.Groups {
		lost := g.Lost
		if _, stays := p.After.Record(g.Group.GroupID()); !stays {
			lost = g.LosingAccess // a group that is only renamed takes nothing from anybody
		}
		found(KindMembers, lost, g.Before, "members of Group "+g.Group.String()+" leave it")
	}
	return out
}

// share is a part in percent, never rounded up to what it is not.
func share(some, all int) int {
	if all == 0 {
		return 100
	}
	return some * 100 / all
}

// sensitivePeople counts those who are given a sensitive permission, now or later.
func sensitivePeople(p *plan.Plan) int {
	people := map[string]bool{}
	for i := range p.Rows {
		if r := &p.Rows[i]; r.Gained&r.Level.Sensitive() != 0 {
			for _, who := range r.People {
				people[who] = true
			}
		}
	}
	return len(people)
}

// mostNamed keeps a message short.
const mostNamed = 3

func bereft(p *plan.Plan) Finding {
	var names []string
	for _, b := range p.WithoutAdministrators[:min(len(p.WithoutAdministrators), mostNamed)] {
		names = append(names, b.Entity.String())
	}
	text := strings.Join(names, ", ")
	if rest := len(p.WithoutAdministrators) - len(names); rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return Finding{
		Kind: KindAdministrators, Number: len(p.WithoutAdministrators),
		Message: "nobody could give roles any more at " + text,
	}
}
