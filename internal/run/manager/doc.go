// Package manager is the process that keeps a cluster's statuses current: it
// puts the engine, the controllers and the GitSync together and runs them, with
// probes, metrics and the election of a leader. `provost manager` runs it in a
// cluster and `provost up` beside a control plane of its own.
package manager
