// Package stored is about objects that a cluster stores in a form of which an older release was, and that the schema of this
// one does not take any more. They count as they did, since the API's types read both forms; but the API server can compare
// nothing with them, so that they have to be written anew before anybody applies over them.
//
// The rule is in docs/concepts.md#r37.
package stored
