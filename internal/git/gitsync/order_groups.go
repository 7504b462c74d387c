package gitsync

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// layered splits the groups of a stage where some are made of others (rule R36), so that nobody is let in while a part is
// still on its way: a group that is required or excluded comes before the one that names it, and a group that keeps people
// out comes before those whose members it includes. Everything else may be written at once, in the first layer. Groups in a
// circle have no order; the engine lets nobody in through them.
func layered[T any](objects []T, of func(T) *unstructured.Unstructured) [][]T {
	type name struct{ namespace, name string }
	after := map[name][]name{} // what has to be written before
	key := func(u *unstructured.Unstructured) name { return name{u.GetNamespace(), u.GetName()} }
	for _, o := range objects {
		u := of(o)
		if u.GroupVersionKind() != ours("Group") {
			continue
		}
		names := func(list string) []name {
			found, _, _ := unstructured.NestedStringSlice(u.Object, "spec", "compose", list)
			out := make([]name, len(found))
			for i, n := range found {
				out[i] = name{u.GetNamespace(), n}
			}
			return out
		}
		restricting := slices.Concat(names("require"), names("exclude"))
		after[key(u)] = append(after[key(u)], restricting...)
		for _, n := range names("include") {
			if len(restricting) > 0 {
				after[n] = append(after[n], key(u))
			} else {
				after[key(u)] = append(after[key(u)], n)
			}
		}
	}
	layers := map[name]int{}
	var layer func(n name) int
	layer = func(n name) int {
		if l, known := layers[n]; known {
			return l
		}
		layers[n] = 0
		l := 0
		for _, before := range after[n] {
			l = max(l, layer(before)+1)
		}
		layers[n] = l
		return l
	}
	var out [][]T
	for _, o := range objects {
		l := 0
		if u := of(o); u.GroupVersionKind() == ours("Group") {
			l = layer(key(u))
		}
		for len(out) <= l {
			out = append(out, nil)
		}
		out[l] = append(out[l], o)
	}
	return slices.DeleteFunc(out, func(layer []T) bool { return len(layer) == 0 })
}
