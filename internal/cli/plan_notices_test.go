package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"provost.dev/provost/internal/answers/plans"
)

// TestPlanNotices tells of power over everything, and of groups that come to hang on themselves, though nobody's access differs; and
// once only.
func TestPlanNotices(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newPlanned(t)
	platform := func(who string) string {
		return "apiVersion: provost.dev/v1alpha1\nkind: Platform\nmetadata: {name: platform}\nspec:\n  administrators:\n" +
			"  - {kind: Person, name: root}\n" + who
	}
	offices := func(one, two string) string {
		return documents(planObject("Group", "acme", "one", one), planObject("Group", "acme", "two", two))
	}
	const include = "  compose: {include: [OTHER]}\n"
	of := func(other string) string { return strings.Replace(include, "OTHER", other, 1) }
	p.commit("Begin", map[string]string{"p.yaml": platform(""), "g.yaml": offices(of("two"), "")})
	p.commit("Let eve do everything", map[string]string{
		"p.yaml": platform("  - {kind: User, name: 'eve@`example`'}\n"), "g.yaml": offices(of("two"), of("one")),
	})
	p.commit("Change a title", map[string]string{"g.yaml": offices(of("two")+"  displayName: One\n", of("one"))})
	p.commit("Take it back", map[string]string{"p.yaml": platform("")})

	out := p.plan(ExitYes, "HEAD~3", "HEAD~2")
	for _, want := range []string{
		"nobody's access differs", "! User eve@`example` administers the platform, and may change everything  p.yaml:7\n",
		"that name counts as missing; take "} {
		if strings.Count(out, want) != 1 {
			t.Errorf("want once %q:\n%s", want, out)
		}
	}
	if out := p.plan(ExitYes, "HEAD~2", "HEAD~1"); strings.Contains(out, "counts as missing") || strings.Contains(out, "administers") {
		t.Errorf("what was so before is told again:\n%s", out)
	}
	if out := p.plan(ExitYes, "HEAD~1", "HEAD"); !strings.Contains(out, "note: no more: User eve@`example` administers the platform") {
		t.Errorf("nothing is said of who no longer may:\n%s", out)
	}
	var data plans.Data
	if err := json.Unmarshal([]byte(p.plan(ExitYes, "HEAD~3", "HEAD~2", "-o", "json")), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Notices) != 2 || !data.Notices[0].Grave || data.Notices[0].Line != 7 || data.Notices[1].Grave {
		t.Errorf("%+v", data.Notices)
	}
}
