package edit

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/assertions"
	"provost.dev/provost/internal/manifest/edit/splice"
	"provost.dev/provost/internal/manifest/node"
)

// references finds in files what names one object: in objects, in parts of them as patches are, in the assertions
// beside them, and in kustomizations.
type references struct {
	id  directory.ID
	new string

	found []splice.Value
	// nodes are the names themselves, one of which may be met more than once.
	nodes []*node.Node
}

// names says whether a reference means the object. A namespace that nobody says may be that of the object.
func (r *references) names(kind directory.Kind, namespace, name string) bool {
	return r.id.Kind == kind && r.id.Name == name && (r.id.Namespace == "" || namespace == "" || namespace == r.id.Namespace)
}

func (r *references) add(n *node.Node) {
	v := splice.Value{Line: n.Line, Column: n.Column, Old: n.Value, New: r.new}
	if prefix, ok := strings.CutSuffix(n.Value, r.id.Name); ok {
		v.New = prefix + r.new
	}
	r.nodes = append(r.nodes, n)
	if !slices.Contains(r.found, v) {
		r.found = append(r.found, v)
	}
}

// scalar adds a text that is a name of one kind.
func (r *references) scalar(n *node.Node, kind directory.Kind, namespace string) {
	if n != nil && r.names(kind, namespace, node.Text(n)) {
		r.add(n)
	}
}

// reference adds the name in a reference that says the kind, or is always of one, and may say a namespace.
func (r *references) reference(n *node.Node, kind directory.Kind, namespace string) {
	if n == nil {
		return
	}
	if said := node.Text(get(n, "kind")); said != "" {
		kind = directory.Kind(said)
	}
	if said := node.Text(get(n, "namespace")); said != "" {
		namespace = said
	}
	r.scalar(get(n, "name"), kind, namespace)
}

// each goes through a list of an object.
func each(n *node.Node, list string, f func(*node.Node)) {
	for _, item := range node.Items(get(n, list)) {
		f(item)
	}
}

// entities adds the entity at which something is, or below which it chooses many.
func (r *references) entities(n *node.Node, namespace string) {
	r.reference(get(n, "entityRef"), "", namespace)
	r.reference(get(get(n, "entitySelector"), "under"), "", namespace)
}

// object adds what an object, or a part of one, says. The namespace is that which it ends up in; "" where that is not known.
func (r *references) object(root *node.Node, namespace string) {
	kind := directory.Kind(node.Text(get(root, "kind")))
	r.scalar(get(get(root, "metadata"), "name"), kind, namespace)
	spec := get(root, "spec")
	if spec == nil {
		return
	}
	role := func(n *node.Node) { r.scalar(n, directory.KindRole, namespace) }
	r.entities(spec, namespace)
	r.reference(get(spec, "roleRef"), directory.KindRole, namespace)
	each(spec, "subjects", func(n *node.Node) { r.reference(n, "", namespace) })
	r.reference(get(spec, "termRef"), directory.KindTerm, namespace)
	r.scalar(get(spec, "owner"), directory.KindPerson, "")
	r.scalar(get(spec, "person"), directory.KindPerson, "")
	switch kind {
	case directory.KindGroup:
		r.reference(get(spec, "parentRef"), directory.KindGroup, namespace)
		for _, list := range []string{"include", "require", "exclude"} {
			each(get(spec, "compose"), list, func(n *node.Node) { r.scalar(n, directory.KindGroup, namespace) })
		}
		each(spec, "members", func(n *node.Node) {
			r.scalar(get(n, "name"), directory.KindPerson, "")
			r.reference(get(n, "termRef"), directory.KindTerm, namespace)
		})
		each(spec, "enrolments", func(n *node.Node) {
			r.entities(n, namespace)
			r.reference(get(n, "roleRef"), directory.KindRole, namespace)
			r.reference(get(n, "termRef"), directory.KindTerm, namespace)
		})
	case directory.KindRole:
		each(spec, "requires", func(n *node.Node) { role(get(n, "role")) })
		each(spec, "exclusiveWith", func(n *node.Node) { role(get(n, "role")) })
		each(spec, "complements", role)
	case directory.KindRoleTemplate:
		each(spec, "roles", func(n *node.Node) { role(get(n, "name")) })
	case directory.KindSystemDeny:
		r.reference(get(get(spec, "scope"), "entityRef"), "", "")
	case directory.KindPlatform:
		each(spec, "administrators", func(n *node.Node) { r.reference(n, "", "") })
	default:
		r.reference(get(spec, "parentRef"), "", namespace)
	}
}

