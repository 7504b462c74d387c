// Package audit is the log of who gained and who lost access: one line of JSON
// for each change of what a person may effectively do at an entity, with what
// brought it about. docs/audit.md describes the records for those who read them.
//
// The package knows nothing of Kubernetes. A Log writes records and returns
// when they are safe. A Pending is what the controllers keep on the
// EffectivePermissions that they have just written, until its records are in
// the log: whoever finds one there after a restart makes the same records of
// it, with the same ids. So no record is lost, and one that comes twice can be
// told. Replay reads a log and says what it comes to.
package audit
