// Package plans tells what a change means for people: the engine's plan, with what
// the guards and the signatures say of it, as data and in the words that blame uses too.
package plans
