package node

import (
	"fmt"
	"strings"
	"testing"
)

// What kubectl's reader takes otherwise is refused at its place; what all readers take alike is not.
func TestDiffers(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"plain", "a: b\nc: [1, true, null, ~, 'x', \"y\"]\n---\nd: |\n  e\n", ""},
		{"an anchor", "a: &x b\nc: *x\n", ""},
		{"a merge", "a: &x {b: c}\nd:\n  <<: *x\n  e: f\n", ""},
		{"a merge above the key", "d:\n  <<: {e: 1}\n  e: 2\n", ""},
		{"a merge below the key", "d:\n  e: 2\n  <<: {e: 1}\n",
			"2:6 d.e: readers of YAML differ: kubectl takes 1 here, and others 2; write the merged fields out, without <<"},
		{"octal", "a: 010\n", ""},
		{"octal of YAML 1.2", "a: 0o17\n", ""},
		{"a time", "a: 2027-06-30T00:00:00Z\n", ""},
		{"CRLF", "a: b\r\n---\r\nc: d\r\n", ""},
		{"a comment behind the marker", "a: b\n--- # two\nc: d\n", ""},
		{"JSON", `{"a": "b", "c": [1, 2.5]}`, ""},
		{"a pair of surrogates", "a: \"\\ud83d\\ude00\"\n", "1:1 : kubectl's reader does not take this: found invalid Unicode character " +
			"escape code; put quotes around text, and write the rest as JSON has it"},
		{"the same in JSON", `{"a": "\ud83d\ude00"}`, ""},
		{"a word behind the marker", "a: b\n--- c\n", "1:1 : kubectl's reader does not take this: invalid Yaml document separator: c; put " +
			"quotes around text, and write the rest as JSON has it"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			roots, p := Parse([]byte(tc.text))
			if p != nil {
				t.Fatal(p.Message)
			}
			got := ""
			if p := Differs([]byte(tc.text), roots); p != nil {
				got = fmt.Sprintf("%d:%d %s: %s; %s", p.Line, p.Column, p.Field, p.Message, p.Remedy)
				if !p.Ambiguous {
					t.Errorf("%+v", p)
				}
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// What is plain beyond doubt is not read twice.
func TestPlainText(t *testing.T) {
	for text, want := range map[string]bool{
		"a: b\n---\nc: d\n": true, "a: b\n--- # c\n": true, "a: b\n---   \n": true, "--- a\n": false, "%YAML 1.2\n---\na: b\n": false,
		"a: b\n...\n": false,
		"\ta: b\n":    false, "{a: b}\n": false, "\n\n[a]\n": false, "a: b\r\n": false, "\ufeffa: b\n": false, "---x: y\n": false,
		"---#x\n": false, strings.Repeat("a: b\n", 3): true,
	} {
		if got := plainText([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
