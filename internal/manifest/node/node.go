// Package node turns YAML and JSON text into typed objects and remembers where
// everything stood. The decoders of Kubernetes go through JSON and lose lines
// and columns; this one reads the YAML nodes straight into the fields that the
// json tags name, so that every complaint has a place, all of them come at once,
// and a file is parsed once.
//
// It is as strict as the API server asked to be strict, and stricter where YAML's
// versions disagree: what kubectl would read as something else is refused.
package node

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Node is a YAML node.
type Node = yaml.Node

// Problem is something wrong with a text, and where.
type Problem struct {
	// Line and Column count from 1; 0 where no place is known.
	Line, Column int
	// Field is the path to the field, such as spec.members[3].state; empty for the text as a whole.
	Field   string
	Message string
	// Remedy says what to do, and is empty where the message does.
	Remedy string
	// Repeated says that a field stands twice.
	Repeated bool
	// Hidden says that there are characters which hide or turn text, or end a line for YAML alone.
	Hidden bool
	// Ambiguous says that readers of YAML differ about the text.
	Ambiguous bool
}

// maxAliased is how many nodes a text may repeat by aliases: enough for any
// shared list, and nothing to a text that doubles itself fifty times.
const maxAliased = 100_000

// Parse reads the documents of a text: for each its root node, empty documents
// left out. After a problem nothing of the text is to be used.
func Parse(text []byte) ([]*Node, *Problem) {
	if p := checkEncoding(text); p != nil {
		return nil, p
	}
	if p := Characters(text); p != nil {
		return nil, p
	}
	if found := runs(text); len(found) > 0 {
		if out, p := parse(without(text, found)); p == nil && expand(out, found) {
			return out, nil
		}
	}
	return parse(text)
}

func parse(text []byte) ([]*Node, *Problem) {
	var out []*Node
	escaped := bytes.IndexByte(text, '\\') >= 0
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var doc Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if repaired, ok := joinSurrogates(text); ok {
				return Parse(repaired)
			}
			return nil, syntaxProblem(err)
		}
		if len(doc.Content) == 0 || isNull(doc.Content[0]) {
			continue
		}
		root := doc.Content[0]
		budget := maxAliased
		if p := checkAliases(root, &budget, nil); p != nil {
			return nil, p
		}
		if escaped {
			if p := checkEscapes(root); p != nil {
				return nil, p
			}
		}
		out = append(out, root)
	}
	return out, nil
}

func checkEncoding(text []byte) *Problem {
	if bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF}) {
		return &Problem{Line: 1, Column: 1, Message: "the file is UTF-16", Remedy: "save it as UTF-8"}
	}
	if utf8.Valid(text) {
		return nil
	}
	line, column := 1, 1
	for rest := text; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line, column = line+1, 0
		}
		column++
		rest = rest[n:]
	}
	return &Problem{Line: line, Column: column, Message: "the file is not UTF-8 text", Remedy: "save it as UTF-8"}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func syntaxProblem(err error) *Problem {
	text := err.Error()
	p := &Problem{Line: 1, Column: 1}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			p.Line = n
		}
		text = text[len(m[0]):]
	}
	p.Message = "this is not YAML: " + text
	switch {
	case strings.Contains(text, "cannot start any token"):
		p.Remedy = "indent with spaces, not tabs, and quote values that begin with @, ` or %"
	case strings.Contains(text, "mapping values are not allowed"):
		p.Remedy = "check the indentation, and quote values that hold \": \""
	case strings.Contains(text, "{{") || strings.Contains(text, "invalid map key"):
		p.Remedy = "a template has to be rendered first"
	case strings.Contains(text, "unknown anchor"):
		p.Remedy = "define the anchor in the same document, or quote a value that begins with *"
	}
	return p
}

// surrogates are two \u escapes for one character, which JSON has and YAML has not.
var surrogates = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)

