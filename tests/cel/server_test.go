package cel

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"provost.dev/provost/internal/testing/need"
)

// Git is the truth: who applies a list owns all of it, and whoever was added by somebody else is gone afterwards, with
// every other field of the spec that Git does not have.
func TestApplyRemovesWhatSomebodyElseAdded(t *testing.T) {
	needServer(t)
	group := object(t, "{kind: Group, metadata: {name: ours}, spec: {displayName: Ours, members: [{name: alice}, {name: bob}]}}")
	groups := resource(t, group)
	apply := func(manager string, obj *unstructured.Unstructured) *unstructured.Unstructured {
		t.Helper()
		applied, err := groups.Apply(t.Context(), obj.GetName(), obj, metav1.ApplyOptions{FieldManager: manager, Force: true})
		if err != nil {
			t.Fatal(err)
		}
		return applied
	}
	apply("git", group)
	t.Cleanup(func() {
		if err := groups.Delete(context.WithoutCancel(t.Context()), "ours", metav1.DeleteOptions{}); err != nil {
			t.Log(err)
		}
	})

	for _, tc := range []struct {
		about string
		add   func()
	}{
		{"by a patch", func() {
			patch := `[{"op": "add", "path": "/spec/members/-", "value": {"name": "mallory"}}, {"op": "add", "path": "/spec/learnersMayCreateSubgroups", "value": true}]`
			if _, err := groups.Patch(t.Context(), "ours", types.JSONPatchType, []byte(patch),
				metav1.PatchOptions{FieldManager: "edit"}); err != nil {
				t.Fatal(err)
			}
		}},
		{"by an apply of their own", func() {
			apply("mallory",
				object(t, "{kind: Group, metadata: {name: ours}, spec: {displayName: Ours, members: [{name: alice}, {name: bob}, {name: mallory}]}}"))
		}},
	} {
		t.Run(tc.about, func(t *testing.T) {
			tc.add()
			after := apply("git", group)
			members, _, err := unstructured.NestedSlice(after.Object, "spec", "members")
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, member := range members {
				names = append(names, member.(map[string]any)["name"].(string))
			}
			if !slices.Equal(names, []string{"alice", "bob"}) {
				t.Errorf("members are %v after Git was applied again", names)
			}
			if _, found, _ := unstructured.NestedBool(after.Object, "spec", "learnersMayCreateSubgroups"); found {
				t.Error("a field that Git does not have is still there")
			}
		})
	}
}

// The status of a new object says that nobody has looked at it yet, so that kstatus waits.
func TestStatusBeginsUnobserved(t *testing.T) {
	needServer(t)
	course := object(t, "{kind: Course, metadata: {name: fresh}, status: {people: 7}}")
	created, err := resource(t, course).Create(t.Context(), course, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := resource(t, course).Delete(context.WithoutCancel(t.Context()), "fresh", metav1.DeleteOptions{}); err != nil {
			t.Log(err)
		}
	})
	status, _, err := unstructured.NestedMap(created.Object, "status")
	if err != nil {
		t.Fatal(err)
	}
	if observed := status["observedGeneration"]; observed != int64(-1) || len(status) != 1 {
		t.Errorf("status is %v", status)
	}
}

func TestFieldSelectors(t *testing.T) {
	needServer(t)
	for kind, selectors := range map[string][]string{
		"Course":             {"spec.parentRef.name"},
		"Group":              {"spec.parentRef.name", "spec.entityRef.kind", "spec.entityRef.name"},
		"Role":               {"spec.level", "spec.type", "spec.entityRef.kind", "spec.entityRef.name"},
		"RoleBinding":        {"spec.entityRef.kind", "spec.entityRef.name", "spec.roleRef.name"},
		"PermissionOverride": {"spec.person", "spec.entityRef.kind", "spec.entityRef.name"},
	} {
		for _, selector := range selectors {
			_, err := resource(t, object(t, "kind: "+kind)).List(t.Context(), metav1.ListOptions{FieldSelector: selector + "=x"})
			if err != nil {
				t.Errorf("%s by %s: %v", kind, selector, err)
			}
		}
	}
}

