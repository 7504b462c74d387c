package format

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// attempt is one way to format a document.
type attempt struct {
	Options
	// blanks keeps blank lines, and order puts fields in order.
	blanks, order bool
	// change, where given, alters what the document says.
	change func(root *node.Node)
}

// blank stands for a blank line while a document is in the hands of the YAML library,
// which keeps comments and no blank lines.
const blank = "#\ue000blank\ue000"

var (
	errForeign  = errors.New("it is no longer an object")
	errComments = errors.New("its comments stand where they cannot be kept")
)

func (a attempt) run(body string) (string, error) {
	head, middle, tail := split(body)
	text := middle
	if a.blanks {
		text = markBlanks(text)
	}
	roots, problem := node.Parse([]byte(text))
	if problem != nil {
		return "", errors.New(problem.Message)
	}
	if len(roots) != 1 {
		return "", errForeign
	}
	root := roots[0]
	if a.change != nil {
		if aliased(root) {
			return "", errAliases
		}
		a.change(root)
	}
	if a.order {
		if o := orderOf(root); o != nil {
			o.sort(root)
		}
	}
	if a.SortMembers {
		sortMembers(root)
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(root); err != nil {
		return "", err
	}
	if err := e.Close(); err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	gaps := gapsOf(middle)
	for i, line := range lines {
		if strings.TrimSpace(line) == blank {
			lines[i] = ""
			continue
		}
		lines[i] = gaps.restore(line)
		if strings.HasSuffix(line, ",}") && !strings.Contains(middle, ",}") { // the library's way before a comment
			lines[i] = strings.TrimSuffix(line, ",}") + "}"
		}
	}
	if commas(lines) > commas(strings.Split(middle, "\n")) {
		return "", errComments
	}
	lines = opened(lines)
	lines = slices.CompactFunc(lines, func(a, b string) bool { return a == "" && b == "" })
	return head + strings.TrimLeft(strings.Join(lines, "\n"), "\n") + "\n" + tail, nil
}

// commas counts the lines that begin with a comma: the library puts one there behind
// the comment of an entry, in a list in flow style of several lines.
func commas(lines []string) int {
	n := 0
	for _, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), ",") {
			n++
		}
	}
	return n
}

// opened takes blank lines away that follow "field:", which a field that moved to the front left there.
func opened(lines []string) []string {
	var out []string
	for _, line := range lines {
		if line == "" && len(out) > 0 && strings.HasSuffix(out[len(out)-1], ":") {
			continue
		}
		out = append(out, line)
	}
	return out
}

// split cuts the comments at the beginning and the end of a document off: they stay where they are.
func split(body string) (head, middle, tail string) {
	lines := strings.SplitAfter(body, "\n")
	idle := func(line string) bool {
		return strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#")
	}
	from, to := 0, len(lines)
	for from < to && idle(lines[from]) {
		from++
	}
	for to > from && idle(lines[to-1]) {
		to--
	}
	return strings.Join(lines[:from], ""), strings.Join(lines[from:to], ""), strings.TrimRight(strings.Join(lines[to:], ""), "\n") +
		end(lines[to:])
}

func end(lines []string) string {
	if strings.TrimSpace(strings.Join(lines, "")) == "" {
		return ""
	}
	return "\n"
}

// markBlanks writes a comment in the place of each blank line, indented as the line
// after it, so that it stays with that. Blank lines within texts are a part of them.
func markBlanks(text string) string {
	lines := strings.Split(text, "\n")
	within := blocks(text)
	for i, line := range lines {
		if strings.TrimSpace(line) != "" || within[i+1] || i == len(lines)-1 {
			continue
		}
		next := i + 1
		for next < len(lines) && strings.TrimSpace(lines[next]) == "" {
			next++
		}
		if next == len(lines) {
			continue
		}
		indent := lines[next][:len(lines[next])-len(strings.TrimLeft(lines[next], " "))]
		lines[i] = indent + blank
	}
	return strings.Join(lines, "\n")
}

// blocks are the lines, counted from 1, within texts of several lines.
func blocks(text string) map[int]bool {
	out := map[int]bool{}
	roots, problem := node.Parse([]byte(text))
	if problem != nil {
		return out
	}
	last := strings.Count(text, "\n") + 1
	var scalars []*node.Node
	var walk func(n *node.Node)
	walk = func(n *node.Node) {
		if n.Kind == yaml.ScalarNode {
			scalars = append(scalars, n)
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	for _, r := range roots {
		walk(r)
	}
	for i, s := range scalars {
		if s.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			continue
		}
		to := last
		if i+1 < len(scalars) {
			to = scalars[i+1].Line - 1
		}
		for line := s.Line + 1; line <= to; line++ {
			out[line] = true
		}
	}
	return out
}

// gaps are the blanks between what a line says and the comment behind it, by both.
type gaps map[[2]string]string

func gapsOf(text string) gaps {
	out := gaps{}
	for line := range strings.Lines(text) {
		if said, gap, comment, ok := cutComment(strings.TrimRight(line, " \t\n")); ok {
			out[[2]string{said, comment}] = gap
		}
	}
	return out
}

// restore gives a line the blanks before its comment that it had.
func (g gaps) restore(line string) string {
	said, _, comment, ok := cutComment(line)
	if !ok {
		return line
	}
	if gap, known := g[[2]string{said, comment}]; known {
		return strings.TrimRight(line[:len(line)-len(comment)], " ") + gap + comment
	}
	return line
}

// cutComment cuts a line before the first " #". Where that is within a text, nothing is
// lost: the blanks are put back as they were.
func cutComment(line string) (said, gap, comment string, ok bool) {
	i := strings.Index(line, " #")
	if i < 0 || strings.TrimSpace(line[:i]) == "" {
		return "", "", "", false
	}
	said = strings.TrimSpace(line[:i])
	for strings.HasPrefix(said, "- ") { // the field may be the first of its entry before, and another one afterwards
		said = strings.TrimLeft(said[1:], " ")
	}
	gap = line[len(strings.TrimRight(line[:i], " ")) : i+1]
	return said, gap, line[i+1:], true
}

// comments are all comments of a text, sorted.
func comments(text string) []string {
	var out []string
	add := func(s string) {
		for line := range strings.Lines(s) {
			if line = strings.TrimSpace(line); line != "" && line != blank {
				out = append(out, line)
			}
		}
	}
	var walk func(n *node.Node)
	walk = func(n *node.Node) {
		add(n.HeadComment)
		add(n.LineComment)
		add(n.FootComment)
		for _, c := range n.Content {
			walk(c)
		}
	}
	head, middle, tail := split(text)
	add(head)
	add(tail)
	roots, problem := node.Parse([]byte(middle))
	if problem != nil {
		return nil
	}
	for _, r := range roots {
		walk(r)
	}
	slices.Sort(out)
	return out
}
