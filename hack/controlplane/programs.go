package main

import "strings"

const (
	etcdModule       = "go.etcd.io/etcd/server/v3"
	kubernetesModule = "k8s.io/kubernetes"
)

// program is one binary of the control plane.
type program struct {
	name   string
	pkg    string // the main package, also a `tool` in go.mod
	module string // whose version it carries
}

// programs in the order in which they are built: what tests with envtest need
// comes first, so that an interrupted build is useful already.
var programs = []program{
	{name: "etcd", pkg: etcdModule, module: etcdModule},
	{name: "kube-apiserver", pkg: kubernetesModule + "/cmd/kube-apiserver", module: kubernetesModule},
	{name: "kubectl", pkg: kubernetesModule + "/cmd/kubectl", module: kubernetesModule},
	{name: "kube-controller-manager", pkg: kubernetesModule + "/cmd/kube-controller-manager", module: kubernetesModule},
}

// versionPackages hold the variables that Kubernetes' own build sets. Unset,
// the server calls itself v0.0.0 and clients refuse or misjudge it.
var versionPackages = []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"}

// linkerFlags strips the symbol tables and stamps the versions. The date is the
// module's own, so that the same modules give the same bytes. The commit stays
// empty: a module does not carry it, and a guess would be worse.
func linkerFlags(kubernetes, etcd module) string {
	major, minor := majorMinor(kubernetes.Version)
	flags := []string{"-s", "-w", "-X", etcdVersionPackage + ".GitSHA=" + etcd.Version}
	for _, pkg := range versionPackages {
		for _, v := range [][2]string{
			{"gitVersion", kubernetes.Version},
			{"gitMajor", major},
			{"gitMinor", minor},
			{"gitCommit", ""},
			{"gitTreeState", "archive"},
			{"buildDate", kubernetes.Time},
		} {
			flags = append(flags, "-X", pkg+"."+v[0]+"="+v[1])
		}
	}
	return strings.Join(flags, " ")
}

const etcdVersionPackage = "go.etcd.io/etcd/api/v3/version"

// majorMinor splits "v1.36.3" into "1" and "36".
func majorMinor(version string) (major, minor string) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return "", ""
	}
	return parts[0], parts[1]
}
