// Package coalition says what a set of people can bring about in a world by the
// rules R21 to R24 (R22a), and looks for a way round: a request that is allowed
// and gives them more than that.
//
// Power is written down from the rules and not from the code that judges. It asks
// the engine who holds what, which other tests compare with the oracle, since a
// search asks that a billion times.
//
// The rules are in docs/concepts.md#r21 to #r24.
package coalition
