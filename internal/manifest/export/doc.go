// Package export writes objects of a cluster as manifests: what people said of them, and nothing that a server or an
// applier added, in the canonical layout, so that they can be put into a repository.
package export
