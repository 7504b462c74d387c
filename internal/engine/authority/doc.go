// Package authority answers one question: may this requester make this change
// (rules R21-R24)? It computes no permission by itself. It applies the change
// to a copy of the directory, compares what people may do before and after, and
// asks what the requester may do, as of before.
//
// A refusal lists everything that is missing, in words that the requester can
// act on.
//
// The rules are in docs/concepts.md#r21 to #r24.
package authority
