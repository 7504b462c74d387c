package installation

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilversion "k8s.io/apimachinery/pkg/util/version"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/config/crd"
	"provost.dev/provost/internal/text/version"
)

// oldest is the first release of Kubernetes with selectable fields of CRDs.
var oldest = utilversion.MustParseGeneric("1.31")

// cluster looks at the API server. Its error means that nothing can be said.
func (c *Checker) cluster() error {
	v, err := c.Version.ServerVersion()
	if err != nil {
		return err
	}
	parsed, err := utilversion.ParseGeneric(v.GitVersion)
	switch {
	case err != nil:
		c.say("cluster", Note, "the API server says that it is %q", v.GitVersion)
	case parsed.LessThan(oldest):
		c.say("cluster", Fail, "Kubernetes %s is older than %s, the first release that will do", v.GitVersion, oldest)
	default:
		c.say("cluster", OK, "Kubernetes %s", v.GitVersion)
	}
	return nil
}

// definitions compares the CRDs with those of this release.
func (c *Checker) definitions(ctx context.Context) {
	files, err := crd.Bases.ReadDir("bases")
	if err != nil {
		c.failed("definitions", err)
		return
	}
	var missing, waiting, other []string
	for _, f := range files {
		content, err := crd.Bases.ReadFile("bases/" + f.Name())
		if err != nil {
			c.failed("definitions", err)
			return
		}
		ours := map[string]any{}
		if err := yaml.Unmarshal(content, &ours); err != nil {
			c.failed("definitions", err)
			return
		}
		name, _, _ := unstructured.NestedString(ours, "metadata", "name")
		theirs, err := c.get(ctx, definitionKinds[0], "", name)
		switch {
		case err != nil:
			c.failed("definitions", err)
			return
		case theirs == nil:
			missing = append(missing, name)
		case !conditionIs(theirs, "Established", "True"):
			waiting = append(waiting, name)
		case !sameSchema(ours, theirs.Object):
			other = append(other, name)
		}
	}
	switch {
	case len(missing) > 0:
		c.say("definitions", Fail, "not installed: %s; apply config/crd", strings.Join(missing, ", "))
	case len(waiting) > 0:
		c.say("definitions", Fail, "not established: %s; \"kubectl describe crd\" says why", strings.Join(waiting, ", "))
	case len(other) > 0:
		c.say("definitions", Note, "of another release than this command (%s): %s", version.String(), strings.Join(other, ", "))
	default:
		c.say("definitions", OK, "%d kinds, as in this release", len(files))
	}
}

func sameSchema(ours, theirs map[string]any) bool {
	a, _, _ := unstructured.NestedSlice(ours, "spec", "versions")
	b, _, _ := unstructured.NestedSlice(theirs, "spec", "versions")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, _, _ := unstructured.NestedMap(a[i].(map[string]any), "schema", "openAPIV3Schema")
		y, _, _ := unstructured.NestedMap(b[i].(map[string]any), "schema", "openAPIV3Schema")
		if !reflect.DeepEqual(plainNumbers(x), plainNumbers(y)) {
			return false
		}
	}
	return true
}

// plainNumbers makes all numbers alike: files have them as floats, and answers as integers.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, x := range v {
			out[key] = plainNumbers(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainNumbers(v[i])
		}
		return out
	case int64:
		return float64(v)
	}
	return v
}

func conditionIs(o *unstructured.Unstructured, kind, status string) bool {
	all, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	return slices.ContainsFunc(all, func(c any) bool {
		m, _ := c.(map[string]any)
		return m["type"] == kind && m["status"] == status
	})
}

// policies looks for what holds while no manager runs.
func (c *Checker) policies(ctx context.Context) {
	var found []string
	for _, kind := range []schema.GroupVersionKind{guards[3], guards[2]} {
		list, err := metadata(ctx, c.Client, kind, partOf)
		if err != nil && !meta.IsNoMatchError(err) {
			c.failed("policies", err)
			return
		}
		for _, o := range list {
			if kind.Kind == "ValidatingAdmissionPolicy" {
				found = append(found, o.Name)
			}
		}
		if len(list) == 0 {
			c.say("policies", Note, "no %s: nothing protects the system roles while no manager runs (\"config/policy\")", kind.Kind)
			return
		}
	}
	c.say("policies", OK, "%s", strings.Join(found, ", "))
}
