package generate

import (
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/engine/catalogue"
)

// TestScalar reads back what is written, whatever it is.
func TestScalar(t *testing.T) {
	for _, text := range []string{
		"Algebra I", "a: b", "it's", "# no", "- x", "[x", "yes", "No", "12", "1.5", "", "é", "\"", "back\\slash", "a, b", "{{x}}", "*a",
		"two\nlines", "<b>", "ends ", "null", "x/y",
	} {
		for _, text := range []string{text, inline([]string{text})} {
			var got map[string]any
			if err := yaml.Unmarshal([]byte("k: "+inline(Map{{Name: "v", Value: text}})), &got); err != nil ||
				got["k"].(map[string]any)["v"] != text {
				t.Errorf("%q is read as %v, %v", text, got, err)
			}
		}
	}
}

// TestPatterns finds every group, template and role that a pattern names.
func TestPatterns(t *testing.T) {
	groups := DefaultGroups()
	if len(groups) != 12 {
		t.Errorf("the default groups are %v", groups)
	}
	for _, p := range Patterns() {
		for _, e := range p.employees {
			if !slices.Contains(groups, e) || e == "employees" {
				t.Errorf("%s: %s is no group below employees", p.Name, e)
			}
		}
		for _, tpl := range p.Templates {
			used := false
			for g, name := range p.grants {
				used = used || name == tpl.name
				if !slices.Contains(groups, g) {
					t.Errorf("%s: there is no group %s", p.Name, g)
				}
			}
			if !used {
				t.Errorf("%s: no group has the template %s", p.Name, tpl.name)
			}
			for _, r := range tpl.roles {
				if catalogue.SystemRole(r) == nil {
					t.Errorf("%s: %s names no role %s", p.Name, tpl.name, r)
				}
			}
		}
		for g, name := range p.grants {
			if !slices.ContainsFunc(p.Templates, func(tpl template) bool { return tpl.name == name }) {
				t.Errorf("%s: %s has no template %s", p.Name, g, name)
			}
		}
	}
}
