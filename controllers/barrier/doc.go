// Package barrier has a commit take effect as a whole. What a GitSync applies
// arrives object by object, of each kind in their order and of different kinds
// in any. The Barrier retains it until all of it is here, on every replica by
// itself, and then releases it to the engine at once.
//
// The leader writes into the GitSync's status that it begins before it writes the
// first object and, after the last one, up to which version of each kind its
// objects reach. Another replica may see an object before it sees that status. So
// whenever an object of a GitSync arrives and none is expected, the Barrier asks
// the API server itself: what it answers is no older than the object. Versions are
// only ever compared within a kind.
//
// Of each GitSync, by itself:
//
//	           an object arrives, or this process begins
//	nothing  ---------------------------------------------->  asking
//	retained <----------------------------------------------    |  the GitSync's status,
//	   ^        nothing is being applied, or nobody             |  from the API server
//	   |        answers for 10 s: release                       v
//	   |                                                     retaining  <--+ more arrives
//	   |        release: all that was written is here,          |       ---+
//	   +--------------------------------------------------------+
//	            or time is up, or the GitSync has gone
//
// Nobody waits longer than until the status says: what does not arrive by then
// is not waited for, and what has arrived comes into effect.
//
// docs/decisions/barrier.md says what else there was.
package barrier
