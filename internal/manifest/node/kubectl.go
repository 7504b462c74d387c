package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// Differs says where kubectl's reader (sigs.k8s.io/yaml, by way of apimachinery) would take a text for something else
// than the nodes that were read from it, or would refuse it; nil where both agree. What is applied by another tool is
// then what was answered for here. Texts that are plain beyond doubt, as most are, are not read a second time.
func Differs(text []byte, roots []*Node) *Problem {
	if plainText(text) && !slices.ContainsFunc(roots, func(n *Node) bool { return !plain(n) }) {
		return nil
	}
	theirs, err := asKubectl(text)
	if err != nil {
		return &Problem{Line: 1, Column: 1, Ambiguous: true, Message: "kubectl's reader does not take this: " + err.Error(),
			Remedy: remedyFor(roots)}
	}
	for i, root := range roots {
		ours, problem := Value(root)
		if problem != nil {
			return problem
		}
		if i >= len(theirs) {
			break
		}
		if d := difference(ours, theirs[i], ""); d != nil {
			at := Find(root, d.path)
			return &Problem{
				Line: at.Line, Column: at.Column, Field: d.path, Ambiguous: true,
				Message: fmt.Sprintf("readers of YAML differ: kubectl takes %s here, and others %s", brief(d.theirs), brief(d.ours)),
				Remedy:  remedyFor(roots),
			}
		}
	}
	if len(theirs) != len(roots) {
		return &Problem{
			Line: 1, Column: 1, Ambiguous: true, Remedy: `divide documents by lines that hold "---" and nothing else`,
			Message: fmt.Sprintf("readers of YAML differ: kubectl finds %d documents in this file, and others %d", len(theirs), len(roots)),
		}
	}
	return nil
}

var documentPrefix = regexp.MustCompile(`^(?:error converting YAML to JSON: |yaml: )+`)

// asKubectl reads a text as kubectl does; documents that are empty are left out.
func asKubectl(text []byte) ([]any, error) {
	var out []any
	for d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var raw json.RawMessage
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			first, _, _ := strings.Cut(documentPrefix.ReplaceAllString(err.Error(), ""), "\n")
			return nil, errors.New(first)
		}
		if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
			continue
		}
		var value any
		if err := utiljson.Unmarshal(raw, &value); err != nil {
			return nil, err
		}
		out = append(out, value)
	}
}

// plainText says whether a text as a whole leaves no doubt of where its documents begin and end.
func plainText(text []byte) bool {
	if rest := bytes.TrimLeft(text, " \n"); len(rest) > 0 && (rest[0] == '{' || rest[0] == '[') || bytes.ContainsAny(text, "\t\r") ||
		bytes.Contains(text, []byte(`\u`)) || bytes.HasPrefix(text, []byte("\ufeff")) {
		return false
	}
	for at := 0; at < len(text); {
		line := text[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		switch {
		case len(line) == 0:
		case line[0] == '%', bytes.HasPrefix(line, []byte("...")):
			return false
		case bytes.HasPrefix(line, []byte("---")):
			if rest := bytes.TrimLeft(line[3:], " "); len(rest) > 0 && (rest[0] != '#' || line[3] != ' ') {
				return false
			}
		}
		at += len(line) + 1
	}
	return true
}

// plain says whether a node means the same to every reader, beyond doubt.
func plain(n *Node) bool {
	if n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 {
		return false
	}
	if n.Kind == yaml.ScalarNode {
		return n.Style != 0 || plainScalar(n.Value)
	}
	if n.Kind == yaml.MappingNode && !allDifferent(n) && !differentKeys(n) {
		return false
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && (c.Kind != yaml.ScalarNode || c.Style == 0 && !textToAll(c.Value)) || !plain(c) {
			return false
		}
	}
	return true
}

// differentKeys says of a large mapping that none of its keys stands twice.
func differentKeys(n *Node) bool {
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		if seen[n.Content[i].Value] {
			return false
		}
		seen[n.Content[i].Value] = true
	}
	return true
}

// plainScalar says whether a scalar without quotes is text, a short whole number, true, false or nothing.
func plainScalar(s string) bool {
	switch s {
	case "", "true", "false", "null":
		return true
	}
	if s[0] >= '1' && s[0] <= '9' && len(s) <= 15 || s == "0" {
		return strings.Trim(s, "0123456789") == ""
	}
	return textToAll(s)
}

// textToAll says whether a scalar without quotes is text to every reader.
func textToAll(s string) bool {
	return s != "" && (isLetter(s[0]) || s[0] >= 0x80) && !isWord([]byte(s))
}

// disagreement is where two values differ first.
type disagreement struct {
	path         string
	ours, theirs any
}

func difference(ours, theirs any, path string) *disagreement {
	switch a := ours.(type) {
	case map[string]any:
		b, ok := theirs.(map[string]any)
		if !ok {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(a)) {
			other, there := b[key]
			if !there {
				return &disagreement{join(path, key), a[key], nil}
			}
			if d := difference(a[key], other, join(path, key)); d != nil {
				return d
			}
		}
		for _, key := range slices.Sorted(maps.Keys(b)) {
			if _, there := a[key]; !there {
				return &disagreement{join(path, key), nil, b[key]}
			}
		}
		return nil
	case []any:
		b, ok := theirs.([]any)
		if !ok || len(a) != len(b) {
			break
		}
		for i := range a {
			if d := difference(a[i], b[i], fmt.Sprintf("%s[%d]", path, i)); d != nil {
				return d
			}
		}
		return nil
	default:
		if ours == theirs || number(ours) != nil && number(theirs) != nil && *number(ours) == *number(theirs) {
			return nil
		}
	}
	return &disagreement{path, ours, theirs}
}

func number(v any) *float64 {
	switch n := v.(type) {
	case int64:
		f := float64(n)
		return &f
	case float64:
		return &n
	}
	return nil
}

func join(path, key string) string {
	switch {
	case strings.ContainsAny(key, "./[]"):
		return path + "[" + key + "]"
	case path == "":
		return key
	default:
		return path + "." + key
	}
}

// brief is a value as a message has it.
func brief(v any) string {
	text, err := json.Marshal(v)
	switch {
	case v == nil:
		return "nothing"
	case err != nil:
		return fmt.Sprint(v)
	case len(text) > 60:
		return string(bytes.ToValidUTF8(text[:60], nil)) + "..."
	}
	return string(text)
}

// remedyFor is what to write instead of what readers differ about, as far as the nodes tell.
func remedyFor(roots []*Node) string {
	switch {
	case slices.ContainsFunc(roots, func(n *Node) bool { return within(n, isMergeKey) }):
		return "write the merged fields out, without <<"
	case slices.ContainsFunc(roots, func(n *Node) bool { return within(n, func(n *Node) bool { return n.Style&yaml.TaggedStyle != 0 }) }):
		return "leave the tags (!!...) out"
	case slices.ContainsFunc(roots, func(n *Node) bool { return within(n, func(n *Node) bool { return n.Anchor != "" }) }):
		return "write the values out, without anchors and aliases"
	case slices.ContainsFunc(roots, func(n *Node) bool { return within(n, repeats) }):
		return "keep one of the fields that stand twice"
	default:
		return "put quotes around text, and write the rest as JSON has it"
	}
}

func repeats(n *Node) bool { return n.Kind == yaml.MappingNode && !differentKeys(n) }

func isMergeKey(n *Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge" }

func within(n *Node, is func(*Node) bool) bool {
	return is(n) || slices.ContainsFunc(n.Content, func(c *Node) bool { return within(c, is) })
}
