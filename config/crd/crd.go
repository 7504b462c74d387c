// Package crd holds the generated CustomResourceDefinitions, so that a binary can install them and check manifests
// against them without a cluster.
package crd

import "embed"

// Bases holds one CustomResourceDefinition a file, in the folder bases, as controller-gen wrote them.
//
//go:embed bases/*.yaml
var Bases embed.FS
