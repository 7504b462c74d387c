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
// Nothing is found here of what the CRDs refuse: such an object never becomes a record.
// How a finding is added stands in docs/architecture.md ("A new finding").
//
// The rules are in docs/concepts.md#r7, #r10.
package findings
