// Package controlplane runs a small Kubernetes control plane (etcd,
// kube-apiserver and kube-controller-manager) as child processes, for people
// who have no cluster and for tests that want a real API server with working
// garbage collection and namespace deletion.
//
//	plane, err := controlplane.Start(ctx, controlplane.Options{DataDir: dir})
//	if err != nil { ... }
//	defer plane.Stop()
//	client, err := kubernetes.NewForConfig(plane.RESTConfig())
//
// # The data directory
//
// Everything that outlives the processes is in one directory, and a second
// start continues where the first one was stopped, or killed:
//
//	controlplane.json   versions and port of the last start; marks the directory as ours
//	kubeconfig          the administrator's, mode 0600
//	lock                held while any of the programs runs
//	etcd/               the database
//	pki/                certificate authorities, the key of service account tokens, certificates
//	logs/               one file a program and start, the one before it with the suffix .1
//
// The certificate authorities and the token key are made once. All other
// certificates, and the kubeconfig, are made anew by every start, so that they
// neither expire nor name an address of the past.
//
// # Who may reach what
//
// The API server listens on one address, asks for a client certificate or a
// token of everybody (anonymous requests are refused, health checks included)
// and decides by RBAC. etcd listens on the loopback interface only; because
// every local user can reach that, and etcd has no RBAC of ours, it accepts
// nobody but the API server: it asks for a client certificate of an authority
// of its own, whose key signs nothing else.
//
// Admission webhooks may ask the same of the API server. It shows those that
// Options.Webhooks names a certificate of an authority whose key no file holds:
// it signs that one certificate, at each start, and is gone.
//
// # Why not envtest
//
// controller-runtime's envtest starts etcd and an API server too, and is what
// unit tests should use. It makes new certificates for each start, switches
// off fsync and the service account admission, runs no controller manager,
// does not notice when a program dies later on, and leaves the programs behind
// when its own process is killed. All of that matters to a directory that
// people keep.
package controlplane
