// Package controllers is the door by which a live cluster reaches the engine
// and the engine's answers reach statuses. It computes no permission by itself.
//
// Setup puts its rooms together: feed brings objects into the one Directory, on
// every replica, past the barrier; what a change may have altered comes back as
// keys. The reconcilers run on the leader only. Those of statuses are here: each
// asks package status what an object ought to say, compares, and writes where the
// two differ; progress.go counts those that are behind. Package access does so for EffectivePermissions, and recorder keeps
// the audit log of that.
//
// Nothing is written before every kind has been listed once (rule R30): the
// queues stay closed until the Feed is ready.
//
// The rule is in docs/concepts.md#r30.
package controllers
