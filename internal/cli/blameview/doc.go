// Package blameview writes the history of one permission or membership as text and
// as JSON and YAML.
package blameview
