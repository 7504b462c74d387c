// Package health runs the health check of examples/argocd as Argo CD would, on the
// test data beside it, which has Argo CD's own layout. It is a module of its own, so
// that nobody who uses the project downloads a Lua interpreter.
package health