// What people see: the short names, the category, the columns and kubectl explain.
func TestKubectl(t *testing.T) {
	needServer(t)
	kubectl := kubectlFor(t)
	columns := map[string]string{
		"org": "NAME PEOPLE CHILDREN READY REASON AGE", "cam": "NAME PARENT PEOPLE READY REASON AGE",
		"crs": "NAME PARENT PEOPLE READY REASON AGE", "mdl": "NAME PARENT PEOPLE READY REASON AGE",
		"ses": "NAME PARENT PEOPLE READY REASON AGE", "tsk": "NAME PARENT PEOPLE READY REASON AGE",
		"ppl": "NAME STATE GROUPS READY REASON AGE", "prole": "NAME LEVEL TYPE PERMISSIONS PEOPLE READY REASON AGE",
		"rtpl": "NAME ROLES PEOPLE READY REASON AGE", "prb": "NAME ROLE ENTITY PEOPLE UNTIL READY REASON AGE",
		"pov": "NAME PERSON ENTITY PERMISSIONS UNTIL READY REASON AGE", "deny": "NAME PEOPLE PERMISSIONS READY REASON AGE",
		"trm": "NAME FIRST LAST ZONE STATE BINDINGS READY REASON AGE",
		"grp": "NAME PARENT DECLARED MEMBERS READY REASON AGE", "eperm": "NAME ENTITIES ROLES CUSTOMISED READY REASON AGE",
		"platforms": "NAME PEOPLE BEHIND READY REASON AGE", "gs": "NAME REVISION READY REASON AGE",
	}
	byShortName := map[string]string{}
	for _, gvk := range offline.Kinds() {
		names := definition(t, gvk.Kind).Spec.Names
		byShortName[append(names.ShortNames, names.Plural)[0]] = gvk.Kind
	}
	for short, want := range columns {
		kind := byShortName[short]
		obj := fullObjects(t, kind)[0]
		if _, err := resource(t, obj).Create(t.Context(), obj, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := resource(t, obj).Delete(context.WithoutCancel(t.Context()), obj.GetName(), metav1.DeleteOptions{}); err != nil {
				t.Log(err)
			}
		})
		header, _, _ := strings.Cut(kubectl("get", short, "-n", namespace), "\n")
		if got := strings.Join(strings.Fields(header), " "); got != want {
			t.Errorf("kubectl get %s shows %s, want %s", short, got, want)
		}
	}
	everything := kubectl("get", "provost", "-A", "-o", "name")
	if got := strings.Count(strings.TrimSpace(everything), "\n") + 1; got != len(columns) {
		t.Errorf("kubectl get provost -A shows %d objects, want one a kind:\n%s", got, everything)
	}
	for _, question := range [][]string{
		{"course.spec"}, {"rolebinding.spec.subjects", "--api-version=provost.dev/v1alpha1"}, {"group.spec.members.state"},
		{"role.spec.requires", "--api-version=provost.dev/v1alpha1"}, {"effectivepermissions.status.access"}, {"gitsync.spec.ref"},
	} {
		if answer := kubectl(append([]string{"explain"}, question...)...); !strings.Contains(answer, "DESCRIPTION") ||
			strings.Contains(answer, "<empty>") {
			t.Errorf("kubectl explain %s says\n%s", question[0], answer)
		}
	}
}

// kubectlFor returns a function that runs kubectl against the test's API server and returns what it prints.
func kubectlFor(t *testing.T) func(args ...string) string {
	t.Helper()
	binary := filepath.Join(assets(), "kubectl")
	if _, err := os.Stat(binary); err != nil {
		binary = need.Program(t, "kubectl")
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: serverConfig.Host, CertificateAuthorityData: serverConfig.CAData}
	config.AuthInfos["test"] = &clientcmdapi.AuthInfo{ClientCertificateData: serverConfig.CertData, ClientKeyData: serverConfig.KeyData}
	config.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "test"}
	config.CurrentContext = "test"
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	return func(args ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), binary, append([]string{"--kubeconfig", file}, args...)...)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
}
