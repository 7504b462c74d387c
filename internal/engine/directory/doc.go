// Package directory is the engine: it takes in what was declared (records) and
// answers who may do what where, and why. Every door of the project, be it a
// controller, a command or a webhook, asks it and computes no permission by itself.
//
// The answer is a pure function of the records and the clock (rule R0). A
// Directory has one writer at a time and any number of readers: Apply makes a
// new immutable Snapshot and says whom it may concern (Delta); a reader keeps the
// snapshot it took and is never disturbed. Time is always an argument.
//
// # Build, step by step
//
// How a change becomes an answer, with the file of each step:
//
//  1. A [Change] names a record ([Upsert]) or takes one away ([Delete]); records.go has one
//     type a kind. Names become numbers (intern.go), so that everything below compares numbers.
//  2. [Directory.Apply] begins a transaction on the newest snapshot (txn.go). A node that a
//     change touches is copied the first time (vector.go, nodes.go), and all others are shared.
//  3. Each change is written into its own nodes and into the lists of those that it names
//     (change_people.go, change_groups.go, change_access.go), named by somebody being enough
//     for a node to be there. It notes what has to be worked out anew (effects.go), and when
//     its window opens and closes (transitions.go).
//  4. Once all changes are in, what follows from them is worked out, and only that
//     (recompute.go): whom selectors choose, which parent of a group is in effect and where
//     there are cycles (R12, R17, R18), who is a member of what (members.go, R13 to R15),
//     and what is given at each entity: references to roles resolved (resolve.go, R4, R7) into
//     two lists, one by person and one by group (compile.go, grants.go).
//  5. What a decision looks at is laid out by person and by entity (rows.go), and the new
//     [Snapshot] takes the place of the old one.
//  6. A decision finds the person's groups and the entity's grants, and walks the shorter of
//     the two (decide.go): roles in force, rules between them (R6), overrides (R9), denies (R10),
//     the person's own state (R11). [Snapshot.Explain] walks all of it and says what became of each way
//     (explain.go); status.go and its neighbours say what is so of one record.
//  7. The [Delta] that Apply returned says for whom and for which records anything of this
//     may differ now (delta.go, delta_records.go).
//
// The package imports nothing of Kubernetes.
//
// The rules are in docs/concepts.md#r0, #r4, #r6, #r7, #r9 to #r12, #r12a, #r13 to #r15, #r17, #r18.
package directory
