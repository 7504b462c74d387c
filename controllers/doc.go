// Package controllers is the door by which a live cluster reaches the engine
// and the engine's answers reach statuses. It computes no permission by itself.
//
// Objects flow in by the Feed, which every replica runs: informers hand it each
// kind's objects, it turns them into records and applies them to the one
// Directory. What a change may have altered flows out by the Fanout, which lets
// a burst settle and puts the keys concerned on the queues of the reconcilers;
// the Clock does the same for what begins or ends by itself. The reconcilers
// run on the leader only. Each renders the status that an object ought to have,
// compares it with the one it has, and writes where they differ.
//
// Nothing is written before every kind has been listed once (rule R30): the
// queues stay closed until the Feed is ready.
//
// The rule is in docs/concepts.md#r30.
package controllers
