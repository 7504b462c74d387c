package node

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
)

// Scalar writes text plainly where every reader of YAML takes it for that text, within brackets too, and in quotes
// otherwise.
func Scalar(text string) string {
	plain := text != "" && unicode.IsLetter([]rune(text)[0]) && !strings.HasSuffix(text, " ")
	for _, r := range text {
		plain = plain && (unicode.IsLetter(r) || r >= '0' && r <= '9' || strings.ContainsRune(" -./_", r))
	}
	if plain && !isWord([]byte(text)) && !strings.EqualFold(text, "nan") && !strings.EqualFold(text, "inf") {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always can be
	return strings.TrimSuffix(b.String(), "\n")
}

// IsMarker says whether a line begins a document: "---", and then nothing or white space.
func IsMarker[T string | []byte](line T) bool {
	if len(line) < 3 || string(line[:3]) != "---" {
		return false
	}
	return len(line) == 3 || line[3] == '\n' || line[3] == '\r' || line[3] == ' ' || line[3] == '\t'
}
