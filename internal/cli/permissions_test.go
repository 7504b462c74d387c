package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingToListSaysWhy asks what people may do who may do nothing, and has the reason; and with --everyone each line
// names the person, in every form.
func TestNothingToListSaysWhy(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	const manifests = `apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: a, namespace: uni}
spec: {ownership: Public}
---
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: sam}
spec: {state: Suspended}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: b, namespace: uni}
spec:
  entityRef: {kind: Course, name: a}
  roleRef: {name: course-student}
  subjects: [{kind: Person, name: ann}, {kind: Person, name: pat}]
---
apiVersion: provost.dev/v1alpha1
kind: PermissionOverride
metadata: {name: o, namespace: uni}
spec: {person: pat, entityRef: {kind: Course, name: a}, permissions: [], reason: Audit}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: old, namespace: uni}
spec:
  entityRef: {kind: Course, name: a}
  roleRef: {name: course-student}
  subjects: [{kind: Person, name: lee}]
  notAfter: "2020-06-30T00:00:00Z"
`
	if err := os.WriteFile(filepath.Join(dir, "m.yaml"), []byte(manifests), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"permissions sam":          "sam is suspended and has no permission anywhere",
		"permissions sam -o json":  "sam is suspended and has no permission anywhere",
		"permissions sam course/a": "sam is suspended and has no permission anywhere",
		"permissions lee":          "nothing to list: lee holds no role at this time",
		"permissions lee course/a": "lee holds no role at uni/course/a",
		"permissions pat course/a": "PermissionOverride uni/o replaces all roles of pat there by nothing",
	} {
		out, errOut, code := run(t, "", append(strings.Fields(args), "-f", dir)...)
		if code != ExitNo || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, %s%s; want %q", args, code, out, errOut, want)
		}
	}
	if out, _, code := run(t, "", "permissions", "--everyone", "-o", "name", "-f", dir); code != ExitYes ||
		out != "ann uni/course/a\npat uni/course/a\n" {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
