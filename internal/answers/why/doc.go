// Package why says why somebody may or may not do something: the engine's
// explanation in words, with the places that it rests on, and what would make a
// "no" a "yes".
package why
