// Package deletions finds out whether what was asked for came to pass, and tells
// the audit log: an object that is gone cannot say who deleted it, and a request
// that a webhook allowed may have been refused by somebody else.
//
// The webhooks hand over what was asked for, each a Request, and the watch says what
// happened. A deletion is told when an object has gone, once for each uid, and
// whether or not anybody asked for it. The requester is named where nobody else
// can have done it:
//
//   - The API server asks about a deletion with the object as it is, and asks again
//     when the object has changed meanwhile. So a request that speaks of another version
//     than the last one came to nothing, and is left out.
//   - It goes ahead only when the webhooks have answered, so that nobody deletes what
//     they were not asked about but the manager itself, which hands over its own, and
//     the garbage collector and the end of a namespace. These two delete only what has
//     an owner, or is in a namespace that is going.
//   - Where requests of two users are left, neither is named: one of them was refused, or
//     never asked, and nothing says which.
//
// Where an object has finalizers, all that is settled by the request that set its
// deletionTimestamp, and told when it is gone.
//
// Replicas share their requests (store), and the one that leads tells. Every replica
// keeps in mind what went a moment ago, so that a new leader tells what the last one
// may not have: with the same ids.
//
// Access for an emergency needs no requests: the object itself says who changed it,
// in annotations that the webhooks vouch for.
package deletions
