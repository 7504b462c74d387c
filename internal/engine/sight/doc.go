// Package sight answers who may see what (R32): whether an entity, a group or a
// person exists for somebody, and who has access there, why, and with what
// justification. It is for those who ask the engine and not Kubernetes, whose own
// rules hold for its objects; it gives and takes nothing.
//
// A [Viewer] is made once for whoever looks, at one snapshot and one moment, and
// then asked as often as there is something to show. Every answer is about what may
// be seen, never about what there is: what one may not see and what does not exist
// get the same answer, which is the zero value.
//
// The rule is in docs/concepts.md#r32.
package sight