// test adds what assertions name.
func (r *references) test(root *node.Node) {
	namespace := node.Text(get(get(root, "metadata"), "namespace"))
	each(get(root, "spec"), "tests", func(n *node.Node) {
		for _, list := range []string{"people", "members", "notMembers", "only"} {
			each(n, list, func(who *node.Node) { r.scalar(who, directory.KindPerson, "") })
		}
		if entity := get(n, "entity"); entity != nil {
			parts := strings.Split(node.Text(entity), "/")
			ns := namespace
			if len(parts) == 3 {
				ns = parts[0]
			}
			if len(parts) < 2 {
				return
			}
			level, ok := catalogue.ParseLevel(parts[len(parts)-2])
			if ok && r.names(directory.Kind(level.String()), ns, parts[len(parts)-1]) {
				r.add(entity)
			}
		}
		if group := get(n, "group"); group != nil {
			ns, name, whole := strings.Cut(node.Text(group), "/")
			if !whole {
				ns, name = namespace, ns
			}
			if r.names(directory.KindGroup, ns, name) {
				r.add(group)
			}
		}
	})
}

// kustomization adds the objects that a kustomization chooses by name, and what stands in the patches within it.
func (r *references) kustomization(root *node.Node, text []byte) {
	chosen := func(n *node.Node) {
		if n == nil {
			return
		}
		kind := directory.Kind(node.Text(get(n, "kind")))
		if kind == "" {
			kind = r.id.Kind
		}
		r.scalar(get(n, "name"), kind, node.Text(get(n, "namespace")))
	}
	for _, field := range []string{"patches", "patchesJson6902", "patchesStrategicMerge"} {
		each(root, field, func(n *node.Node) {
			chosen(get(n, "target"))
			r.inline(get(n, "patch"), text)
			if n.Kind == yaml.ScalarNode {
				r.inline(n, text)
			}
		})
	}
	each(root, "replacements", func(n *node.Node) {
		chosen(get(n, "source"))
		each(n, "targets", func(n *node.Node) {
			chosen(get(n, "select"))
			each(n, "reject", chosen)
		})
	})
}

// inline adds what stands in a patch that is written into a kustomization as a block of text.
func (r *references) inline(n *node.Node, text []byte) {
	if n == nil || n.Kind != yaml.ScalarNode || n.Style&yaml.LiteralStyle == 0 {
		return
	}
	roots, problem := node.Parse([]byte(n.Value))
	if problem != nil {
		return
	}
	within := &references{id: r.id, new: r.new}
	for _, root := range roots {
		within.object(root, node.Text(get(get(root, "metadata"), "namespace")))
	}
	lines := strings.Split(string(text), "\n")
	indent := -1
	for _, l := range lines[min(n.Line, len(lines)):] {
		if content := strings.TrimLeft(l, " "); strings.TrimSpace(content) != "" {
			indent = len(l) - len(content)
			break
		}
	}
	for _, v := range within.found {
		v.Line, v.Column, v.Raw = v.Line+n.Line, v.Column+indent, true
		if !slices.Contains(r.found, v) {
			r.found = append(r.found, v)
		}
	}
}

// document adds what a document of a file says, whatever it is.
func (r *references) document(file string, root *node.Node, namespace string, text []byte) {
	group, _, _ := strings.Cut(node.Text(get(root, "apiVersion")), "/")
	kind := node.Text(get(root, "kind"))
	switch {
	case node.Text(get(root, "apiVersion")) == assertions.APIVersion:
		r.test(root)
	case group == "provost.dev":
		r.object(root, namespace)
	case kind == "Kustomization", kind == "Component", isKustomization(file):
		r.kustomization(root, text)
	}
}

// get is a field of a mapping; nil where there is none, or no mapping.
func get(n *node.Node, field string) *node.Node {
	if n == nil {
		return nil
	}
	return node.Get(n, field)
}
