// Package findings says what of an object is accepted and will not take effect as
// it says: what it names and does not exist (rule R7), what cannot be given where
// it is given, what contradicts something else. The webhooks warn of it when the
// object is applied, and validate when it is still a file, in the same words. Of a
// SystemDeny that does not hold somewhere, its status says them too (rule R10).
//
// The rules are in docs/concepts.md#r7, #r10.
package findings
