// Package guard says whether a change is so large, or of such a kind, that a
// person should say once more that it is meant: access taken from many people at
// once, an entity left without anybody who can give roles there, sensitive
// permissions given to many. It measures what people may do, not lines.
//
// Whoever is about to make a change makes a plan of it and asks:
//
//	p := plan.Make(plan.Input{Before: before, After: after, Delta: delta, Edits: edits, Now: now})
//	findings := guard.Check(p, limits, guard.Allowances(commit.Message))
//	if held := guard.Held(findings); len(held) > 0 {
//		// Nothing is done. Each of them says what was found and which trailer lets it through.
//	}
//
// Before and after are snapshots of the engine; delta and after come from
// before.With(changes...). The limits are those of the state before, so that no
// change loosens the guard that it would have to pass.
package guard
