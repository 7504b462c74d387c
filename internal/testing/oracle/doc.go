// Package oracle is a second implementation of the rules (R0-R20, R29 and R32), as
// plain as can be: every question is answered by looping over all the records
// there are. It has no index, no closure and no cache, so that each function
// can be held against the one rule that it names.
//
// It exists for the tests: the engine (package directory) must give the same
// answers. Nothing else may use it, and it uses nothing of the engine but the
// types of its records and answers.
//
// The rules are in docs/concepts.md#r0 to #r20, #r29, #r32.
package oracle
