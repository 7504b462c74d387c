package splice

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edit reads a small language: "+x" appends x, "-1" deletes entry 1, "~0=Removed" gives entry 0 that state.
func edit(text string) Edit {
	var e Edit
	for _, word := range strings.Fields(text) {
		switch word[0] {
		case '+':
			name, state, _ := strings.Cut(word[1:], ":")
			entry := Entry{{"name", name}}
			if state != "" {
				entry = append(entry, Field{"state", state})
			}
			e.Append = append(e.Append, entry)
		case '-':
			e.Delete = append(e.Delete, int(word[1]-'0'))
		case '~':
			e.Update = append(e.Update, Update{int(word[1] - '0'), Field{"state", word[3:]}})
		}
	}
	return e
}

const head = "kind: Group\nmetadata: {name: g}\n"

func TestList(t *testing.T) {
	for _, tc := range []struct{ name, text, edit, want string }{
		{"after the last", head + "spec:\n  members:\n  - {name: a}   # first\n  # the end\n", "+b", head +
			"spec:\n  members:\n  - {name: a}   # first\n  - {name: b}\n  # the end\n"},
		{"indented by two", head + "spec:\n  members:\n    - name: a\n      role: Admin\n  purpose: Team\n", "+b +c:Pending",
			head + "spec:\n  members:\n    - name: a\n      role: Admin\n    - name: b\n    - name: c\n      state: Pending\n  purpose: Team\n"},
		{"a wide dash", head + "spec:\n    members:\n    -   name: a\n", "+b:Removed", head +
			"spec:\n    members:\n    -   name: a\n    -   name: b\n        state: Removed\n"},
		{"no line break at the end", head + "spec:\n  members:\n  - {name: a}", "+b +c", head +
			"spec:\n  members:\n  - {name: a}\n  - {name: b}\n  - {name: c}"},
		{"CRLF", "kind: Group\r\nspec:\r\n  members:\r\n  - {name: a}\r\n", "+b -0", "kind: Group\r\nspec:\r\n  members:\r\n  - {name: b}\r\n"},
		{"BOM and letters of several bytes", "\xEF\xBB\xBF{kind: é, spec: {members: [{name: é}, {name: b}]}}", "-0 ~1=Removed +c",
			"\xEF\xBB\xBF{kind: é, spec: {members: [{name: b, state: Removed}, {name: c}]}}"},
		{"padding in braces", head + "spec: { members: [ { name: a } ] }\n", "+b:Pending ~0=Active", head +
			"spec: { members: [ { name: a, state: Active }, { name: b, state: Pending } ] }\n"},
		{"empty list", head + "spec:\n  members: []   # nobody yet\n  purpose: Team\n", "+a +b", head +
			"spec:\n  members:   # nobody yet\n  - {name: a}\n  - {name: b}\n  purpose: Team\n"},
		{"empty list with a comment in it", head + "spec:\n  members: [ # nobody\n  ]\n", "+a", head +
			"spec:\n  members: [ # nobody\n  {name: a}]\n"},
		{"null", head + "spec:\n  members: ~\n", "+a", head + "spec:\n  members:\n  - {name: a}\n"},
		{"nothing", head + "spec:\n  members:\n  # nobody yet\n", "+a", head + "spec:\n  members:\n  - {name: a}\n  # nobody yet\n"},
		{"no list", head + "spec:\n  displayName: G\n  # below: more\n  memberSelector:\n    matchLabels: {a: b}\n", "+a", head +
			"spec:\n  displayName: G\n  members:\n  - {name: a}\n  # below: more\n  memberSelector:\n    matchLabels: {a: b}\n"},
		{"no list, behind a text of lines", head + "spec:\n  displayName: >-\n    a\n    # b\n\n---\nkind: X\n", "+a", head +
			"spec:\n  displayName: >-\n    a\n    # b\n  members:\n  - {name: a}\n\n---\nkind: X\n"},
		{"no list, first", head + "spec:\n  enrolments:\n    - name: x\n", "+a", head +
			"spec:\n  members:\n    - {name: a}\n  enrolments:\n    - name: x\n"},
		{"no spec", head + "---\nkind: X\n", "+a", head + "spec:\n  members:\n  - {name: a}\n---\nkind: X\n"},
		{"empty spec", head + "spec:\n", "+a", head + "spec:\n  members:\n  - {name: a}\n"},
		{"spec in braces", head + "spec: {}\n", "+a", head + "spec: {members: [{name: a}]}\n"},
		{"JSON", `{"kind":"Group","spec":{"members":[{"name":"a"}]}}`, "+b:Removed ~0=Pending",
			`{"kind":"Group","spec":{"members":[{"name":"a", "state": "Pending"}, {"name": "b", "state": "Removed"}]}}`},
		{"JSON of lines", "{\n  \"spec\": {\n    \"members\": [\n      {\n        \"name\": \"a\"\n      }\n    ]\n  }\n}\n", "+b:Removed",
			"{\n  \"spec\": {\n    \"members\": [\n      {\n        \"name\": \"a\"\n      },\n      {\n        \"name\": \"b\",\n        " +
				"\"state\": \"Removed\"\n      }\n    ]\n  }\n}\n"},
		{"JSON of lines, the last goes", "{\"spec\": {\"members\": [\n  {\"name\": \"a\"},\n  {\"name\": \"b\"}\n]}}\n", "-1",
			"{\"spec\": {\"members\": [\n  {\"name\": \"a\"}\n]}}\n"},
		{"JSON without spec", "{\n  \"kind\": \"Group\"\n}\n", "+a",
			"{\n  \"kind\": \"Group\",\n  \"spec\": {\"members\": [{\"name\": \"a\"}]}\n}\n"},
		{"brackets over lines", head + "spec:\n  members: [\n    {name: a},  # one\n    {name: b}   # two\n  ]\n", "+c -0", head +
			"spec:\n  members: [\n    {name: b},   # two\n    {name: c}\n  ]\n"},
		{"brackets with a comma at the end", head + "spec:\n  members: [\n    {name: a},  # one\n    {name: b},  # two\n  ]\n", "+c -1", head +
			"spec:\n  members: [\n    {name: a},  # one\n    {name: c},\n  ]\n"},
		{"brackets, the middle", head + "spec: {members: [{name: a}, {name: b}, {name: c}]}\n", "-1", head +
			"spec: {members: [{name: a}, {name: c}]}\n"},
		{"brackets, the end", head + "spec: {members: [{name: a}, {name: b}, {name: c}]}\n", "-1 -2", head + "spec: {members: [{name: a}]}\n"},
		{"brackets, all", head + "spec: {members: [{name: a}, {name: b}]}\n", "-0 -1", head + "spec: {members: []}\n"},
		{"comments stay", head +
			"spec:\n  members:\n  # on leave\n  - {name: a}\n  # the tutors\n  - name: b   # head\n    # of what?\n    role: Admin\n\n  # last\n  - {name: c}\n", "-0 -1", head + "spec:\n  members:\n  # on leave\n  # the tutors\n\n  # last\n  - {name: c}\n"},
		{"all of a list of lines", head + "spec:\n  members: # staff\n  - {name: a}\n  - {name: b}\n  purpose: Team\n", "-0 -1", head +
			"spec:\n  members: [] # staff\n  purpose: Team\n"},
		{"dash on a line of its own", head + "spec:\n  members:\n  -\n    name: a\n  - # note\n    name: b\n  - name: c\n", "-0 -1 +d", head +
			"spec:\n  members:\n  - name: c\n  - name: d\n"},
		{"braces over lines", head + "spec:\n  members:\n  - {name: a,\n     role: Admin\n  }\n  - {name: b}\n", "-0 ~0=Pending", head +
			"spec:\n  members:\n  - {name: b}\n"},
		{"a state changes", head + "spec:\n  members:\n  - name: a\n    state: 'Removed' # gone\n  - {\"name\": \"b\", \"state\": \"Removed\"}\n",
			"~0=Active ~1=Active", head + "spec:\n  members:\n  - name: a\n    state: Active # gone\n  - {\"name\": \"b\", \"state\": \"Active\"}\n"},
		{"a state comes", head + "spec:\n  members:\n  - name: a # x\n  - role: Admin\n    name: b", "~0=Removed ~1=Removed", head +
			"spec:\n  members:\n  - name: a # x\n    state: Removed\n  - role: Admin\n    name: b\n    state: Removed"},
		{"names that YAML would misread", head + "spec:\n  members:\n  - {name: a}\n", "+no +123 +1e3 +null", head +
			"spec:\n  members:\n  - {name: a}\n  - {name: \"no\"}\n  - {name: \"123\"}\n  - {name: \"1e3\"}\n  - {name: \"null\"}\n"},
		{"quotes and brackets in text", head +
			"spec: {displayName: it's [x, members: [{name: a, note: 'it''s ]'}, {name: b, note: \"\\\"]\"}]}\n", "", ""},
		{"quotes and brackets in text", head + "spec: {displayName: it's x, members: [{name: a, note: 'it''s ]'}, {name: b, note: \"\\\"]\"}]}\n",
			"-0 +c", head + "spec: {displayName: it's x, members: [{name: b, note: \"\\\"]\"}, {name: c}]}\n"},
		{"an alias goes", head + "x: &a {name: a}\nspec:\n  members:\n  - *a\n  - {name: b}\n", "-0 +c", head +
			"x: &a {name: a}\nspec:\n  members:\n  - {name: b}\n  - {name: c}\n"},
		{"an anchor that nothing repeats", head + "spec: &s\n  members: &m\n  - &a {name: a}\n  - {name: b}\n", "-0 +c", head +
			"spec: &s\n  members: &m\n  - {name: b}\n  - {name: c}\n"},
		{"all of a list with an anchor", head + "spec:\n  members: &m  # staff\n  - {name: a}\n", "-0", head +
			"spec:\n  members: &m []  # staff\n"},
		{"all of a list with a tag", head + "spec:\n  members: !!seq\n  - {name: a}\n  - {name: b}\n  purpose: Team\n", "-0 -1", head +
			"spec:\n  members: !!seq []\n  purpose: Team\n"},
		{"all of a list with both, below the key", head + "spec:\n  members:\n    &m\n    !!seq\n  - {name: a}\n", "-0", head +
			"spec:\n  members:\n    &m\n    !!seq []\n"},
		{"all of brackets with both", head + "spec: {members: !!seq &m [{name: a}]}\n", "-0", head + "spec: {members: !!seq &m []}\n"},
		{"a merge in an entry", head + "x: &x {role: Admin}\nspec:\n  members:\n  - <<: *x\n    name: a\n", "~0=Removed", head +
			"x: &x {role: Admin}\nspec:\n  members:\n  - <<: *x\n    name: a\n    state: Removed\n"},
		{"list at the left", "spec:\n members:\n - name: a\n", "+b", "spec:\n members:\n - name: a\n - name: b\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.edit == "" {
				return
			}
			got, err := List([]byte(tc.text), Path{0}, []string{"spec", "members"}, edit(tc.edit))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if _, err := parse(got); err != nil {
				t.Errorf("no YAML any more: %v\n%s", err, got)
			}
		})
	}
}

