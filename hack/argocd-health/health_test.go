package health

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"sigs.k8s.io/yaml"
)

// dir holds the check and its test data.
const dir = "../../examples/argocd/resource_customizations/provost.dev/_"

// health is what a check answers.
type health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// run runs a check with the libraries that Argo CD opens by default.
func run(t *testing.T, check string, object map[string]any) health {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	for _, lib := range []struct {
		name string
		open lua.LGFunction
	}{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}} {
		if err := l.CallByParam(lua.P{Fn: l.NewFunction(lib.open), NRet: 0, Protect: true}, lua.LString(lib.name)); err != nil {
			t.Fatal(err)
		}
	}
	l.SetGlobal("obj", value(l, object))
	if err := l.DoString(check); err != nil {
		t.Fatal(err)
	}
	answer, ok := l.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("the check answers %v", l.Get(-1))
	}
	return health{lua.LVAsString(answer.RawGetString("status")), lua.LVAsString(answer.RawGetString("message"))}
}

// value is a value of a manifest as Lua has it.
func value(l *lua.LState, v any) lua.LValue {
	switch v := v.(type) {
	case map[string]any:
		t := l.NewTable()
		for k, e := range v {
			t.RawSetString(k, value(l, e))
		}
		return t
	case []any:
		t := l.NewTable()
		for _, e := range v {
			t.Append(value(l, e))
		}
		return t
	case string:
		return lua.LString(v)
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	}
	return lua.LNil
}

func TestHealth(t *testing.T) {
	check, err := os.ReadFile(filepath.Join(dir, "health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Tests []struct {
			HealthStatus health `json:"healthStatus"`
			InputPath    string `json:"inputPath"`
		} `json:"tests"`
	}
	read(t, filepath.Join(dir, "health_test.yaml"), &table)
	healthy, used := map[string]bool{}, map[string]bool{}
	for _, test := range table.Tests {
		t.Run(test.InputPath, func(t *testing.T) {
			used[test.InputPath] = true
			object := map[string]any{}
			read(t, filepath.Join(dir, test.InputPath), &object)
			if got := run(t, string(check), object); got != test.HealthStatus {
				t.Errorf("got %+v, want %+v", got, test.HealthStatus)
			}
			if kind, _ := object["kind"].(string); test.HealthStatus.Status == "Healthy" {
				healthy[kind] = true
			}
		})
	}
	data, err := filepath.Glob(filepath.Join(dir, "testdata", "*.yaml"))
	if err != nil || len(data) != len(used) {
		t.Errorf("%d files of test data, of which %d are used (%v)", len(data), len(used), err)
	}
	crds, err := filepath.Glob("../../config/crd/bases/*.yaml")
	if err != nil || len(crds) == 0 {
		t.Fatalf("no CustomResourceDefinitions (%v)", err)
	}
	for _, file := range crds {
		var crd struct {
			Spec struct {
				Names struct {
					Kind string `json:"kind"`
				} `json:"names"`
			} `json:"spec"`
		}
		read(t, file, &crd)
		if !healthy[crd.Spec.Names.Kind] {
			t.Errorf("no test data of a healthy %s", crd.Spec.Names.Kind)
		}
	}
}

// The ConfigMap holds the very check that is tested.
func TestConfigMap(t *testing.T) {
	var config struct {
		Data map[string]string `json:"data"`
	}
	read(t, "../../examples/argocd/argocd-cm.yaml", &config)
	var customizations map[string]map[string]string
	if err := yaml.Unmarshal([]byte(config.Data["resource.customizations"]), &customizations); err != nil {
		t.Fatal(err)
	}
	check, err := os.ReadFile(filepath.Join(dir, "health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	if got := customizations["provost.dev/*"]["health.lua"]; strings.TrimSpace(got) != strings.TrimSpace(string(check)) {
		t.Errorf("the ConfigMap has another check:\n%s", got)
	}
}
