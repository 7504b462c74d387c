package manifest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/suggest"
)

// Item is one object as it was read.
type Item struct {
	// Object is the object itself.
	Object Object
	// Record is the engine's record of it; nil where it declares nothing about access.
	Record directory.Record
	// Content is the object as it was written, field by field; only with Options.Content.
	Content *unstructured.Unstructured
	// Position is where the object begins.
	Position Position
	// Broken says that something is wrong with the object: Record is then what could be made of it.
	Broken bool

	gvk schema.GroupVersionKind
	// path leads to the object in its file: the document, and the place in each List around it.
	path []int
}

// GroupVersionKind is the kind of the object.
func (i *Item) GroupVersionKind() schema.GroupVersionKind { return i.gvk }

// Name is the object as messages name it: "Group acme/staff", "Person alice".
func (i *Item) Name() string {
	return objectName(i.gvk.Kind, i.Object.GetNamespace(), i.Object.GetName())
}

// Ignored is a document that is none of ours.
type Ignored struct {
	Position Position
	// Kind is what it says it is; empty where it does not say.
	Kind schema.GroupVersionKind
	Name string
	// Written says that it is a kind of ours that controllers write and nobody declares.
	Written bool
}

// String says what was ignored.
func (i Ignored) String() string {
	switch {
	case i.Kind.Kind == "":
		return "a document without apiVersion and kind"
	case i.Written:
		return i.Kind.Kind + " " + i.Name + ", which the controllers write"
	default:
		return strings.TrimSpace(i.Kind.Kind + " " + i.Name)
	}
}

// parsed is what one file holds. File names are put in when it is used, so that
// the same text at two places is parsed once.
type parsed struct {
	// documents counts those that are not empty.
	documents int
	items     []Item
	ignored   []Ignored
	problems  Problems
	// warnings are what is no problem, and worth a look.
	warnings Problems
}

// parser reads one file's text.
type parser struct {
	ctx  context.Context
	opts *Options
	out  *parsed
}

func (o *Options) parse(ctx context.Context, text []byte) *parsed {
	if o.Documents != nil {
		if p := o.piecewise(ctx, text); p != nil {
			return p
		}
	}
	return o.whole(ctx, text)
}

// whole reads a text in one piece.
func (o *Options) whole(ctx context.Context, text []byte) *parsed {
	p := &parser{ctx: ctx, opts: o, out: &parsed{}}
	roots, problem := node.Parse(text)
	if problem != nil {
		p.out.problems = append(p.out.problems, fromNode(*problem, ""))
		return p.out
	}
	p.out.documents = len(roots)
	for i, root := range roots {
		if missing := separator(text, root); missing != nil {
			p.out.problems = append(p.out.problems, *missing)
			continue
		}
		p.document(root, []int{i})
	}
	// What is wrong in itself is said better than that readers differ about it.
	if len(p.out.problems) == 0 {
		if problem := node.Differs(text, roots); problem != nil {
			p.out.problems = append(p.out.problems, fromNode(*problem, ""))
		}
	}
	for _, joiner := range node.Joiners(text) {
		warning := fromNode(joiner, "")
		warning.Rule = RuleJoiner
		p.out.warnings = append(p.out.warnings, warning)
	}
	return p.out
}

// separator finds a document in which a second object begins without "---": what would be said of the fields that
// stand twice then helps nobody.
func separator(text []byte, root *node.Node) *Problem {
	if root.Kind != yaml.MappingNode {
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i]
		if key.Value != "apiVersion" && key.Value != "kind" {
			continue
		}
		if !seen[key.Value] {
			seen[key.Value] = true
			continue
		}
		p := &Problem{
			Rule: RuleSyntax, Position: Position{Line: key.Line, Column: key.Column},
			Message: fmt.Sprintf(`a "---" is missing before line %d, where another object begins`, key.Line),
			Remedy:  `put a line that holds "---" and nothing else between the two`,
		}
		lines := bytes.SplitN(text, []byte("\n"), key.Line)
		if before := key.Line - 2; before >= 0 && before < len(lines) && bytes.HasSuffix(bytes.TrimRight(lines[before], " \t\r"), []byte("---")) {
			p.Position = Position{Line: before + 1, Column: 1 + bytes.LastIndex(lines[before], []byte("---"))}
			p.Message = fmt.Sprintf(`a "---" is missing in line %d: it stands at the end of a value, and is a part of that`, before+1)
			p.Remedy = "put it into a line of its own"
		}
		return p
	}
	return nil
}

