// Package children keeps entities until what stands below them is gone (rule R27).
//
// The rule is in docs/concepts.md#r27.
package children
