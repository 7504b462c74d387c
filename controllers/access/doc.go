// Package access keeps EffectivePermissions: what a person may do in a namespace, as
// an object. reconciler.go is all of it on one page. What else there is:
//
//   - Nobody is shown to have yet what somebody else is shown to have still:
//     handover.go knows what is lost and gained by each change, turn.go says how much
//     of it one object may show now, narrow.go leaves the rest out, and holdings.go
//     compares. writes.go knows what this process wrote and the cache does not show.
//   - Every change of what anybody may do is to be in the audit log: log.go says what
//     the reconciler has to do with that. Package recorder does it; where there is no
//     log, NoLog does nothing.
package access
