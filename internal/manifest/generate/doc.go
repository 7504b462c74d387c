// Package generate writes new manifests: one object, or a whole organisation with
// its default groups, templates of roles and bindings. What it writes is in the
// order and layout of `provost fmt`, has comments that say what may be changed,
// and is checked as the API server would before a file is made. No file is ever
// overwritten.
package generate
