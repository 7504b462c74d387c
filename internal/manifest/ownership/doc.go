// Package ownership says whose an object of a cluster is: which applier writes it again and again and takes it away when
// its repository no longer holds it, what of it that applier wrote, and what stays when manifests are applied to it.
package ownership
