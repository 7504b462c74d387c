// Package e2e runs the whole program as a user would: the binary, a control
// plane of its own, real Git repositories, and kubectl.
package e2e
