// Package edit changes manifests as a person with an editor would: it decides by
// the engine which entries of which lists have to change, changes their text and
// nothing else, reads everything again, and writes the files only if the engine
// then says what was wanted.
package edit
