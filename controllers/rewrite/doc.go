// Package rewrite writes anew what a cluster stores in the form of an older release, so that whoever applies objects can
// apply over them.
//
// The rule is in docs/concepts.md#r37.
package rewrite
