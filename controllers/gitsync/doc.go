// Package gitsync keeps a cluster as GitSyncs want it: it runs one when its time has
// come (internal/git/gitsync does the work), has the barrier begin and end with what
// the run writes, and writes what came of it into the status and into events.
package gitsync
