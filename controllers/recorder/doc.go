// Package recorder writes to the audit log what the reconciler of effective
// permissions writes to the cluster: the Log of package access.
//
//   - recorder.go pays what objects owe, and knows when they owe nothing any more.
//   - owed.go says what a write owes, and writes that onto the object.
//   - causes.go keeps what happened until it has led to something; attribution.go, by the index of candidates.go,
//     says which of it brought a change about.
//   - lastseen.go knows what each object said last, also when it has gone.
//   - register.go knows the namespaces of which the log tells.
//
// docs/audit.md says what the log promises, and docs/decisions/audit-annotation.md why
// what is owed stands on the objects.
package recorder
