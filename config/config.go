// Package config holds the manifests of an installation, so that a binary can
// install what config/default would.
package config

import "embed"

// Installation is the namespace, the manager's ServiceAccount and its rights,
// without the Deployment: what a manager that runs outside of the cluster
// needs. The CRDs are in package crd.
//
//go:embed manager/namespace.yaml rbac/*.yaml
var Installation embed.FS