// TestScalars edits the resources of kustomizations.
func TestScalars(t *testing.T) {
	for text, want := range map[string]string{
		"resources:\n- a.yaml # first\nlabels: []\n": "resources:\n- a.yaml # first\n- b.yaml\n- \"../c.yaml\"\nlabels: []\n",
		"resources: [a.yaml]\n":                      "resources: [a.yaml, b.yaml, \"../c.yaml\"]\n",
		"resources: []\n":                            "resources:\n- b.yaml\n- \"../c.yaml\"\n",
		"apiVersion: x\nkind: K\nlabels:\n  - pairs: {}\n": "apiVersion: x\nkind: K\nresources:\n  - b.yaml\n  - \"../c.yaml\"\nlabels:\n  - " +
			"pairs: {}\n",
	} {
		got, err := List([]byte(text), Path{0}, []string{"resources"}, Edit{Append: []Entry{Scalar("b.yaml"), Scalar("../c.yaml")}})
		if err != nil || string(got) != want {
			t.Errorf("%q: got %v\n%s", text, err, got)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tc := range []struct{ name, text, edit, want string }{
		{"the list is an alias", "x: &m [{name: a}]\nspec:\n  members: *m\n", "+b", "line 3: members is the alias *m"},
		{"the list is repeated", "spec:\n  members: &m\n  - {name: a}\nx: *m\n", "+b",
			"line 2: members carries the anchor &m, which line 4 repeats"},
		{"the spec is repeated", "spec: &s\n  members:\n  - {name: a}\nx: *s\n", "-0", "line 1: spec carries the anchor &s"},
		{"the spec is an alias", "x: &s {members: [{name: a}]}\nspec: *s\n", "-0", "line 2: the alias *s"},
		{"the list comes by a merge", "x: &s {members: [{name: a}]}\nspec:\n  <<: *s\n", "-0", "line 3: members may come by this merge"},
		{"an entry is repeated", "spec:\n  members:\n  - &a {name: a}\nx: *a\n", "-0", "line 3: the entry carries the anchor &a"},
		{"a name is repeated", "spec:\n  members:\n  - {name: &a a}\nx: *a\n", "-0", "line 3: the entry carries the anchor &a"},
		{"an entry is an alias", "x: &a {name: a}\nspec:\n  members:\n  - *a\n", "~0=Removed", "line 4: the entry is the alias *a"},
		{"a text of lines", "spec:\n  members:\n  - name: a\n    state: >-\n      Removed\n", "~0=Active",
			"line 4: the value of state cannot be edited"},
		{"a key in brackets of its own", "spec:\n  ? members\n  : - {name: a}\n", "+b", "line 3: this layout of a list cannot be edited"},
		{"no YAML", "a: [", "+b", "this is not YAML"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := List([]byte(tc.text), Path{0}, []string{"spec", "members"}, edit(tc.edit))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q\n%s", err, tc.want, got)
			}
		})
	}
}
