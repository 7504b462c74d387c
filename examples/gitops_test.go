package examples_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest/schema"
)

// built is what kustomize makes of a folder, by "Kind/name".
func built(t *testing.T, dir string) map[string]*unstructured.Unstructured {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*unstructured.Unstructured{}
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		u := &unstructured.Unstructured{}
		if err := decoder.Decode(u); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out[u.GetKind()+"/"+u.GetName()] = u
	}
}

// The manifests for teams that have Flux or Argo CD build, bring what their pages
// say, and name nothing of Provost that there is not.
func TestGitOps(t *testing.T) {
	schemas, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]map[string]string{
		"flux": {
			"GitRepository/access": "source.toolkit.fluxcd.io/v1", "Kustomization/access": "kustomize.toolkit.fluxcd.io/v1",
			"ServiceAccount/access": "v1", "ClusterRole/flux-access": "rbac.authorization.k8s.io/v1",
			"ClusterRoleBinding/flux-access": "rbac.authorization.k8s.io/v1", "Platform/platform": "provost.dev/v1alpha1",
		},
		"argocd": {
			"Application/access": "argoproj.io/v1alpha1", "AppProject/access": "argoproj.io/v1alpha1",
			"ConfigMap/argocd-cm": "v1", "Platform/platform": "provost.dev/v1alpha1",
		},
	} {
		t.Run(dir, func(t *testing.T) {
			objects := built(t, dir)
			for name, version := range want {
				if o := objects[name]; o == nil || o.GetAPIVersion() != version {
					t.Errorf("%s of %s is not there: %v", name, version, o)
				}
			}
			if len(objects) != len(want) {
				t.Errorf("there are %d objects, want %d", len(objects), len(want))
			}
			if _, errs := schemas.Admit(t.Context(), objects["Platform/platform"]); len(errs) > 0 {
				t.Error(errs)
			}
			page, err := os.ReadFile(filepath.Join("..", "docs", dir+".md"))
			if err != nil {
				t.Fatal(err)
			}
			files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if !strings.Contains(string(page), f) && filepath.Base(f) != "kustomization.yaml" {
					t.Errorf("docs/%s.md does not speak of %s", dir, f)
				}
			}
		})
	}
}

// Flux's account may write every kind that people write, and none that the manager writes.
func TestFluxRights(t *testing.T) {
	role := built(t, "flux")["ClusterRole/flux-access"]
	rules, _, _ := unstructured.NestedSlice(role.Object, "rules")
	var got []string
	for _, r := range rules {
		rule := r.(map[string]any)
		if groups, _, _ := unstructured.NestedStringSlice(rule, "apiGroups"); slices.Contains(groups, provostv1.GroupName) {
			got, _, _ = unstructured.NestedStringSlice(rule, "resources")
		}
	}
	files, err := filepath.Glob("../config/crd/bases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crd := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(text, &crd.Object); err != nil {
			t.Fatal(err)
		}
		plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
		if plural != "effectivepermissions" && plural != "gitsyncs" {
			want = append(want, plural)
		}
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("it may write %v, and there are %v", got, want)
	}
}
