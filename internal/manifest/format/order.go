package format

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/node"
)

// order is the order of the fields of an object, and of what they hold.
type order struct {
	place  map[string]int
	fields map[string]*order
	// items is the order of the items of a list or map.
	items *order
}

// metadataOrder is the order of metadata, whose type lists its fields in another.
var metadataOrder = []string{"name", "namespace", "labels", "annotations"}

// nameOrder are the fields by which something is named; they come first, wherever they stand.
var nameOrder = []string{"apiVersion", "kind", "name", "namespace"}

var (
	metadataType = reflect.TypeFor[metav1.ObjectMeta]()
	unmarshaler  = reflect.TypeFor[json.Unmarshaler]()
)

var orders sync.Map // reflect.Type -> *order

// orderOf is the order of the fields of a document; nil where it is no object of ours, and no list of one kind of ours.
func orderOf(root *node.Node) *order {
	gvk := schema.FromAPIVersionAndKind(node.Text(node.Get(root, "apiVersion")), node.Text(node.Get(root, "kind")))
	if _, isList := node.Objects(root); isList {
		gvk.Kind = strings.TrimSuffix(gvk.Kind, "List")
		if item := ofKind(gvk); item != nil {
			return &order{place: listOrder, fields: map[string]*order{"metadata": ofType(metadataType), "items": {items: item}}}
		}
		return nil
	}
	return ofKind(gvk)
}

// listOrder is the order of the fields of a list of objects.
var listOrder = map[string]int{"apiVersion": 0, "kind": 1, "metadata": 2, "items": 3}

func ofKind(gvk schema.GroupVersionKind) *order {
	var object any
	switch {
	case gvk.GroupVersion() == provostv1.GroupVersion:
		created, ok := manifest.New(gvk.Kind)
		if !ok {
			return nil
		}
		object = created
	case gvk.Group == "" && gvk.Version == "v1" && gvk.Kind == "Namespace":
		object = &corev1.Namespace{}
	default:
		return nil
	}
	return ofType(reflect.TypeOf(object))
}

// ofType is the order of the fields of a Go type: that of the API, names first.
func ofType(t reflect.Type) *order {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if known, ok := orders.Load(t); ok {
		return known.(*order)
	}
	o := &order{place: map[string]int{}, fields: map[string]*order{}}
	switch {
	case reflect.PointerTo(t).Implements(unmarshaler): // a time or a duration, which is written as text
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		o.items = ofType(t.Elem())
	case t.Kind() == reflect.Struct:
		if t == metadataType {
			for i, name := range metadataOrder {
				o.place[name] = i
			}
			break
		}
		for _, name := range nameOrder {
			o.place[name] = len(o.place)
		}
		o.collect(t)
	}
	orders.Store(t, o)
	return o
}

func (o *order) collect(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case name == "" && f.Anonymous:
			o.collect(f.Type)
		case name != "":
			if _, placed := o.place[name]; !placed {
				o.place[name] = len(o.place)
			}
			o.fields[name] = ofType(f.Type)
		}
	}
}

// sort puts the fields of a node in order, with all that they hold. Fields that are
// not known keep their places behind the others.
func (o *order) sort(n *node.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if o.items != nil {
				o.items.sort(item)
			}
		}
	case yaml.MappingNode:
		type field struct{ key, value *node.Node }
		fields := make([]field, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			fields = append(fields, field{n.Content[i], n.Content[i+1]})
		}
		if o.items == nil {
			slices.SortStableFunc(fields, func(a, b field) int { return cmp.Compare(o.rank(a.key), o.rank(b.key)) })
		}
		n.Content = n.Content[:0]
		for _, f := range fields {
			n.Content = append(n.Content, f.key, f.value)
			if inner := o.fields[f.key.Value]; inner != nil {
				inner.sort(f.value)
			} else if o.items != nil {
				o.items.sort(f.value)
			}
		}
	}
}

func (o *order) rank(key *node.Node) int {
	if key.Tag == "!!merge" {
		return -1 // what is merged in comes before what replaces it
	}
	if at, known := o.place[key.Value]; known {
		return at
	}
	return len(o.place)
}

// sortMembers sorts the members of a group by name.
func sortMembers(root *node.Node) {
	if items, isList := node.Objects(root); isList {
		for _, item := range items {
			sortMembers(item)
		}
		return
	}
	if node.Text(node.Get(root, "kind")) != "Group" {
		return
	}
	spec := node.Get(root, "spec")
	if spec == nil {
		return
	}
	if list := node.Get(spec, "members"); list != nil && list.Kind == yaml.SequenceNode {
		slices.SortStableFunc(list.Content, func(a, b *node.Node) int {
			return cmp.Compare(node.Text(node.Get(a, "name")), node.Text(node.Get(b, "name")))
		})
	}
}
