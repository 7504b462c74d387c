// Package printers writes what commands answer: tables, trees, graphs, JSON and
// YAML, and the small words that texts are made of. It knows how things look and
// nothing of what they mean.
package printers
