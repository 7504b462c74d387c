// Package apiserver is what the controllers have in common about an API server:
// when to look again, which version is newer, what goes with its namespace, and
// how events are made.
package apiserver
