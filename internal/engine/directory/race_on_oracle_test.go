//go:build race

package directory_test

// The race detector makes everything several times slower; it looks for other
// faults than the number of worlds does.
const defaultWorlds = 400
