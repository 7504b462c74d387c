package controlplane

import (
	"net"
	"strconv"
	"strings"
)

// etcdQuota in bytes is what etcd's documentation names as the largest
// reasonable database; the default of 2 GiB would stop writes of a large
// organisation.
const etcdQuota = 8 << 30

// endpoint returns "address:port" as URLs have it.
func endpoint(address string, port int) string {
	return net.JoinHostPort(address, strconv.Itoa(port))
}

func (c *ControlPlane) etcdURL() string { return "https://" + endpoint(loopback, c.ports[Etcd]) }

func (c *ControlPlane) etcdArgs() []string {
	d := c.dir
	// Nobody is ever a peer of this etcd, yet it insists on listening for some:
	// any port will do, and the authority shuts everybody out.
	peer := "https://" + endpoint(loopback, 0)
	return []string{
		"--name=provost",
		"--data-dir=" + d.etcd(),
		"--listen-client-urls=" + c.etcdURL(),
		"--advertise-client-urls=" + c.etcdURL(),
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=provost=" + peer,
		"--client-cert-auth",
		"--trusted-ca-file=" + d.pki(etcdCA+".crt"),
		"--cert-file=" + d.pki(etcdServer+".crt"),
		"--key-file=" + d.pki(etcdServer+".key"),
		"--peer-client-cert-auth",
		"--peer-trusted-ca-file=" + d.pki(etcdCA+".crt"),
		"--peer-cert-file=" + d.pki(etcdServer+".crt"),
		"--peer-key-file=" + d.pki(etcdServer+".key"),
		"--quota-backend-bytes=" + strconv.Itoa(etcdQuota),
		// The API server compacts every five minutes; this is for when it is away.
		"--auto-compaction-mode=periodic",
		"--auto-compaction-retention=1h",
		"--log-format=console",
	}
}

func (c *ControlPlane) apiServerArgs() []string {
	d := c.dir
	args := []string{
		"--etcd-servers=" + c.etcdURL(),
		"--etcd-cafile=" + d.pki(etcdCA+".crt"),
		"--etcd-certfile=" + d.pki(etcdClient+".crt"),
		"--etcd-keyfile=" + d.pki(etcdClient+".key"),
		"--bind-address=" + c.options.Listen,
		"--advertise-address=" + c.options.Listen,
		"--secure-port=" + strconv.Itoa(c.ports[APIServer]),
		"--tls-cert-file=" + d.pki(apiServerServing+".crt"),
		"--tls-private-key-file=" + d.pki(apiServerServing+".key"),
		"--client-ca-file=" + d.pki(clusterCA+".crt"),
		"--anonymous-auth=false",
		"--authorization-mode=RBAC",
		// The issuer has no port in it, so that tokens stay good when the port changes.
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + d.pki(tokenKey),
		"--service-account-signing-key-file=" + d.pki(tokenKey),
		"--service-cluster-ip-range=10.96.0.0/16",
		// No pod will ever look for us behind the service "kubernetes".
		"--endpoint-reconciler-type=none",
		"--profiling=false",
	}
	if len(c.options.Webhooks) > 0 {
		args = append(args, "--admission-control-config-file="+d.pki(admissionConfig))
	}
	return args
}

// controllers are those that keep the API itself in order. There are no nodes,
// so that nothing would come of a Deployment or a Job.
var controllers = []string{
	"namespace-controller",
	"garbage-collector-controller",
	"serviceaccount-controller",
	"serviceaccount-token-controller",
	"root-ca-certificate-publisher-controller",
	"clusterrole-aggregation-controller",
	"resourcequota-controller",
	"validatingadmissionpolicy-status-controller",
}

func (c *ControlPlane) controllerManagerArgs() []string {
	d := c.dir
	return []string{
		"--kubeconfig=" + d.pki(managerKubeconfig),
		// Who asks for its metrics is known by certificate; there is no front proxy to look up.
		"--authentication-skip-lookup",
		"--client-ca-file=" + d.pki(clusterCA+".crt"),
		"--authorization-kubeconfig=" + d.pki(managerKubeconfig),
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(c.ports[ControllerManager]),
		"--tls-cert-file=" + d.pki(managerServing+".crt"),
		"--tls-private-key-file=" + d.pki(managerServing+".key"),
		"--controllers=" + strings.Join(controllers, ","),
		"--use-service-account-credentials",
		"--service-account-private-key-file=" + d.pki(tokenKey),
		"--root-ca-file=" + d.pki(clusterCA+".crt"),
		// There is one of it, and a lease would keep the next start waiting.
		"--leader-elect=false",
		"--profiling=false",
	}
}

// args are those of a program, for the ports as they are now.
func (c *ControlPlane) args(component Component) []string {
	var own []string
	switch component {
	case Etcd:
		own = c.etcdArgs()
	case APIServer:
		own = c.apiServerArgs()
	case ControllerManager:
		own = c.controllerManagerArgs()
	}
	return append(own, c.options.ExtraArgs[component]...)
}
