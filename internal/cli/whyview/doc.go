// Package whyview writes why somebody may or may not do something: as text, as a
// tree, as a graph, and as JSON and YAML.
package whyview