func (p *parser) document(root *node.Node, path []int) {
	gvk := schema.FromAPIVersionAndKind(node.Text(node.Get(root, "apiVersion")), node.Text(node.Get(root, "kind")))
	meta := node.Get(root, "metadata")
	name := ""
	if meta != nil {
		name = node.Text(node.Get(meta, "name"))
	}
	at := Position{Line: root.Line, Column: root.Column}
	if items, isList := node.Objects(root); isList {
		for _, repeated := range node.Repeats(root) {
			p.out.problems = append(p.out.problems, fromNode(repeated, gvk.Kind))
		}
		for i, item := range items {
			p.document(item, append(path[:len(path):len(path)], i))
		}
		return
	}
	k, ours := kinds[gvk.Kind]
	switch {
	case gvk.Group == provostv1.GroupName && gvk.Version != provostv1.GroupVersion.Version:
		p.problem(node.Get(root, "apiVersion"), "", "apiVersion", fmt.Sprintf("there is no version %q of %s", gvk.Version, gvk.Group),
			"write "+provostv1.GroupVersion.String())
	case gvk.Group == provostv1.GroupName && (!ours || gvk.Kind == "Namespace"):
		hint := suggest.DidYouMean(gvk.Kind, Kinds())
		if gvk.Kind == "Namespace" {
			hint = "a Namespace has apiVersion: v1"
		} else if hint == "" {
			hint = "the kinds are " + suggest.List(Kinds(), "and")
		}
		p.problem(node.Find(root, "kind"), "", "kind", fmt.Sprintf("%s has no kind %q", provostv1.GroupName, gvk.Kind), hint)
	case ours && gvk.Group == "" && gvk.Version == "":
		p.problem(root, "", "apiVersion", "the object does not say its apiVersion", "add apiVersion: "+apiVersionOf(gvk.Kind))
	case !ours || (gvk.Group != provostv1.GroupName && (gvk.Group != "" || gvk.Version != "v1" || gvk.Kind != "Namespace")):
		p.out.ignored = append(p.out.ignored, Ignored{Position: at, Kind: gvk, Name: name})
	case k.written:
		p.out.ignored = append(p.out.ignored, Ignored{Position: at, Kind: gvk, Name: name, Written: true})
	default:
		p.object(root, gvk, k, path)
	}
}

func apiVersionOf(kind string) string {
	if kind == "Namespace" {
		return "v1"
	}
	return provostv1.GroupVersion.String()
}

func (p *parser) object(root *node.Node, gvk schema.GroupVersionKind, k kind, path []int) {
	obj := k.create()
	wrong := node.Decode(root, obj)
	name := objectName(gvk.Kind, obj.GetNamespace(), obj.GetName())
	before := len(p.out.problems)
	p.metadata(root, obj, name, k)
	record, invalid := convert(obj)
	item := Item{Object: obj, Record: record, Position: Position{Line: root.Line, Column: root.Column}, gvk: gvk, path: path}
	content, problem := node.Value(root)
	switch {
	case problem != nil:
		p.out.problems = append(p.out.problems, fromNode(*problem, name))
		p.unchecked(root, wrong, invalid, name)
	default:
		item.Content = &unstructured.Unstructured{Object: content.(map[string]any)}
		if k.namespaced && item.Content.GetNamespace() == "" && p.opts.Namespace != "" {
			item.Content.SetNamespace(p.opts.Namespace)
		}
		if schemas().Has(gvk) {
			p.checked(root, item.Content, wrong, invalid, name, before)
		} else {
			p.unchecked(root, wrong, invalid, name)
		}
	}
	if !p.opts.Content {
		item.Content = nil
	}
	item.Broken = len(p.out.problems) > before
	p.out.items = append(p.out.items, item)
}

