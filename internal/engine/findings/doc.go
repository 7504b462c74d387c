// Package findings is the dictionary: it says what of an object is accepted and will
// not take effect as it says, and words each such thing once, with a rule, a reason, a
// field, a message and a remedy. It is about what an object names and does not exist
// (rule R7), what cannot be given where it is given, what contradicts something else,
// and where a SystemDeny does not hold (rule R10).
//
// Whoever tells it says the same: conditions (controllers/status), the answers of
// webhooks (cluster/admission), validate, new, members, tree and why. tests/words holds
// them to it.
//
// To add a finding: a Rule in rule.go; what is wrong, in the file of its kind (grants.go,
// nodes.go, roles.go, denies.go, reviews.go), where the engine's status of the record says
// so; a case in findings_test.go; its severity in manifest/validate/rules.go, and the
// row in docs/validate.md for which a test asks. A Reason makes statuses tell it: one that is
// there already, or a new one in api/v1alpha1/conditions.go and docs/troubleshooting.md.
//
// The rules are in docs/concepts.md#r7, #r10.
package findings
