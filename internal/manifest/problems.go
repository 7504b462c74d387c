package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/termsafe"
)

// Position is a place in a file. The zero value is no place.
type Position struct {
	File string
	// Line and Column count from 1. Line is 0 where only the file is known.
	Line, Column int
}

// String is file:line, as compilers and editors write it. What does not print in the name of the file is written out.
func (p Position) String() string {
	file := termsafe.Line(p.File)
	if p.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, p.Line)
}

// Compare orders positions by file, line and column.
func (p Position) Compare(o Position) int {
	return cmp.Or(strings.Compare(p.File, o.File), cmp.Compare(p.Line, o.Line), cmp.Compare(p.Column, o.Column))
}

// Problem is something wrong with manifests, where it is, and what to do.
type Problem struct {
	Position
	// Rule says what kind of problem it is.
	Rule Rule
	// Object is the object that the problem is about, such as "Group acme/staff"; empty where none is known.
	Object string
	// Field is the path to the field, such as spec.members[3].state; empty where it is about all of the object or file.
	Field string
	// Message says what is wrong, and Remedy what to do about it where the message does not.
	Message string
	Remedy  string
}

// Error is "file:line:column: object: field: message; remedy". What does not print is written out.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.String())
	if p.Line > 0 && p.Column > 0 {
		fmt.Fprintf(&b, ":%d", p.Column)
	}
	for _, part := range []string{p.Object, p.Field, p.Message} {
		if part != "" {
			if b.Len() > 0 {
				b.WriteString(": ")
			}
			b.WriteString(part)
		}
	}
	if p.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(p.Remedy)
	}
	return termsafe.Lines(b.String())
}

// Rule is what kind of problem a Problem is. The names are stable: people choose by them what to be told.
type Rule string

// The rules of reading.
const (
	// RuleUnreadable: a file cannot be read, or is too large.
	RuleUnreadable Rule = "unreadable-file"
	// RuleSyntax: a file is not UTF-8, not YAML, or repeats itself without end.
	RuleSyntax Rule = "syntax"
	// RuleHidden: characters that hide or turn text, or that end a line for YAML and for no editor.
	RuleHidden Rule = "hidden-character"
	// RuleJoiner: characters that are not shown and that some scripts need.
	RuleJoiner Rule = "unseen-character"
	// RuleAmbiguous: text of which readers of YAML make different things.
	RuleAmbiguous Rule = "ambiguous-yaml"
	// RuleRepeatedField: a field stands twice in one mapping.
	RuleRepeatedField Rule = "repeated-field"
	// RuleSchema: the API server would refuse the object.
	RuleSchema Rule = "schema"
	// RuleUnknownKind: a kind or version that the API does not have.
	RuleUnknownKind Rule = "unknown-kind"
	// RuleDeclaredTwice: one object, declared at two places.
	RuleDeclaredTwice Rule = "declared-twice"
	// RuleKustomize: a kustomization cannot be built.
	RuleKustomize Rule = "kustomize"
	// RuleCase: two paths that are one on file systems that do not tell cases apart.
	RuleCase Rule = "case-collision"
)

// Reading says whether a rule is one of reading: what it finds cannot be read or cannot be stored, and is refused
// wherever manifests are read.
func (r Rule) Reading() bool {
	switch r {
	case RuleUnreadable, RuleSyntax, RuleHidden, RuleAmbiguous, RuleRepeatedField, RuleSchema, RuleUnknownKind, RuleDeclaredTwice,
		RuleKustomize:
		return true
	}
	return false
}

// Whole says whether the rest of the file, too, remains unknown after a problem of the kind.
func (r Rule) Whole() bool {
	return r == RuleUnreadable || r == RuleSyntax || r == RuleHidden || r == RuleAmbiguous || r == RuleKustomize
}

// Foreign says that the problem is one that files run into which are no manifests of ours at all.
func (r Rule) Foreign() bool {
	return r == RuleSyntax || r == RuleHidden || r == RuleAmbiguous || r == RuleUnknownKind
}

// Rules are the kinds of the problems, one for each.
func (p Problems) Rules() []Rule {
	out := make([]Rule, len(p))
	for i := range p {
		out[i] = p[i].Rule
	}
	return out
}

// Problems is everything wrong with what was read, sorted by place. As an error it is one line a problem.
type Problems []Problem

// Error implements error.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each problem to errors.As and errors.Is.
func (p Problems) Unwrap() []error {
	out := make([]error, len(p))
	for i := range p {
		out[i] = p[i]
	}
	return out
}

// err is the problems, sorted, as an error; nil where there are none.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	p.Sort()
	return p
}

// AsProblems returns the problems that an error of Read holds.
func AsProblems(err error) (Problems, bool) {
	var p Problems
	ok := errors.As(err, &p)
	return p, ok
}

func fromNode(p node.Problem, object string) Problem {
	rule := RuleSchema
	switch {
	case p.Repeated:
		rule = RuleRepeatedField
	case p.Hidden:
		rule = RuleHidden
	case p.Ambiguous:
		rule = RuleAmbiguous
	case p.Field == "" && object == "":
		rule = RuleSyntax
	}
	return Problem{
		Rule:     rule,
		Position: Position{Line: p.Line, Column: p.Column}, Object: object,
		Field: p.Field, Message: p.Message, Remedy: p.Remedy,
	}
}

// fromField places an error about a field where the field stands, or would stand.
func fromField(e *field.Error, root *node.Node, object string) Problem {
	at := node.Find(root, e.Field)
	p := Problem{
		Rule: RuleSchema, Position: Position{Line: at.Line, Column: at.Column}, Object: object,
		Field: e.Field, Message: e.ErrorBody(),
	}
	if at.Kind == yaml.ScalarNode && at.Value != "" && strings.Contains(p.Message, "must be of type array") {
		p.Remedy = "write a list: [" + node.Scalar(at.Value) + "]"
		if p.OlderForm() {
			p.Remedy += ` ("provost fmt --upgrade")`
		}
	}
	return p
}

// OlderForm says whether a problem is with what an older release had in another form: attributes of people had one text each,
// and have lists (R37).
func (p Problem) OlderForm() bool {
	return p.Rule == RuleSchema && strings.HasPrefix(p.Object, string(directory.KindPerson)+" ") &&
		strings.HasPrefix(p.Field, "spec.attributes") && strings.Contains(p.Message, "must be of type array")
}
