// Package splice edits lists in YAML and JSON text at the positions of their
// nodes. Text that an edit does not concern stays as it is, byte for byte:
// comments, order, indentation, quotes, line ends. Nothing is marshalled anew.
//
// Where a layout leaves no safe place for an edit (an alias, an anchor that other
// parts of the file use), the edit is refused with the line and what to do.
package splice
