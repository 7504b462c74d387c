// Package admission serves the webhooks that stand between a request and the
// cluster: who may change access (rules R21-R24), what nobody changes (R25), and
// what will not take effect, or comes of a deletion (R7, R15, R26, R28), as
// warnings. It decodes, asks the engine and internal/engine/authority, and answers;
// nothing is decided here.
//
// For trusted appliers and platform administrators something missing is never a
// refusal: tools dry-run a whole commit against the state before it, so that what
// is inconsistent only in between must pass.
//
// The rules are in docs/concepts.md#r7, #r15, #r21 to #r24, #r25, #r26, #r28.
package admission
