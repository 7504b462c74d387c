package planview

import "testing"

// TestMarkdownNames keeps names from meaning anything in markdown.
func TestMarkdownNames(t *testing.T) {
	for name, want := range map[string]string{"a`b": "`a'b`", "x|y": "`x¦y`", "n\nl": "`nl`", "": ""} {
		if got := codeSpan(name); got != want {
			t.Errorf("the name %q is written %s, want %s", name, got, want)
		}
	}
	if got := plainMarkdown("@all <b>*[x](y)"); got != `\@all \<b\>\*\[x\](y)` {
		t.Errorf("the text is written %s", got)
	}
}
