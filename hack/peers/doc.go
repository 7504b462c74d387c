// Package peers measures one decision, the same one, in Provost and in other
// engines, in one process and over the same worlds. It is a module of its own, so
// that nobody who uses the project downloads them.
//
// A World is written down without any engine's words. Each peer has a file that
// translates it, prepares the questions in the engine's own form, and says what the
// engine cannot express. TestPeersAgree compares the answers before BenchmarkDecision
// compares the times.
package peers
