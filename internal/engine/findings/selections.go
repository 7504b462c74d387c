package findings

import (
	"fmt"

	"provost.dev/provost/internal/engine/directory"
)

// selected is about what a selection reaches (rule R34). One that reaches nothing yet is in order: it gives what it says to what comes.
func selected(f directory.GrantStatus, say func(string, Finding)) {
	level, under := f.Selects.Level, f.Under
	switch {
	case !f.EntityFound:
		say("entitySelector.under", noEntity(under, "nothing is selected", "entitySelector.under"))
	case level < under.Level:
		say("entitySelector.level", Finding{
			Rule: EmptySelection, Reason: "WrongLevel",
			Message: fmt.Sprintf("no %s is below %s: nothing is ever selected", level.Word(), EntityName(under)),
			Remedy:  fmt.Sprintf("select a level from %s downwards, or look under another entity", under.Level.Word()),
		})
	case f.Entities == 0:
		message := fmt.Sprintf("there is no %s under %s", level.Word(), EntityName(under))
		if with := f.Selects.Match.String(); with != "" {
			message += " with " + with
		}
		if f.LeftOut > 0 {
			message = fmt.Sprintf("of the %s under %s (%d) none belongs to the organisation that owns it", level.Words(), EntityName(under), f.LeftOut)
		}
		say("entitySelector", Finding{
			Rule: EmptySelection, Message: message + ": nothing is granted so far", Remedy: "correct the selector, unless they are to come",
		})
	}
}
