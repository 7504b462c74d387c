package doors

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/cli"
)

// files are the files of a folder, by name.
type files map[string]string

const (
	head   = "apiVersion: provost.dev/v1alpha1\n"
	course = head + "kind: Course\nmetadata: {name: a, namespace: uni}\nspec: {}\n---\n"
	bound  = course + head + "kind: RoleBinding\nmetadata: {name: b, namespace: uni}\nspec:\n  entityRef: {kind: Course, name: a}\n  " +
		"roleRef: {name: course-student}\n" +
		"  subjects: [{kind: Person, name: ann}]\n"
)

func group(name, rest string) string {
	return head + "kind: Group\nmetadata: {name: " + name + ", namespace: uni}\nspec: " + rest + "\n"
}

// Inputs on which readers once differed, each of a kind of its own, and what is said of them.
func TestFromTheField(t *testing.T) {
	ask := "can ann view_course uni/course/a"
	for _, tc := range []struct {
		name, ask string
		files     files
		code      int
		// says and never are parts of what is said, and of what is not.
		says, never []string
	}{
		{name: "a window that ends before it begins", files: files{"m.yaml": bound +
			"  notBefore: \"2020-01-01T00:00:00Z\"\n  notAfter: \"2019-01-01T00:00:00Z\"\n"},
			code: 2, says: []string{"m.yaml:14:13", "notAfter must be later than notBefore"}},
		{name: "no time at all", files: files{"m.yaml": bound + "  notAfter: \"0001-01-01T00:00:00Z\"\n"}, code: 2,
			says: []string{"m.yaml:13:13", "must be a moment after 1970"}},
		{name: "fractions of a second", files: files{"m.yaml": bound + "  notAfter: \"2099-01-01T00:00:00.1234567890Z\"\n"}, code: 2,
			says: []string{"spec.notAfter"}, never: []string{"[0-9]"}},
		{name: "everyone, and subjects", files: files{"m.yaml": course + head + "kind: SystemDeny\nmetadata: {name: d}\nspec: {everyone: " +
			"true, subjects: [{kind: Person, name: ann}], permissions: [\"*\"], reason: r}\n"},
			code: 2, says: []string{"either subjects or everyone"}},
		{name: "private, and nobody's", files: files{"m.yaml": head +
			"kind: Course\nmetadata: {name: a, namespace: uni}\nspec: {ownership: Private}\n"}, code: 2, says: []string{"needs owner"}},
		{name: "a person twice", files: files{"m.yaml": course +
			group("g", "{members: [{name: ann, role: Admin}, {name: ann, state: Removed}]}")}, code: 2,
			says: []string{"spec.members[1]", "Duplicate value"}},
		{name: "the same the other way round", files: files{"m.yaml": course +
			group("g", "{members: [{name: ann, state: Removed}, {name: ann, role: Admin}]}")}, code: 2,
			says: []string{"spec.members[1]", "Duplicate value"}},
		{name: "an override without a reason", files: files{"m.yaml": course + head + "kind: PermissionOverride\nmetadata: {name: d, " +
			"namespace: uni}\nspec: {person: ann, entityRef: {kind: Course, name: a}, permissions: []}\n"},
			code: 2, says: []string{"spec.reason: Required value"}},
		{name: "a merge key below an explicit one", files: files{"m.yaml": course + head +
			"kind: RoleBinding\nmetadata: {name: b, namespace: uni}\nspec:\n  notAfter: \"2020-01-01T00:00:00Z\"\n" +
			"  <<: {entityRef: {kind: Course, name: a}, roleRef: {name: course-student}, subjects: [{kind: Person, name: ann}], notAfter: " +
			"\"2099-01-01T00:00:00Z\"}\n"},
			code: 2, says: []string{"m.yaml:10:13", "kubectl takes \"2099-01-01T00:00:00Z\" here", "without <<"}},
		{name: "a line that no editor shows", files: files{"m.yaml": course +
			group("g", "\n  members:\n  - name: ann # leads\u2028  - name: eve\n  - name: ben")}, code: 2, says: []string{"m.yaml:11:22", "U+2028"}},
		{name: "a missing separator", ask: "validate", files: files{"m.yaml": group("one", "\n  members:\n  - name: ann---") +
			group("two", "\n  members:\n  - name: ben")},
			code: 2, says: []string{"m.yaml:6:14", `a "---" is missing in line 6`, "1 error in"}},
		{name: "a separator that was left out", ask: "validate", files: files{"m.yaml": group("one", "{}") + group("two", "{}")}, code: 2,
			says: []string{"m.yaml:5:1", `a "---" is missing before line 5`, "1 error in"}},
		{name: "a misspelt administrator", ask: "validate",
			files: files{"m.yaml": head + "kind: Organisation\nmetadata: {name: uni, namespace: uni}\nspec: {}\n---\n" + head +
				"kind: Person\nmetadata: {name: katharina}\nspec: {}\n---\n" +
				head + "kind: Person\nmetadata: {name: root}\nspec: {}\n---\n" + head +
				"kind: RoleBinding\nmetadata: {name: admins, namespace: uni}\n" +
				"spec: {entityRef: {kind: Organisation, name: uni}, roleRef: {name: organisation-admin}, subjects: [{kind: Person, name: root}, " +
				"{kind: Person, name: katherina}]}\n"},
			says: []string{"nothing else names katherina, and there is a Person katharina", "did you mean katharina?",
				"root is the only one who can give roles here"}},
		{name: "files that are passed over", ask: "validate", files: files{
			"lower.yaml": group("lower", "{}"), "UPPER.YAML": group("upper", "{}"), "old.YML": group("old", "{}"),
			"data.Json":           `{"apiVersion": "provost.dev/v1alpha1", "kind": "Group"}`,
			"placement_test.yaml": group("placement", "{}"), "sub/smoke_test.yml": group("smoke", "{}"), "groups.yaml.bak": group("bak", "{}"),
			"other.YAML": "a: b\n", "dirlink": "-> sub",
		}, says: []string{"UPPER.YAML holds objects", "old.YML holds", "data.Json holds", "placement_test.yaml holds", "sub/smoke_test.yml holds",
			"dirlink is a symbolic link"}, never: []string{"groups.yaml.bak", "other.YAML"}},
		{name: "an object that no cluster would hold counts for nobody", ask: "validate",
			files: files{"m.yaml": head + "kind: Organisation\nmetadata: {name: uni, namespace: uni}\nspec: {}\n---\n" +
				head + "kind: RoleBinding\nmetadata: {name: b, namespace: uni}\nspec: {entityRef: {kind: Organisation, name: uni}, roleRef: {name: " +
				"organisation-admin}, subjects: [{kind: Person, name: ann}], notAfter: never}\n"},
			code: 2, says: []string{"nobody can give roles here"}},
		{name: "a document of somebody else", ask: "validate",
			files: files{"m.yaml": group("g", "{}") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"}, code: 1,
			says: []string{"error: ConfigMap c is of no kind"}},
		{name: "a test of somebody who cannot exist", ask: "test",
			files: files{"m.yaml": bound,
				"x_test.yaml": "apiVersion: test.provost.dev/v1alpha1\nkind: AccessTest\nmetadata: {name: t, namespace: uni}\nspec:\n  tests:\n" +
					"  - {people: [Ann Smith], mayNot: [view_course], entity: course/a}\n"}, code: 2,
			says: []string{`"Ann Smith" cannot be the name of a person`}},
		{name: "a selector of nobody", ask: "validate", files: files{"m.yaml": head +
			"kind: Person\nmetadata: {name: ann}\nspec: {attributes: {faculty: [law]}}\n---\n" +
			group("g", "{memberSelector: {matchLabels: {facutly: law}}}") + "---\n" +
			group("h", "{memberSelector: {matchLabels: {faculty: arts}}}") + "---\n" +
			group("i", "{memberSelector: {matchExpressions: [{key: faculty, operator: NotIn, values: [arts]}]}}")},
			says: []string{"nobody has the attribute facutly", "did you mean faculty?", "the selector chooses nobody",
				"only says whom not to choose"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range tc.files {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
					t.Fatal(err)
				}
				var err error
				if to, link := strings.CutPrefix(text, "-> "); link {
					err = os.Symlink(to, filepath.Join(dir, name))
				} else {
					err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			question := tc.ask
			if question == "" {
				question = ask
			}
			args := append([]string{"provost"}, strings.Fields(question)...)
			var out, errOut bytes.Buffer
			code := cli.Run(t.Context(), append(args, "-f", dir), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
			said := out.String() + errOut.String()
			if code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			for _, want := range tc.says {
				if !strings.Contains(said, want) {
					t.Errorf("does not say %q", want)
				}
			}
			for _, never := range tc.never {
				if strings.Contains(said, never) {
					t.Errorf("says %q", never)
				}
			}
			if t.Failed() {
				t.Log(said)
			}
		})
	}
}
