// Package directory is the engine: it takes in what was declared (records) and
// answers who may do what where, and why. Every door of the project, be it a
// controller, a command or a webhook, asks it and computes no permission by itself.
//
// The answer is a pure function of the records and the clock (rule R0). A
// Directory has one writer at a time and any number of readers: Apply makes a
// new immutable Snapshot and says whom it may concern (Delta); a reader keeps the
// snapshot it took and is never disturbed. Time is always an argument.
//
// The package imports nothing of Kubernetes.
//
// The rule is in docs/concepts.md#r0.
package directory
