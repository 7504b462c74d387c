package authority

import (
	"context"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Checks are those that can be left out, by what they look at.
var Checks = map[string]uint16{
	"who gathers every sensitive permission in parts": uint16(completing),
	"to whom what stands below belongs":               uint16(belowMoves),
	"whom a SystemDeny names":                         uint16(lettingGo),
	"whoever comes into a group next":                 uint16(arriving),
	"what is held by those who are down":              uint16(holding),
	"what deleting takes":                             uint16(deleting),
	"names that objects still name":                   uint16(naming),
	"what selections give to what is to come":         uint16(selecting),
	"whom only a Person lets in":                      uint16(opening),
	"whom compose keeps out":                          uint16(composing),
	"who waits to be let in":                          uint16(waiting),
	"what begins by the clock":                        uint16(timing),
	"what a term gives":                               uint16(retiming),
	"what a role gives below":                         uint16(spreading),
}

// JudgeWithout is Judge that leaves out some checks.
func JudgeWithout(s *directory.Snapshot, r Requester, c Change, now time.Time, left uint16) (Verdict, error) {
	return judgeWithout(context.Background(), s, r, c, now, check(left))
}
