// Package up is `provost up`: a control plane of its own, the manager, and a
// GitSync for one repository, in one process with children, until it is told to
// stop. Everything is kept in the data directory, and a second start continues
// where the first one was.
package up
