package plans

import (
	"time"

	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/plan"
)

// Numbers are those of one line of a plan's table: of a level now, or of a later day.
type Numbers struct {
	// When is "now", a day, or "after" a day for all the later ones.
	When, Level      string
	People, Entities int
	// Gained and Lost count permissions, and SensitiveGained and SensitiveLost the sensitive ones among them.
	Gained, SensitiveGained, Lost, SensitiveLost int
}

// mostDays is how many later days stand by themselves.
const mostDays = 4

// Table are a plan's numbers: of each level now, and then of each day on which the clock changes something, the
// later ones together where they are many.
func (w Wording) Table(p *plan.Plan) []Numbers {
	out := numbers("now", &p.Counts, true)
	days := p.Days
	if len(days) > mostDays && !w.All {
		days = days[:mostDays-1]
	}
	for i := range days {
		out = append(out, numbers(findings.Day(days[i].Day), &days[i].Counts, false)...)
	}
	if len(days) < len(p.Days) {
		last := days[len(days)-1].Day
		rest := p.CountsFrom(last.Add(24 * time.Hour))
		out = append(out, numbers("after "+findings.Day(last), &rest, false)...)
	}
	return out
}

// numbers are counts as lines: one for each level and one for all, or with levels together one.
func numbers(when string, c *plan.Counts, byLevel bool) []Numbers {
	var out []Numbers
	if byLevel || len(c.Levels) == 1 {
		for _, l := range c.Levels {
			out = append(out, Numbers{when, l.Level.String(), l.People, l.Entities, l.Gained, l.SensitiveGained, l.Lost, l.SensitiveLost})
			if byLevel {
				when = ""
			}
		}
	}
	if len(c.Levels) > 1 {
		out = append(out, Numbers{when, "all", c.People, c.Entities, c.Gained, c.SensitiveGained, c.Lost, c.SensitiveLost})
	}
	return out
}
