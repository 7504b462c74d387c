// Package planview writes what a change means for people as a table, as the comment
// of a pull request, and as JSON and YAML.
package planview
