// Package gitsync makes a cluster hold what a Git repository says.
//
// A run is a line of small steps, which steps.go lists with the reasons that each
// gives the conditions. A step that finds something wrong stops the line, and
// nothing after it happens: one bad file and nothing of its commit reaches the
// cluster, which keeps what the last good commit gave it.
//
// The rules are in docs/concepts.md#r21 to #r24, #r40.
package gitsync
