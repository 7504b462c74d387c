// Package feed brings API objects into the engine and finds out whom a change concerns.
//
// Every replica runs a Feed: informers hand it each kind's objects, it turns them
// into records and applies them to the one Directory. What belongs to a commit that
// is being written waits at the barrier until all of it is here. What a change may
// have altered flows out by the Fanout, which waits for a burst to end and puts the
// keys concerned on the queues of whoever follows: those that the engine names, and
// those that said that they depend on such (DependsOn). The Clock does the same for
// what begins or ends by itself (rule R29).
//
// The queues stay closed until every kind has been listed once (rule R30). What is
// done with their keys, nobody here knows.
//
// The rules are in docs/concepts.md#r29, #r30.
package feed
