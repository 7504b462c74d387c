package testenv

import (
	"io/fs"
	"testing"

	"k8s.io/client-go/rest"

	"provost.dev/provost/config"
	"provost.dev/provost/internal/engine/directory"
)

// manager is the ServiceAccount of an installation.
const manager = "provost-manager"

// ManagerConfig returns a configuration with exactly the rights that the
// manager has in a cluster: it installs the namespace, the ServiceAccount and
// the roles of config/rbac and speaks in the ServiceAccount's name.
func (e *Env) ManagerConfig(t testing.TB) *rest.Config {
	t.Helper()
	for _, name := range []string{
		"manager/namespace", "rbac/service_account", "rbac/role", "rbac/role_binding", "rbac/own_name", "rbac/leader_election_role",
		"rbac/leader_election_role_binding",
	} {
		content, err := fs.ReadFile(config.Installation, name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		e.Apply(t, directory.SystemNamespace, string(content))
	}
	return e.As("system:serviceaccount:"+directory.SystemNamespace+":"+manager,
		"system:serviceaccounts", "system:serviceaccounts:"+directory.SystemNamespace)
}

// As returns a configuration that speaks in the name of a user and groups.
func (e *Env) As(user string, groups ...string) *rest.Config {
	cfg := rest.CopyConfig(e.Config)
	cfg.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	return cfg
}
