package docs_test

import (
	"os"
	"regexp"
	"testing"
)

// rbacsNames are the names of our kinds that kubectl takes for those of RBAC.
var rbacsNames = regexp.MustCompile(`(?i)\bkubectl (get|describe|delete|edit|patch|explain|label|annotate) (\S+,)?` +
	"(roles?|rolebindings?)([ ,/`]|$)")

// TestRolesAreProle holds the documentation to prole and prb, for "kubectl get roles" answers of RBAC's roles.
func TestRolesAreProle(t *testing.T) {
	for _, path := range files(t, ".md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := rbacsNames.Find(text); found != nil {
			t.Errorf("%s: %q is about RBAC's; write prole or prb", path, found)
		}
	}
	if rbacsNames.FindString("kubectl get roles -n acme") == "" || rbacsNames.FindString("kubectl get prole,prb -n acme") != "" {
		t.Error("the names of RBAC's roles are not told from ours")
	}
}
