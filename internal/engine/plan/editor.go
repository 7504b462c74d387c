package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// editor gathers the edits of one record, each with what it sets in a draft of the record before.
type editor[T any] struct {
	id    directory.ID
	edits []Edit
}

func (e *editor[T]) add(edit Edit, set func(*T)) {
	edit.ID = e.id
	if set != nil {
		edit.alter = func(draft directory.Record) { set(any(draft).(*T)) }
	}
	e.edits = append(e.edits, edit)
}

// field notes a field that differs; what is left out is written "none".
func (e *editor[T]) field(field string, class Class, before, after string, set func(*T)) {
	if before == after {
		return
	}
	e.add(Edit{Field: field, Class: class, Value: fromTo(before, after)}, set)
}

// fromTo is what a field was and is; what is left out is written "none".
func fromTo(before, after string) string {
	none := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	return none(before) + " -> " + none(after)
}

// changed notes a field of which the content is too long to tell.
func (e *editor[T]) changed(field string, class Class, before, after any, set func(*T)) {
	if !reflect.DeepEqual(before, after) {
		e.add(Edit{Field: field, Class: class}, set)
	}
}

// silent notes a field on which no access depends.
func (e *editor[T]) silent(field string, class Class, differs bool) {
	if differs {
		e.add(Edit{Field: field, Class: class, NoEffect: true}, nil)
	}
}

// names notes what came to and went from a list, however often it stands there.
func (e *editor[T]) names(field, what string, before, after []string, list func(*T) *[]string) {
	for i, n := range before {
		if slices.Index(before, n) == i && !slices.Contains(after, n) {
			e.add(Edit{Field: at(field, i), Gone: true, Class: Class(what + " removed"), Value: n}, func(draft *T) {
				l := list(draft)
				*l = slices.DeleteFunc(*l, func(o string) bool { return o == n })
			})
		}
	}
	for i, n := range after {
		if slices.Index(after, n) == i && !slices.Contains(before, n) {
			e.add(Edit{Field: at(field, i), Class: Class(what + " added"), Value: n}, func(draft *T) {
				l := list(draft)
				*l = append(*l, n)
			})
		}
	}
}

func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

func (e *editor[T]) labels(field string, before, after map[string]string, set func(*T)) {
	if !(len(before) == 0 && len(after) == 0) {
		e.changed(field, Class(field[strings.LastIndex(field, ".")+1:]+" changed"), before, after, set)
	}
}

func (e *editor[T]) attributes(before, after directory.Attributes, set func(*T)) {
	if !(len(before) == 0 && len(after) == 0) {
		e.changed("spec.attributes", "attributes changed", before, after, set)
	}
}

func (e *editor[T]) window(prefix string, before, after directory.Window, of func(*T) *directory.Window) {
	e.field(prefix+"notBefore", "notBefore changed", moment(before.NotBefore), moment(after.NotBefore),
		func(draft *T) { of(draft).NotBefore = after.NotBefore })
	e.field(prefix+"notAfter", "notAfter changed", moment(before.NotAfter), moment(after.NotAfter),
		func(draft *T) { of(draft).NotAfter = after.NotAfter })
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func roleRef(r directory.RoleRef) string {
	if r.Template {
		return "template " + r.Name
	}
	return r.Name
}

// subjects notes the subjects that came and went, each once.
func (e *editor[T]) subjects(before, after []directory.Subject, list func(*T) *[]directory.Subject) {
	// A binding may name thousands.
	was, is := map[directory.Subject]bool{}, map[directory.Subject]bool{}
	for _, s := range before {
		was[s] = true
	}
	for _, s := range after {
		is[s] = true
	}
	subject := func(s directory.Subject, i int, gone bool, class Class) {
		edit := Edit{Field: at("spec.subjects", i), Gone: gone, Class: class, Value: s.Name}
		if s.Kind == directory.KindPerson {
			edit.Person = s.Name
		} else {
			edit.Value = "Group " + directory.Key{Namespace: s.Namespace, Name: s.Name}.String()
		}
		e.add(edit, func(draft *T) {
			l := list(draft)
			if *l = slices.DeleteFunc(*l, func(o directory.Subject) bool { return o == s }); !gone {
				*l = append(*l, s)
			}
		})
	}
	for i, s := range before {
		if !is[s] {
			subject(s, i, true, "subject removed")
			is[s] = true
		}
	}
	for i, s := range after {
		if !was[s] {
			subject(s, i, false, "subject added")
			was[s] = true
		}
	}
}
