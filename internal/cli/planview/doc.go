// Package planview writes what a change means for people: a plan, with what the
// guards and the signatures say of it, as a table, as the comment of a pull
// request, and as JSON and YAML. It tells edits in the words that blame uses too.
package planview
