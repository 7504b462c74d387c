package node

import (
	"fmt"
	"strings"
	"testing"
)

// What hides or turns text is refused wherever it stands; what ends a line for YAML alone, too.
func TestCharacters(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"plain", "a: b # c\n", ""},
		{"letters of other scripts", "a: médecine 名 שלום مرحبا 👩\u200d🔬\n", ""},
		{"a byte order mark", "\ufeffa: b\n", ""},
		{"CRLF", "a: b\r\nc: d\r\n", ""},
		{"CR", "a: b\rc: d\n", "1:5 a carriage return alone (U+000D) ends a line for YAML, and not for Git and most editors"},
		{"CR at the end", "a: b\r", "1:5 a carriage return alone (U+000D) ends a line for YAML, and not for Git and most editors"},
		{"next line", "x: y\na: b \u0085c: d\n",
			"2:6 U+0085 (next line) ends a line for YAML, and for no editor: what follows is read as a line of its own"},
		{"line separator in a comment", "a: b # c\u2028  d: e\n",
			"1:9 U+2028 (line separator) ends a line for YAML, and for no editor: what follows is read as a line of its own"},
		{"paragraph separator", "é: \u2029\n",
			"1:4 U+2029 (paragraph separator) ends a line for YAML, and for no editor: what follows is read as a line of its own"},
		{"turned text", "# \u202eetirw\n", "1:3 U+202E turns the text that follows: it is shown in another order than it is read in"},
		{"isolated text", "a: \"\u2066x\u2069\"\n", "1:5 U+2066 turns the text that follows: it is shown in another order than it is read in"},
		{"zero width", "a: al\u200bice\n", "1:6 U+200B is not shown: the text looks like another"},
		{"a mark in the middle", "a: b\n\ufeffc: d\n", "2:1 U+FEFF is not shown: the text looks like another"},
		{"a filler", "a: x\u3164\n", "1:5 U+3164 is not shown: the text looks like another"},
		{"a tag", "a: x\U000e0041\n", "1:5 U+E0041 is not shown: the text looks like another"},
		{"escaped", "a:\n- \"x\\u202ey\"\n", "2:3 the text holds U+202E, which is not shown or turns what follows"},
		{"escaped, and shown", "a: \"\\u00e9\\t\"\n", ""},
		{"escaped once more", "a: '\\u202e'\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ""
			if _, p := Parse([]byte(tc.text)); p != nil {
				got = fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message)
				if !p.Hidden || p.Remedy == "" {
					t.Errorf("%+v", p)
				}
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestJoiners(t *testing.T) {
	var got []string
	for _, p := range Joiners([]byte("a: می\u200cخواهم\nb: x\n# \u200fy\n")) {
		got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, strings.Fields(p.Message)[0]))
	}
	if want := "1:6 U+200C, 3:3 U+200F"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
