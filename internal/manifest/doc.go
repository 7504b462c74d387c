// Package manifest stands between the API objects and the engine. It turns
// typed objects into the engine's records (FromObject), and reads objects from
// a folder, a commit or a stream (Read), each with the file, line and column it
// came from, so that every answer and every complaint can be traced to its place.
package manifest
