// Package gitsync makes a cluster hold what a Git repository says.
//
// A run is a line of small steps, each in a file of its own: fetch (which
// commit does the reference name now), verify (a hook: may this commit be
// applied), build (read the objects out of the commit's tree), check (may each
// of them be applied, and would the API server take it), order, apply, prune.
// A step that finds something wrong stops the line, and nothing after it
// happens: one bad file and nothing of its commit reaches the cluster, which
// keeps what the last good commit gave it.
package gitsync
