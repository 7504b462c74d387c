// Package cite names the objects that answers speak of, and the files, lines and
// fields that say what they say.
package cite
