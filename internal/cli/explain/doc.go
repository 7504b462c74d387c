// Package explain says why somebody may or may not do something: the engine's
// explanation with the places that it rests on, as text, as a tree, and as JSON
// and YAML, and what would make a "no" a "yes".
package explain
