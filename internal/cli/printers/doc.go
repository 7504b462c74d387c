// Package printers writes what commands answer: tables, trees, graphs, JSON and
// YAML. It knows how things look and nothing of what they mean.
package printers
