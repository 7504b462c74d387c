// Package source reads the manifests that answers come from: a cluster, a folder,
// standard input, or a commit, as the flags that all commands share say.
package source
