package node

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigs "sigs.k8s.io/yaml"
)

type inner struct {
	Name  string       `json:"name"`
	Count *int32       `json:"count,omitempty"`
	At    *metav1.Time `json:"at,omitempty"`
	Ends  *metav1.Time `json:"notAfter,omitempty"`
}

type Common struct {
	Title string `json:"title,omitempty"`
}

type outer struct {
	Common `json:",inline"`
	Box    Common            `json:"box"`
	Flag   bool              `json:"flag"`
	Items  []inner           `json:"items"`
	Labels map[string]string `json:"labels"`
	Every  *metav1.Duration  `json:"every"`
	hidden string            //nolint:unused // shows that it is no field
}

func decode(t *testing.T, text string) (outer, []string) {
	t.Helper()
	roots, p := Parse([]byte(text))
	if p != nil {
		t.Fatalf("parse: %+v", p)
	}
	var out outer
	var problems []string
	for _, p := range Decode(roots[0], &out) {
		line := strings.TrimSpace(strings.Join([]string{p.Field + "@" + itoa(p.Line) + ":" + itoa(p.Column), p.Message, p.Remedy}, " | "))
		problems = append(problems, line)
	}
	return out, problems
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestDecode(t *testing.T) {
	got, problems := decode(t, `
title: a box
box: {title: "yes"}
flag: true
items:
- name: one
  count: 3
- {name: "two", at: "2027-06-30T00:00:00Z"}
- &three {name: three}
- *three
labels: {a: b, c: "1"}
every: 5m
`)
	if len(problems) > 0 {
		t.Fatalf("problems: %q", problems)
	}
	three := int32(3)
	at := metav1.NewTime(time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC).Local())
	want := outer{
		Common: Common{"a box"}, Box: Common{"yes"}, Flag: true,
		Items:  []inner{{Name: "one", Count: &three}, {Name: "two", At: &at}, {Name: "three"}, {Name: "three"}},
		Labels: map[string]string{"a": "b", "c": "1"}, Every: &metav1.Duration{Duration: 5 * time.Minute},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestMergedMappings(t *testing.T) {
	got, problems := decode(t, `
labels: &base {a: "1", b: "2"}
items: []
box: {title: x}
---
`)
	if len(problems) > 0 || got.Labels["b"] != "2" {
		t.Fatal(got, problems)
	}
	roots, p := Parse([]byte("base: &b {name: x, count: 1}\nitem: {<<: *b, name: z}\n"))
	if p != nil {
		t.Fatal(p)
	}
	var item inner
	if ps := Decode(Get(roots[0], "item"), &item); len(ps) > 0 || item.Name != "z" || *item.Count != 1 {
		t.Errorf("got %+v, %v", item, ps)
	}
}

func TestDecodeProblems(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"unknown field", "tilte: x", `tilte@1:1 | unknown field "tilte" | did you mean title?`},
		{"case counts", "Title: x", `Title@1:1 | unknown field "Title" | did you mean title?`},
		{"nothing near", "zzz: x", `zzz@1:1 | unknown field "zzz" | the fields here are title, box, flag, items, labels and every`},
		{"twice", "title: a\ntitle: b", `title@2:1 | the field "title" stands here twice, first in line 1 | keep one of them`},
		{"twice in a map", "labels: {a: b,\n  a: c}", `labels.a@2:3 | the field "a" stands here twice, first in line 1 | keep one of them`},
		{"old bool", "title: no",
			`title@1:8 | no without quotes is a truth value to many YAML readers, kubectl among them | put quotes around it: "no"`},
		{"number", "title: 12", `title@1:8 | text is expected here, not the number 12 | put quotes around it: "12"`},
		{"bool", "title: true", `title@1:8 | text is expected here, not the truth value true | put quotes around it: "true"`},
		{"list", "title: [a]", `title@1:8 | text is expected here, not a list |`},
		{"no list", "items: {name: a}", `items@1:8 | a list is expected here, not a mapping | begin each entry with "- "`},
		{"no mapping", "items: [x]", `items[0]@1:9 | fields are expected here, not the text "x" |`},
		{"empty entry", "items:\n- name: a\n-\n", `items[1]@3:2 | an empty entry | remove the entry, or fill it in`},
		{"text for bool", "flag: \"true\"", `flag@1:7 | true or false is expected here, not the text "true" | write true or false`},
		{"text for number", "items: [{name: a, count: x}]", `items[0].count@1:26 | a whole number is expected here, not the text "x" |`},
		{"large number", "items: [{name: a, count: 3000000000}]", `items[0].count@1:26 | the number 3000000000 is too large |`},
		{"no time", "items: [{name: a, at: tomorrow}]", `items[0].at@1:23 | this is no time: "tomorrow" | write it like "2027-06-30T00:00:00Z"`},
		{"day only", "items: [{name: a, at: 2027-06-30}]",
			`items[0].at@1:23 | this is no time: "2027-06-30" | write it like "2027-06-30T00:00:00Z"`},
		{"day of an end", "items: [{name: a, notAfter: 2027-06-30}]",
			`items[0].notAfter@1:29 | this is no time: "2027-06-30" | write it like "2027-07-01T00:00:00Z", where that day is over`},
		{"no duration", "every: often", `every@1:8 | this is no duration: "often" | write it like 30s, 5m or 1h`},
		{"template", "title: {{ .Values.x }}", `title@1:8 | text is expected here, not a mapping |`},
		{"template box", "box: {{ .Values.x }}",
			`box@1:7 | a field's name must be text, not a mapping | quote values that begin with { or [; a template has to be rendered first`},
		{"null is absent", "title: null\nitems: ~", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, problems := decode(t, tc.text)
			if got := strings.Join(problems, "\n"); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestParseProblems(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'i'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ",") + "]\n"
	}
	for _, tc := range []struct {
		name, text, want string
		line             int
	}{
		{"tab", "a:\n\tb: c\n", "not YAML", 2},
		{"brackets", "a: [b\nc: d\n", "not YAML", 0},
		{"bad indent", "a: b\n c: d\n", "not YAML", 0},
		{"latin 1", "a: ok\nb: caf\xe9\n", "not UTF-8", 2},
		{"utf 16", "\xff\xfea\x00", "UTF-16", 1},
		{"bomb", bomb, "repeat too much", 0},
		{"self", "a: &a [*a]\n", "contains itself", 1},
		{"no anchor", "a: *b\n", "unknown anchor", 0},
		{"control", "a: \x01\n", "not YAML", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, p := Parse([]byte(tc.text))
			if p == nil {
				t.Fatal("no problem")
			}
			if !strings.Contains(p.Message, tc.want) || (tc.line > 0 && p.Line != tc.line) {
				t.Errorf("got line %d: %s; want line %d: %s", p.Line, p.Message, tc.line, tc.want)
			}
		})
	}
}

func TestParseDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"documents": "# only a comment\n---\na: 1\n---\n---\nb: 2\n...\n",
		"crlf":      "a: 1\r\n---\r\nb: 2\r\n",
		"bom":       "\ufeffa: 1\n---\nb: 2\n",
		"emoji":     "{\"a\": \"\\ud83d\\ude00\"}\n---\nb: 2\n",
	} {
		roots, p := Parse([]byte(text))
		if p != nil || len(roots) != 2 {
			t.Errorf("%s: %d documents, %v", name, len(roots), p)
		}
		if name == "emoji" && Text(Get(roots[0], "a")) != "\U0001F600" {
			t.Errorf("emoji is %q", Text(Get(roots[0], "a")))
		}
	}
}

func TestFind(t *testing.T) {
	roots, _ := Parse([]byte("spec:\n  members:\n  - name: a\n  - name: b\n    role: x\n  labels:\n    example.org/k: v\n"))
	for path, line := range map[string]int{
		"spec.members[1]": 4, "spec.members[1].role": 5, "spec.members[9]": 3, "spec.members[0].nothing": 3,
		"spec.labels[example.org/k]": 7, "": 1, "nothing": 1,
	} {
		if n := Find(roots[0], path); n.Line != line {
			t.Errorf("Find(%q) is in line %d, want %d", path, n.Line, line)
		}
	}
}

// TestValueAsKubectl compares with the reader that kubectl has.
func TestValueAsKubectl(t *testing.T) {
	for _, text := range []string{
		"a: b", "a: yes", "a: Off", "a: on", "a: \"yes\"", "a: n", "a: 012", "a: 0x1F", "a: 1.5", "a: 1e3", "a: ~", "a:", "a: 2027-06-30",
		"a: 2027-06-30T00:00:00Z", "a: [1, {b: c}, null]", "a: |\n  x\n  y\n", "a: 9223372036854775807", "a: &x {b: c}\nd: *x",
		"a: &x {b: c}\nd: {<<: *x, e: f}", "a: 1_000", "a: '1'", "a: .5", "1: x", "true: x", "a: 12e03", "a: ''",
	} {
		want, err := sigs.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		roots, p := Parse([]byte(text))
		if p != nil {
			t.Fatalf("%s: %v", text, p)
		}
		v, p := Value(roots[0])
		if p != nil {
			t.Fatalf("%s: %v", text, p)
		}
		got, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// FuzzDecode looks for texts that make the decoder fail or never end.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"a: b", "items: [{name: a}]", "&a [*a]", "<<: {title: x}", "{", "\xff", "a: !!binary aGk=", "? [a]\n: b",
		"items: *x", "labels: {[a]: b}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		roots, p := Parse(text)
		if p != nil && p.Message == "" {
			t.Error("a problem without a message")
		}
		for _, r := range roots {
			var out outer
			for _, p := range Decode(r, &out) {
				if p.Line == 0 || p.Message == "" {
					t.Errorf("a problem without a place or message: %+v", p)
				}
			}
			if v, p := Value(r); p == nil {
				if _, err := json.Marshal(v); err != nil {
					t.Errorf("the value is no JSON: %v", err)
				}
			}
			Find(r, "spec.items[0][a].b")
		}
	})
}

// BenchmarkDiffers asks about a group of 10,000 people whether kubectl's reader would take it for something else: plain
// beyond doubt, and with one tab at its end, for which that reader has to be asked.
func BenchmarkDiffers(b *testing.B) {
	plain := "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec:\n  members:\n" +
		list(10_000, "  - name: person-%d", "    role: Instructor")
	for name, text := range map[string]string{"plain": plain, "with a tab": plain + "#\t\n"} {
		b.Run(name, func(b *testing.B) {
			roots, problem := Parse([]byte(text))
			if problem != nil {
				b.Fatal(problem)
			}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if p := Differs([]byte(text), roots); p != nil {
					b.Fatal(p)
				}
			}
		})
	}
}
