package termsafe_test

import (
	"testing"

	"provost.dev/provost/internal/text/termsafe"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, text, line, lines string }{
		{"what prints", `Zoë's "course" \ 数学 → 1`, `Zoë's "course" \ 数学 → 1`, `Zoë's "course" \ 数学 → 1`},
		{"nothing", "", "", ""},
		{"a colour", "\x1b[31mred", `\x1b[31mred`, `\x1b[31mred`},
		{"a title", "\x1b]0;mine\a", `\x1b]0;mine\a`, `\x1b]0;mine\a`},
		{"eight bits", "\u009b2J", `\u009b2J`, `\u009b2J`},
		{"lines", "a\r\n\tb\n", `a\r\n\tb\n`, "a\\r\n\tb\n"},
		{"from right to left", "a\u202eb", `a\u202eb`, `a\u202eb`},
		{"no width", "a\u200bb", `a\u200bb`, `a\u200bb`},
		{"no UTF-8", "a\xffb", `a\xffb`, `a\xffb`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := termsafe.Line(c.text); got != c.line {
				t.Errorf("on one line it is %q, want %q", got, c.line)
			}
			if got := termsafe.Lines(c.text); got != c.lines {
				t.Errorf("on several lines it is %q, want %q", got, c.lines)
			}
		})
	}
}
