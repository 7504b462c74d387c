package edit

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"provost.dev/provost/internal/manifest/edit/splice"
	"provost.dev/provost/internal/manifest/node"
)

// sheet is a file with the steps of an edit of it.
type sheet struct {
	File
	steps []step
}

// step is what happens to one object of a file: entries of a list go or get values, fields of its spec do, or the object goes.
type step struct {
	path    splice.Path
	list    []string
	gone    []int
	updates []splice.Update
	fields  []splice.Field
	whole   bool
}

// sheets are the files that an edit touches.
type sheets struct {
	w     *Workspace
	of    map[string]*sheet
	order []string
}

// sheet is the file of that name.
func (s *sheets) sheet(name string) (*sheet, error) {
	if known, ok := s.of[name]; ok {
		return known, nil
	}
	text, disk, err := s.w.load(name)
	if err != nil {
		return nil, err
	}
	out := &sheet{File: File{Name: name, Before: text, After: bytes.Clone(text), disk: disk}}
	s.of[name] = out
	s.order = append(s.order, name)
	return out, nil
}

// apply makes the new texts. Files of which nothing is left are gone, and kustomizations do not name them any more.
func (s *sheets) apply() ([]File, error) {
	var errs []error
	var gone []string
	for _, name := range s.order {
		sheet := s.of[name]
		if err := sheet.apply(); err != nil {
			errs = append(errs, fmt.Errorf("%s cannot be edited: %w", name, err))
		}
		if sheet.Gone {
			gone = append(gone, name)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := s.unlist(gone); err != nil {
		return nil, err
	}
	var out []File
	for _, name := range slices.Sorted(slices.Values(s.order)) {
		out = append(out, s.of[name].File)
	}
	return out, nil
}

// apply makes the steps of one file: first within objects, and then those after which objects have other numbers.
func (s *sheet) apply() error {
	text := s.Before
	var err error
	var documents []int
	items := map[string][]int{} // of Lists, by their own path
	lists := map[string]splice.Path{}
	for _, step := range s.steps {
		switch {
		case step.whole && len(step.path) == 1:
			documents = append(documents, step.path[0])
		case step.whole:
			list := step.path[:len(step.path)-1]
			items[fmt.Sprint(list)] = append(items[fmt.Sprint(list)], step.path[len(step.path)-1])
			lists[fmt.Sprint(list)] = list
		case len(step.gone) > 0:
			text, err = splice.List(text, step.path, step.list, splice.Edit{Delete: step.gone})
		case len(step.updates) > 0:
			text, err = splice.List(text, step.path, step.list, splice.Edit{Update: step.updates})
		default:
			text, err = splice.Set(text, step.path, []string{"spec"}, step.fields...)
		}
		if err != nil {
			return err
		}
	}
	// Those of an inner List first: the numbers of the outer one still lead to it.
	for _, key := range slices.SortedFunc(maps.Keys(items), func(a, b string) int { return len(lists[b]) - len(lists[a]) }) {
		if text, err = splice.List(text, lists[key], []string{"items"}, splice.Edit{Delete: items[key], Comments: true}); err != nil {
			return err
		}
	}
	roots, problem := node.Parse(text)
	if problem != nil {
		return errors.New(splice.UnknownLayout + ": " + problem.Message)
	}
	if len(documents) == len(roots) {
		s.After, s.Gone = nil, true
		return nil
	}
	if text, err = splice.Drop(text, documents...); err != nil {
		return err
	}
	s.After = text
	return s.same()
}

// same holds the new text to what the steps say, value by value: no step may have reached anything else of the file.
func (s *sheet) same() error {
	want, err := valuesOf(s.Before)
	if err != nil {
		return err
	}
	got, err := valuesOf(s.After)
	if err != nil {
		return fmt.Errorf("%s (with the edit, %w)", splice.UnknownLayout, err)
	}
	var dropped [][]int
	for _, step := range s.steps {
		if step.whole {
			dropped = append(dropped, step.path)
			continue
		}
		at := want[step.path[0]]
		for _, i := range step.path[1:] {
			at = at.(map[string]any)["items"].([]any)[i]
		}
		if len(step.gone) > 0 {
			withoutEntries(at, step.list, step.gone)
			continue
		}
		if len(step.updates) > 0 {
			withValues(at, step.list, step.updates)
			continue
		}
		spec := at.(map[string]any)["spec"].(map[string]any)
		for _, f := range step.fields {
			spec[f.Name] = f.Value
		}
	}
	slices.SortFunc(dropped, func(a, b []int) int { return slices.Compare(b, a) }) // the last ones first
	for _, p := range dropped {
		if len(p) == 1 {
			want = slices.Delete(want, p[0], p[0]+1)
			continue
		}
		at := want[p[0]]
		for _, i := range p[1 : len(p)-1] {
			at = at.(map[string]any)["items"].([]any)[i]
		}
		withoutEntries(at, []string{"items"}, []int{p[len(p)-1]})
	}
	if !reflect.DeepEqual(want, got) {
		return errors.New("the edit would reach other parts of the file; " + splice.EntryALine)
	}
	return nil
}

// withoutEntries takes entries out of the list to which fields lead.
func withoutEntries(at any, list []string, gone []int) {
	for i, name := range list {
		m := at.(map[string]any)
		name, entry, within := strings.Cut(name, "[")
		if i == len(list)-1 {
			left := []any{}
			for n, v := range m[name].([]any) {
				if !slices.Contains(gone, n) {
					left = append(left, v)
				}
			}
			m[name] = left
			return
		}
		at = m[name]
		if within {
			n, _ := strconv.Atoi(strings.TrimSuffix(entry, "]"))
			at = at.([]any)[n]
		}
	}
}

// withValues gives fields of the entries of the list to which fields lead their values.
func withValues(at any, list []string, updates []splice.Update) {
	for _, name := range list {
		at = at.(map[string]any)[name]
	}
	for _, u := range updates {
		at.([]any)[u.Index].(map[string]any)[u.Field.Name] = u.Field.Value
	}
}

// valuesOf are the documents of a text.
func valuesOf(text []byte) ([]any, error) {
	roots, problem := node.Parse(text)
	if problem != nil {
		return nil, errors.New(problem.Message)
	}
	var out []any
	for _, root := range roots {
		v, problem := node.Value(root)
		if problem != nil {
			return nil, errors.New(problem.Message)
		}
		out = append(out, v)
	}
	return out, nil
}

// unlist takes files that are gone out of the resources of kustomizations. What names one in another way keeps it.
func (s *sheets) unlist(gone []string) error {
	if len(gone) == 0 {
		return nil
	}
	for i := range s.w.folders {
		f := &s.w.folders[i]
		err := f.walk(func(name string) error {
			if !isKustomization(name) {
				return nil
			}
			return s.unlistIn(name, gone)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sheets) unlistIn(kustomization string, gone []string) error {
	k, err := s.sheet(kustomization)
	if err != nil {
		return err
	}
	roots, problem := node.Parse(k.Before)
	if problem != nil || len(roots) != 1 {
		return nil // whoever reads it says what is wrong
	}
	means := func(n *node.Node) bool {
		return slices.Contains(gone, path.Join(path.Dir(kustomization), node.Text(n)))
	}
	var listed []int
	for i, n := range node.Items(node.Get(roots[0], "resources")) {
		if means(n) {
			listed = append(listed, i)
		}
	}
	for _, p := range node.Pairs(roots[0]) {
		if other := naming(p.Value, means); other != nil && node.Text(p.Key) != "resources" {
			return fmt.Errorf("%s:%d: the kustomization names %s, of which nothing would be left; edit both by hand", kustomization, other.Line,
				node.Text(other))
		}
	}
	if len(listed) == 0 {
		delete(s.of, kustomization)
		s.order = slices.DeleteFunc(s.order, func(name string) bool { return name == kustomization })
		return nil
	}
	k.steps = append(k.steps, step{path: splice.Path{0}, list: []string{"resources"}, gone: listed})
	return k.apply()
}

// naming is a text within a node that means something; nil where none does.
func naming(n *node.Node, means func(*node.Node) bool) *node.Node {
	if n == nil {
		return nil
	}
	if len(n.Content) == 0 && node.Text(n) != "" && means(n) {
		return n
	}
	for _, c := range n.Content {
		if found := naming(c, means); found != nil {
			return found
		}
	}
	return nil
}
