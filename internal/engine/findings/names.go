package findings

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// mostNames keeps a sentence readable.
const mostNames = 5

// Names lists the first of many, by their names: "a, b and 3 more".
func Names[T any](all []T, name func(T) string) string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = name(x)
	}
	return Abridge(out, mostNames)
}

// List lists the first of many names.
func List(names []string) string { return Abridge(names, mostNames) }

// Abridge joins names up to a number of them: "a, b, c and 4 more".
func Abridge(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// EntityName is an entity as sentences name it: "course algebra".
func EntityName(e directory.EntityKey) string {
	return e.Level.Word() + " " + e.Name
}

// Cycle writes the groups of a cycle, in the order of their parent references, and the first once more.
func Cycle(keys []directory.Key) string {
	parts := make([]string, 0, len(keys)+1)
	for _, k := range append(slices.Clone(keys), keys[0]) {
		parts = append(parts, k.String())
	}
	return strings.Join(parts, " > ")
}

// have is the verb of some names: "a has", "a and b have".
func have[T any](some []T) string {
	if len(some) == 1 {
		return "has"
	}
	return "have"
}

// until begins what is so as long as some do not exist.
func until[T any](some []T) string {
	if len(some) == 1 {
		return "until it does"
	}
	return "until they do"
}

// missing says that some do not exist: "groups acme/a, acme/b do not exist".
func missing[T any](what string, some []T, name func(T) string) string {
	if len(some) == 1 {
		return what + " " + name(some[0]) + " does not exist"
	}
	return what + "s " + Names(some, name) + " do not exist"
}

// inPieces passes names on one by one or, where there are any, together.
func inPieces[T any](all []T, apart bool, pass func(some []T)) {
	size := max(len(all), 1)
	if apart {
		size = 1
	}
	for some := range slices.Chunk(all, size) {
		pass(some)
	}
}

func keyName(k directory.Key) string { return k.Name }

func itself(s string) string { return s }

// at is the path to an entry of a list; to the list where it has no such entry.
func at(list string, i int) string {
	if i < 0 {
		return list
	}
	return fmt.Sprintf("%s[%d]", list, i)
}

func roleID(namespace, name string) directory.ID {
	return directory.ID{Kind: directory.KindRole, Namespace: namespace, Name: name}
}

// NoLevel says that a word is no level, and which are.
func NoLevel(word string) string {
	var all []string
	for _, l := range catalogue.Levels() {
		all = append(all, l.Word())
	}
	last := len(all) - 1
	return fmt.Sprintf("%q is no level; the levels are %s and %s", word, strings.Join(all[:last], ", "), all[last])
}
