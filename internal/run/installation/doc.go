// Package installation looks after what an installation brings into a cluster: it
// says whether that is healthy, and takes it away in the order in which nothing
// hangs. What teams declared is not a part of it.
package installation
