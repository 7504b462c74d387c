// Package blames tells the history of one permission or membership: each turn of
// the answer with the commit or the moment that brought it about.
package blames