// unchecked says what reading an object alone finds: of a kind that is not ours, such as Namespace, or of one that
// cannot be held to its schema.
func (p *parser) unchecked(root *node.Node, wrong []node.Problem, invalid *InvalidError, name string) {
	for _, w := range wrong {
		p.out.problems = append(p.out.problems, fromNode(w, name))
	}
	if len(wrong) > 0 {
		p.alsoInvalid(root, invalid, wrong, name)
		return
	}
	p.invalid(root, invalid, name)
}

// invalid reports what the engine's reading found wrong.
func (p *parser) invalid(root *node.Node, invalid *InvalidError, name string) {
	if invalid == nil {
		return
	}
	for _, e := range invalid.Fields {
		p.out.problems = append(p.out.problems, fromField(e, root, name))
	}
}

// alsoInvalid does the same for an object of which some fields could not be
// read: what seems to be missing may be what was misspelt, and is not reported.
func (p *parser) alsoInvalid(root *node.Node, invalid *InvalidError, wrong []node.Problem, name string) {
	if invalid == nil {
		return
	}
	rest := &InvalidError{ID: invalid.ID}
	for _, e := range invalid.Fields {
		known := slices.ContainsFunc(wrong, func(w node.Problem) bool { return w.Field == e.Field })
		if e.Type != field.ErrorTypeRequired && !known {
			rest.Fields = append(rest.Fields, e)
		}
	}
	p.invalid(root, rest, name)
}

// metadata checks what every object needs, and fills in the default namespace.
func (p *parser) metadata(root *node.Node, obj Object, name string, k kind) {
	at := node.Find(root, "metadata.name")
	switch n := obj.GetName(); {
	case n == "" && obj.GetGenerateName() != "":
		p.problem(node.Find(root, "metadata.generateName"), name, "metadata.generateName", "an object in a file has a name of its own",
			"write metadata.name instead")
	case n == "":
		p.problem(at, name, "metadata.name", "the object has no name", "add metadata.name")
	case !validName(n, k.nameLimit()):
		p.problem(at, name, "metadata.name", NotAName(n, "such an object"),
			"use "+NameForm(k.nameLimit()))
	}
	ns := obj.GetNamespace()
	switch at := node.Find(root, "metadata.namespace"); {
	case !k.namespaced && ns != "":
		p.problem(at, name, "metadata.namespace", "objects of this kind have no namespace", "remove metadata.namespace")
	case k.namespaced && ns == "" && p.opts.Namespace != "":
		obj.SetNamespace(p.opts.Namespace)
	case k.namespaced && ns == "":
		p.problem(at, name, "metadata.namespace", "the object does not say its namespace", "add metadata.namespace, or give a default with -n")
	case k.namespaced && (!validName(ns, 63) || strings.Contains(ns, ".")):
		p.problem(at, name, "metadata.namespace", NotAName(ns, "a namespace"),
			"use "+NameForm(63)+", and no '.'")
	}
}

func (p *parser) problem(at *node.Node, object, fieldPath, message, remedy string) {
	rule := RuleSchema
	if fieldPath == "kind" || fieldPath == "apiVersion" {
		rule = RuleUnknownKind
	}
	p.out.problems = append(p.out.problems, Problem{
		Rule: rule, Position: Position{Line: at.Line, Column: at.Column}, Object: object, Field: fieldPath, Message: message, Remedy: remedy,
	})
}

func objectName(kind, namespace, name string) string {
	if namespace != "" {
		name = namespace + "/" + name
	}
	return strings.TrimSpace(kind + " " + name)
}
