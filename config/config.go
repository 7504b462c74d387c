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

// Admission is what stands between a request and the cluster: the webhook
// configurations, with a Service as the place where webhooks are served, and the
// policies that hold while nothing is served.
//
//go:embed webhook/configuration.yaml webhook/trail.yaml policy/*.yaml
var Admission embed.FS
