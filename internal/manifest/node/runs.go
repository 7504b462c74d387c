package node

import (
	"bytes"
	"math"
	"slices"

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

// fewKeys is how many keys are looked for before each is taken for itself.
const fewKeys = 8

// run is consecutive items of a block sequence, each a mapping of plain scalars.
type run struct {
	text   []byte // all of it, not only the run
	indent int
	items  []runItem
	pairs  []runPair // of all items
}

// runItem is one item: "- key: value" and the lines that continue it.
type runItem struct {
	line     int32 // counts from 1
	from, to int32 // its pairs
}

// runPair is where a key and its value stand in the text.
type runPair struct{ key, value span }

type span struct{ from, to int32 }

func (r *run) key(p runPair) []byte   { return r.text[p.key.from:p.key.to] }
func (r *run) value(p runPair) []byte { return r.text[p.value.from:p.value.to] }

// runs finds the runs of a text.
func runs(text []byte) []run {
	if len(text) > math.MaxInt32 {
		return nil
	}
	var out []run
	at := run{text: text}
	end := func() {
		if n, m := len(at.items), len(at.pairs); n >= shortestRun {
			out = append(out, run{text, at.indent, at.items[:n:n], at.pairs[:m:m]})
			at.items, at.pairs = at.items[n:], at.pairs[m:]
			return
		}
		at.items, at.pairs = at.items[:0], at.pairs[:0]
	}
	var line int32
	for start := 0; start < len(text); {
		line++
		stop, next := len(text), len(text)
		if i := bytes.IndexByte(text[start:], '\n'); i >= 0 {
			stop, next = start+i, start+i+1
		}
		indent, starts, pair, ok := plainLine(text, start, stop)
		if at.items == nil && ok && starts {
			at.take(text[start:], stop-start)
		}
		start = next
		inside := len(at.items) > 0
		switch {
		case ok && starts:
			if indent != at.indent {
				end()
			}
			at.indent = indent
			n := int32(len(at.pairs)) //nolint:gosec // fewer than the bytes of the text
			at.items = append(at.items, runItem{line: line, from: n, to: n})
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

// take makes room for about as many items as there may be, if all lines that are
// left are as long as the first.
func (r *run) take(rest []byte, length int) {
	n := len(rest)/(length+1) + shortestRun
	r.items, r.pairs = make([]runItem, 0, n), make([]runPair, 0, n)
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
		for line < int(r.items[1].line) {
			out = append(out, next()...)
		}
		for last := int(r.items[len(r.items)-1].line); line < last; {
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
		at[int(found[i].items[0].line)] = &found[i]
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
	pairs, line := r.pairs[i.from:i.to], int(i.line)
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || n.Line != line || n.Column != r.indent+3 ||
		len(n.Content) != 2*len(pairs) {
		return false
	}
	for j, p := range pairs {
		key, value := n.Content[2*j], n.Content[2*j+1]
		if key.Kind != yaml.ScalarNode || key.Line != line+j || key.Value != string(r.key(p)) ||
			value.Kind != yaml.ScalarNode || value.Line != line+j || value.Value != string(r.value(p)) {
			return false
		}
	}
	return true
}

// middle is the nodes of all items but the first and the last.
func (r *run) middle() []*Node {
	items := r.items[1 : len(r.items)-1]
	pairs := r.pairs[items[0].from:items[len(items)-1].to]
	// One piece of memory for all nodes, one for all lists of them, and one for all
	// text. The nodes are large, and mostly empty: only what is not is written.
	nodes := make([]Node, len(items)+2*len(pairs))
	content := make([]*Node, 2*len(pairs)+len(items))
	out := content[2*len(pairs):]
	keys, values := r.words(pairs)
	for i := range items {
		item := &items[i]
		m, n, line := &nodes[0], int(item.to-item.from), int(item.line)
		nodes = nodes[1:]
		m.Kind, m.Tag, m.Line, m.Column, m.Content = yaml.MappingNode, "!!map", line, r.indent+3, content[:2*n:2*n]
		for j := range n {
			key, value := &nodes[2*j], &nodes[2*j+1]
			key.Kind, key.Tag, key.Value, key.Line, key.Column = yaml.ScalarNode, "!!str", keys[j], line+j, m.Column
			value.Kind, value.Tag, value.Value, value.Line = yaml.ScalarNode, "!!str", values[j], line+j
			value.Column = m.Column + len(keys[j]) + 2
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
func (r *run) words(pairs []runPair) (keys, values []string) {
	all := make([]string, 2*len(pairs))
	keys, values = all[:len(pairs)], all[len(pairs):]
	size := 0
	var known []string
	for i, p := range pairs {
		size += int(p.value.to - p.value.from)
		key := r.key(p)
		at := slices.IndexFunc(known, func(k string) bool { return k == string(key) })
		switch {
		case at >= 0:
			keys[i] = known[at]
			continue
		default:
			keys[i] = string(key)
		}
		if len(known) < fewKeys {
			known = append(known, keys[i])
		}
	}
	text := make([]byte, 0, size)
	for _, p := range pairs {
		text = append(text, r.value(p)...)
	}
	rest := string(text)
	for i, p := range pairs {
		n := p.value.to - p.value.from
		values[i], rest = rest[:n], rest[n:]
	}
	return keys, values
}
