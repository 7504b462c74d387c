// Package doors holds the ways into Provost to each other: whatever reads manifests refuses the same files, and reads
// from the others what kubectl reads from them.
package doors
