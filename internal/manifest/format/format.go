package format

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"provost.dev/provost/internal/manifest/node"
)

// Options say what to do beyond the layout.
type Options struct {
	// SortMembers sorts spec.members of groups by name. Their order means nothing, and yet
	// somebody may have chosen it.
	SortMembers bool
}

// Result is a file, formatted.
type Result struct {
	Text []byte
	// Left says of documents that were left as they are, and why.
	Left []Left
}

// Left is a document that was left as it is.
type Left struct {
	// Line is where the document begins.
	Line int
	Why  string
}

// Text formats the text of a YAML file. The problem is what keeps the text from being
// read; there is no result then.
func Text(text []byte, o Options) (Result, *node.Problem) {
	if _, problem := node.Parse(text); problem != nil {
		return Result{}, problem
	}
	normal := lineBreaks.Replace(string(bytes.TrimPrefix(text, []byte("\ufeff"))))
	var out strings.Builder
	var result Result
	for _, d := range documents(normal) {
		formatted, why := d.format(o)
		if why != "" {
			result.Left = append(result.Left, Left{d.line, why})
		}
		out.WriteString(d.separator)
		out.WriteString(formatted)
	}
	whole := strings.TrimRight(out.String(), "\n") + "\n"
	if strings.TrimSpace(whole) == "" {
		whole = ""
	}
	result.Text = []byte(whole)
	if why := o.differs(text, result.Text); why != "" { // of every document it was seen already: this is the last guard
		return Result{Text: text, Left: []Left{{1, why}}}, nil
	}
	return result, nil
}

// lineBreaks makes one of the three line breaks that YAML has.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// document is one document of a file as text.
type document struct {
	// separator is the line "---" before it, with its end; "" before the first one where it has none.
	separator string
	body      string
	line      int
}

// documents cuts a text at the lines "---", which end whatever stands before them.
func documents(text string) []document {
	var out []document
	at := document{line: 1}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if !node.IsMarker(line) {
			at.body += line
			continue
		}
		if n > 1 || at.body != "" {
			out = append(out, at)
		}
		at = document{separator: strings.TrimRight(line, " \t\n") + "\n", line: n}
	}
	return append(out, at)
}

// format formats a document; why says what kept it from that, where something did.
func (d *document) format(o Options) (text, why string) {
	body := trimmed(d.body)
	if rest := strings.TrimPrefix(strings.TrimSpace(d.separator), "---"); strings.TrimSpace(rest) != "" &&
		!strings.HasPrefix(strings.TrimSpace(rest), "#") {
		return d.body, "it begins on the line of its \"---\""
	}
	if hasDirective(body) {
		return d.body, "it has a directive, or an end (\"...\")"
	}
	roots, problem := node.Parse([]byte(d.body))
	if problem != nil || len(roots) != 1 || orderOf(roots[0]) == nil {
		return body, ""
	}
	// What reads well is tried first; what is certain to be safe comes last.
	for _, try := range []attempt{{o, true, true, nil}, {o, false, true, nil}, {o, true, false, nil}, {o, false, false, nil}} {
		formatted, err := try.run(body)
		if err != nil {
			why = err.Error()
			continue
		}
		again, err := try.run(formatted)
		switch {
		case err != nil || again != formatted:
			why = errComments.Error()
		case o.differs([]byte(d.body), []byte(formatted)) != "":
			why = "its meaning would change"
		case !slices.Equal(comments(body), comments(formatted)), strings.Count(body, "#") != strings.Count(formatted, "#"):
			// The library does not know every comment: of one behind a "[" its tree has nothing, and so the signs are counted too.
			why = errComments.Error()
		default:
			return formatted, ""
		}
	}
	return body, why
}

// trimmed takes the blanks at the ends of lines, and blank lines at both ends; not
// where a text of several lines may stand, of which they may be a part.
func trimmed(text string) string {
	if !strings.ContainsAny(text, "|>\"'") {
		lines := strings.Split(text, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " \t")
		}
		text = strings.Join(lines, "\n")
	}
	text = strings.TrimLeft(text, "\n")
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return strings.TrimRight(text, "\n") + "\n"
}

func hasDirective(text string) bool {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "%") || strings.TrimRight(line, " \t\n") == "..." {
			return true
		}
	}
	return false
}

// differs says why two texts do not mean the same; "" where they do, but for the order of members that are sorted.
func (o Options) differs(before, after []byte) string {
	was, problem := o.contents(before)
	if problem == nil {
		var is []any
		if is, problem = o.contents(after); problem == nil && reflect.DeepEqual(was, is) {
			return ""
		}
	}
	if problem != nil {
		return fmt.Sprintf("it could not be read again: %s", problem.Message)
	}
	return "its meaning would change"
}

func (o Options) contents(text []byte) ([]any, *node.Problem) {
	roots, problem := node.Parse(text)
	if problem != nil {
		return nil, problem
	}
	out := make([]any, 0, len(roots))
	for _, r := range roots {
		if o.SortMembers { // which is the one thing that may differ
			sortMembers(r)
		}
		v, problem := node.Value(r)
		if problem != nil {
			v = plain(r) // something that JSON does not have: it is compared as it is written
		}
		out = append(out, v)
	}
	return out, nil
}

// plain is a node as what is written, for comparing.
func plain(n *node.Node) any {
	type written struct {
		Kind       uint32
		Tag, Value string
		Content    []any
	}
	out := written{Kind: uint32(n.Kind), Tag: n.Tag, Value: n.Value}
	for _, c := range n.Content {
		out.Content = append(out.Content, plain(c))
	}
	return out
}
