package node

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Most of what is in a large file is one long list of small things: members,
// subjects, permissions. A parser of YAML takes as long over each as over
// anything else. So the middle of such a list, where every line is plain beyond
// doubt, is kept from the parser and put into what it returns. Where the parser
// does not see the two ends of the list as neighbours in one sequence (they
// stand in a block of text, say), it is given the whole text after all.

// shortestRun is how many items a run has at least for this to be worth it.
const shortestRun = 8

// run is consecutive items of a block sequence, each a mapping of plain scalars.
type run struct {
	indent int
	items  []runItem
	pairs  []runPair // of all items
}

// runItem is one item: "- key: value" and the lines that continue it.
type runItem struct {
	line     int // counts from 1
	from, to int // its pairs
}

type runPair struct{ key, value []byte }

// runs finds the runs of a text.
func runs(text []byte) []run {
	var out []run
	var at run
	end := func() {
		if len(at.items) >= shortestRun {
			out = append(out, at)
			at = run{}
		}
		at.items, at.pairs = at.items[:0], at.pairs[:0]
	}
	line := 0
	for rest := text; len(rest) > 0; {
		line++
		now := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			now, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		indent, starts, pair, ok := plainLine(now)
		inside := len(at.items) > 0
		switch {
		case ok && starts:
			if indent != at.indent {
				end()
			}
			at.indent = indent
			at.items = append(at.items, runItem{line: line, from: len(at.pairs), to: len(at.pairs)})
		case !ok || !inside || indent != at.indent+2:
			end()
			continue
		}
		at.pairs = append(at.pairs, pair)
		at.items[len(at.items)-1].to++
	}
	end()
	return out
}

// plainLine takes "- key: value" or "key: value" apart. What it accepts means the
// same to every reader of YAML: keys of letters, values that begin with a letter
// and are neither a number nor a truth value to any version.
func plainLine(line []byte) (indent int, starts bool, p runPair, ok bool) {
	for indent < len(line) && line[indent] == ' ' {
		indent++
	}
	rest := line[indent:]
	if len(rest) > 2 && rest[0] == '-' && rest[1] == ' ' {
		starts, rest = true, rest[2:]
	}
	i := 0
	for i < len(rest) && isLetter(rest[i]) {
		i++
	}
	if i == 0 || i+3 > len(rest) || rest[i] != ':' || rest[i+1] != ' ' {
		return 0, false, runPair{}, false
	}
	p = runPair{key: rest[:i], value: rest[i+2:]}
	if !isLetter(p.value[0]) || isWord(p.key) || isWord(p.value) {
		return 0, false, runPair{}, false
	}
	for _, c := range p.value {
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '/' && c != '@' {
			return 0, false, runPair{}, false
		}
	}
	return indent, starts, p, true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isWord says whether some version of YAML reads a plain word as something other than text.
func isWord(word []byte) bool {
	if len(word) > len("false") {
		return false
	}
	switch string(bytes.ToLower(word)) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}

// without blanks out what lies between the first and the last item of each run; lines stay where they are.
func without(text []byte, found []run) []byte {
	out := make([]byte, 0, len(text))
	line := 1
	rest := text
	next := func() []byte {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			i = len(rest) - 1
		}
		now := rest[:i+1]
		rest = rest[i+1:]
		line++
		return now
	}
	for _, r := range found {
		for line < r.items[1].line {
			out = append(out, next()...)
		}
		for last := r.items[len(r.items)-1].line; line < last; {
			next()
			out = append(out, '\n')
		}
	}
	return append(out, rest...)
}

// expand puts the runs into the documents of a text without them; false where the
// parser has not seen each as a run.
func expand(documents []*Node, found []run) bool {
	at := make(map[int]*run, len(found))
	for i := range found {
		at[found[i].items[0].line] = &found[i]
	}
	for _, d := range documents {
		expandIn(d, at)
	}
	return len(at) == 0
}

func expandIn(n *Node, at map[int]*run) {
	for _, c := range n.Content {
		if len(c.Content) > 0 {
			expandIn(c, at)
		}
	}
	if n.Kind != yaml.SequenceNode || n.Style&yaml.FlowStyle != 0 {
		return
	}
	var out []*Node
	taken := 0
	for i := 0; i+1 < len(n.Content); i++ {
		r := at[n.Content[i].Line]
		if r == nil || !r.is(&r.items[0], n.Content[i]) || !r.is(&r.items[len(r.items)-1], n.Content[i+1]) {
			continue
		}
		delete(at, n.Content[i].Line)
		out = append(out, n.Content[taken:i+1]...)
		out = append(out, r.middle()...)
		taken = i + 1
	}
	if taken > 0 {
		n.Content = append(out, n.Content[taken:]...)
	}
}

// is says whether the parser saw an item as what it was taken for.
func (r *run) is(i *runItem, n *Node) bool {
	pairs := r.pairs[i.from:i.to]
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || n.Line != i.line || n.Column != r.indent+3 || len(n.Content) != 2*len(pairs) {
		return false
	}
	for j, p := range pairs {
		key, value := n.Content[2*j], n.Content[2*j+1]
		if key.Kind != yaml.ScalarNode || key.Line != i.line+j || key.Value != string(p.key) ||
			value.Kind != yaml.ScalarNode || value.Line != i.line+j || value.Value != string(p.value) {
			return false
		}
	}
	return true
}

// middle is the nodes of all items but the first and the last.
func (r *run) middle() []*Node {
	items := r.items[1 : len(r.items)-1]
	pairs := r.pairs[items[0].from:items[len(items)-1].to]
	// One piece of memory for all nodes, one for all lists of them, and one for all text.
	nodes := make([]Node, len(items)+2*len(pairs))
	content := make([]*Node, 2*len(pairs))
	out := make([]*Node, len(items))
	keys, values := words(pairs)
	for i := range items {
		item := &items[i]
		m, n := &nodes[0], item.to-item.from
		nodes = nodes[1:]
		*m = Node{Kind: yaml.MappingNode, Tag: "!!map", Line: item.line, Column: r.indent + 3, Content: content[: 2*n : 2*n]}
		for j := range n {
			key, value := &nodes[2*j], &nodes[2*j+1]
			*key = Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: keys[j], Line: item.line + j, Column: r.indent + 3}
			*value = Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: values[j], Line: item.line + j, Column: r.indent + 3 + len(keys[j]) + 2}
			m.Content[2*j], m.Content[2*j+1] = key, value
		}
		nodes, content = nodes[2*n:], content[2*n:]
		keys, values = keys[n:], values[n:]
		out[i] = m
	}
	return out
}

// words are the keys and values of pairs as text: the values as parts of one
// string, and keys, of which there are few, each once.
func words(pairs []runPair) (keys, values []string) {
	all := make([]string, 2*len(pairs))
	keys, values = all[:len(pairs)], all[len(pairs):]
	size := 0
	known := map[string]string{}
	for i, p := range pairs {
		size += len(p.value)
		key, ok := known[string(p.key)]
		if !ok {
			key = string(p.key)
			known[key] = key
		}
		keys[i] = key
	}
	text := make([]byte, 0, size)
	for _, p := range pairs {
		text = append(text, p.value...)
	}
	for rest, i := string(text), 0; i < len(pairs); i++ {
		n := len(pairs[i].value)
		values[i], rest = rest[:n], rest[n:]
	}
	return keys, values
}
