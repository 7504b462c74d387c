// Package blameview writes the history of one permission or membership: each turn
// of the answer with the commit or the moment that brought it about, as text and
// as JSON and YAML.
package blameview
