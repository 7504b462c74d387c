// Package gitstore keeps the objects that a Git server sends, and refuses to take
// more of them than it may. A pack of some kilobytes may inflate to any size, by
// its compression and by its deltas, and go-git would notice when it has all of
// it: here every size is asked before the object is made.
package gitstore
