package findings

import (
	"fmt"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// limit is about a grant that lasts longer than the Platform wants, counted from now or from when it begins, or that has no
// end (rule R38). what is the grant in words, and field where its notAfter stands. It takes nothing away, and no status
// tells it: when the grant was asked for is known to the request alone.
func (c *collector) limit(what, field string, w directory.Window, level catalogue.Level, gives catalogue.Set) {
	limits := c.Snapshot.Limits()
	sensitive := gives&level.Sensitive() != 0
	longest := limits.Of(sensitive)
	if longest == 0 || Over(w, c.Now) {
		return
	}
	from := c.Now
	if w.NotBefore.After(from) {
		from = w.NotBefore
	}
	latest := from.Add(longest)
	if !w.NotAfter.IsZero() && !w.NotAfter.After(latest) {
		return
	}
	is := "has no end"
	if !w.NotAfter.IsZero() {
		is = Ends(w.NotAfter)
	}
	kind := "a grant"
	if sensitive {
		kind = "a grant of sensitive permissions"
	}
	c.add(Finding{
		Rule: GrantTooLong, Field: field,
		Message: fmt.Sprintf("%s %s; the Platform wants %s to last %s at most (limits)", what, is, kind, lasting(longest)),
		Remedy:  "set notAfter to " + latest.UTC().Truncate(time.Second).Format(time.RFC3339) + " or earlier",
	})
}

// lasting is a duration in words: days where it is whole ones.
func lasting(d time.Duration) string {
	if days := d / (24 * time.Hour); days > 1 && d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%d days", days)
	}
	return d.String()
}
