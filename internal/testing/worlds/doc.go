// Package worlds makes small, dense random worlds for tests: everything that
// the rules speak of is likely to be there, and to meet. All that is random
// comes from one seeded source, so that a seed is a world.
//
// It also makes random changes to a world, shrinks a world or a list of changes
// that shows a fault, and writes what is left as Go that can be pasted into a test.
package worlds