// joinSurrogates writes such pairs as the characters they stand for; lines stay where they are.
func joinSurrogates(text []byte) ([]byte, bool) {
	if !surrogates.Match(text) {
		return nil, false
	}
	return surrogates.ReplaceAllFunc(text, func(pair []byte) []byte {
		high, _ := strconv.ParseUint(string(pair[2:6]), 16, 32)
		low, _ := strconv.ParseUint(string(pair[8:12]), 16, 32)
		return utf8.AppendRune(nil, rune((high-0xD800)<<10+(low-0xDC00)+0x10000))
	}), true
}

// checkAliases refuses a text whose aliases repeat too much, or that contains itself.
func checkAliases(n *Node, budget *int, within []*Node) *Problem {
	if n.Kind == yaml.AliasNode {
		for _, w := range within {
			if w == n.Alias {
				return &Problem{Line: n.Line, Column: n.Column, Message: fmt.Sprintf("the anchor %q contains itself", n.Value),
					Remedy: "write the value out"}
			}
		}
		return checkAliases(n.Alias, budget, append(within, n.Alias))
	}
	if len(within) > 0 {
		if *budget--; *budget < 0 {
			first := within[0]
			return &Problem{Line: first.Line, Column: first.Column, Message: "aliases of this anchor repeat too much",
				Remedy: "write the values out"}
		}
	}
	for _, c := range n.Content {
		if p := checkAliases(c, budget, within); p != nil {
			return p
		}
	}
	return nil
}

// resolve follows an alias to what it stands for.
func resolve(n *Node) *Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *Node) bool {
	n = resolve(n)
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// Pair is a key of a mapping with its value.
type Pair struct{ Key, Value *Node }

// Pairs returns what a mapping holds under keys that are text, in order, merged
// mappings (<<) after its own keys. It returns nil for anything but a mapping.
func Pairs(n *Node) []Pair {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		return nil
	}
	out := make([]Pair, 0, len(n.Content)/2)
	var merged []Pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), resolve(n.Content[i+1])
		if key.Kind != yaml.ScalarNode {
			continue // Decode says so
		}
		if key.ShortTag() != "!!merge" {
			out = append(out, Pair{key, value})
			continue
		}
		if value.Kind == yaml.SequenceNode {
			for _, item := range value.Content {
				merged = append(merged, Pairs(item)...)
			}
		} else {
			merged = append(merged, Pairs(value)...)
		}
	}
	if len(merged) == 0 {
		return out
	}
	own := make(map[string]bool, len(out))
	for _, p := range out {
		own[p.Key.Value] = true
	}
	for _, p := range merged { // the first of several merged mappings wins
		if !own[p.Key.Value] {
			own[p.Key.Value] = true
			out = append(out, p)
		}
	}
	return out
}

// Get returns the value of a mapping's key, or nil.
func Get(n *Node, key string) *Node {
	for _, p := range Pairs(n) {
		if p.Key.Value == key {
			return p.Value
		}
	}
	return nil
}

// Text is the text of a scalar, or "".
func Text(n *Node) string {
	if n == nil {
		return ""
	}
	if n = resolve(n); n.Kind != yaml.ScalarNode || isNull(n) {
		return ""
	}
	return n.Value
}

// Items returns what a sequence holds, or nil.
func Items(n *Node) []*Node {
	if n == nil {
		return nil
	}
	if n = resolve(n); n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// Find walks a field path such as spec.members[3].state or
// metadata.labels[example.org/x] from the root of a document. Where a part of
// the path is missing it returns the last part that is there.
func Find(root *Node, path string) *Node {
	at := resolve(root)
	for path != "" {
		var part string
		indexed := path[0] == '['
		if indexed {
			end := strings.IndexByte(path, ']')
			if end < 0 {
				return at
			}
			part, path = path[1:end], path[end+1:]
		} else {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			part, path = path[:end], path[end:]
		}
		path = strings.TrimPrefix(path, ".")
		next := step(at, part, indexed)
		if next == nil {
			return at
		}
		at = next
	}
	return at
}

func step(at *Node, part string, indexed bool) *Node {
	if items := Items(at); indexed && items != nil {
		i, err := strconv.Atoi(part)
		if err != nil || i < 0 || i >= len(items) {
			return nil
		}
		return items[i]
	}
	if v := Get(at, part); v != nil {
		return v
	}
	return nil
}
