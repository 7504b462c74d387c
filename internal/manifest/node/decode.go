package node

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// Decode reads a node into the value that into points to, by the json tags of
// its fields, and returns everything that is wrong with it: unknown and repeated
// fields, values of the wrong type. Fields with a problem are left as they are.
func Decode(n *Node, into any) []Problem {
	d := decoder{}
	d.value(n, reflect.ValueOf(into).Elem(), nil)
	return d.problems
}

type decoder struct{ problems []Problem }

func (d *decoder) problem(n *Node, at *place, remedy, format string, args ...any) {
	d.problems = append(d.problems, Problem{
		Line: n.Line, Column: n.Column, Field: at.String(), Message: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func (d *decoder) value(n *Node, into reflect.Value, at *place) {
	n = resolve(n)
	if isNull(n) {
		return // as the API server has it: a null is a field that is not there
	}
	t := into.Type()
	if t.Kind() == reflect.Pointer {
		if into.IsNil() {
			into.Set(reflect.New(t.Elem()))
		}
		d.value(n, into.Elem(), at)
		return
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		d.unmarshal(n, into, at)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.object(n, into, at)
	case reflect.Map:
		d.mapping(n, into, at)
	case reflect.Slice:
		d.list(n, into, at)
	case reflect.String:
		if s, ok := d.text(n, at); ok {
			into.SetString(s)
		}
	case reflect.Bool:
		if b, ok := d.boolean(n, at); ok {
			into.SetBool(b)
		}
	case reflect.Int, reflect.Int32, reflect.Int64:
		d.integer(n, into, at)
	default:
		d.problem(n, at, "", "a value of Go type %s cannot be read", t)
	}
}

func (d *decoder) object(n *Node, into reflect.Value, at *place) {
	if n.Kind != yaml.MappingNode {
		d.problem(n, at, "", "fields are expected here, not %s", describe(n))
		return
	}
	fields := fieldsOf(into.Type())
	d.unique(n, at)
	for _, p := range Pairs(n) {
		f, ok := fields.byName[p.Key.Value]
		if !ok {
			hint := suggest.DidYouMean(p.Key.Value, fields.names)
			if hint == "" {
				hint = "the fields here are " + suggest.List(fields.names, "and")
			}
			d.problem(p.Key, at.field(p.Key.Value), hint, "unknown field %q", p.Key.Value)
			continue
		}
		d.value(p.Value, into.FieldByIndex(f), &place{up: at, name: p.Key.Value})
	}
}

// Repeats are the fields of a mapping that stand twice in it, and those whose names are no text.
func Repeats(n *Node) []Problem {
	d := decoder{}
	d.unique(n, nil)
	return d.problems
}

// allDifferent says, for the few keys that a mapping usually has, that none stands twice and all are text.
func allDifferent(n *Node) bool {
	const few = 16
	if len(n.Content) > few {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Kind != yaml.ScalarNode {
			return false
		}
		for j := 0; j < i; j += 2 {
			if n.Content[j].Value == n.Content[i].Value {
				return false
			}
		}
	}
	return true
}

// unique reports keys that stand twice in a mapping, and keys that are no text.
func (d *decoder) unique(n *Node, at *place) {
	if allDifferent(n) {
		return
	}
	seen := make(map[string]*Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			d.problem(key, at, "quote values that begin with { or [; a template has to be rendered first",
				"a field's name must be text, not %s", describe(key))
			continue
		}
		if first, twice := seen[key.Value]; twice {
			d.problem(key, at.field(key.Value), "keep one of them", "the field %q stands here twice, first in line %d", key.Value, first.Line)
			d.problems[len(d.problems)-1].Repeated = true
			continue
		}
		seen[key.Value] = key
	}
}

func (d *decoder) mapping(n *Node, into reflect.Value, at *place) {
	if n.Kind != yaml.MappingNode {
		d.problem(n, at, "", "a mapping of keys to values is expected here, not %s", describe(n))
		return
	}
	d.unique(n, at)
	t := into.Type()
	out := reflect.MakeMapWithSize(t, len(n.Content)/2)
	for _, p := range Pairs(n) {
		entry := &place{up: at, name: p.Key.Value, index: -1, bracket: true}
		key, ok := d.text(p.Key, entry)
		if !ok {
			continue
		}
		v := reflect.New(t.Elem()).Elem()
		d.value(p.Value, v, entry)
		out.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), v)
	}
	into.Set(out)
}

func (d *decoder) list(n *Node, into reflect.Value, at *place) {
	if n.Kind != yaml.SequenceNode {
		d.problem(n, at, "begin each entry with \"- \"", "a list is expected here, not %s", describe(n))
		return
	}
	out := reflect.MakeSlice(into.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		entry := &place{up: at, index: i, bracket: true}
		if isNull(item) {
			d.problem(item, entry, "remove the entry, or fill it in", "an empty entry")
			continue
		}
		d.value(item, out.Index(i), entry)
	}
	into.Set(out)
}

// text reads a string. What YAML takes for something else has to be quoted.
func (d *decoder) text(n *Node, at *place) (string, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode {
		d.problem(n, at, "", "text is expected here, not %s", describe(n))
		return "", false
	}
	switch n.ShortTag() {
	case "!!str":
		if n.Style == 0 && isOldBool(n.Value) {
			d.problem(n, at, quoted(n), "%s without quotes is a truth value to many YAML readers, kubectl among them", n.Value)
			return "", false
		}
		return n.Value, true
	case "!!timestamp", "!!merge":
		return n.Value, true
	default:
		d.problem(n, at, quoted(n), "text is expected here, not %s", describe(n))
		return "", false
	}
}

// quoted is the remedy for text that YAML takes for something else.
func quoted(n *Node) string { return "put quotes around it: " + strconv.Quote(n.Value) }

// isOldBool says whether YAML 1.1, which kubectl reads, takes the word for true or false.
func isOldBool(s string) bool {
	if len(s) > 3 {
		return false
	}
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return true
	}
	return false
}

func (d *decoder) boolean(n *Node, at *place) (value, ok bool) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" {
		return strings.EqualFold(n.Value, "true"), true
	}
	d.problem(n, at, "write true or false", "true or false is expected here, not %s", describe(n))
	return false, false
}

func (d *decoder) integer(n *Node, into reflect.Value, at *place) {
	var i int64
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || n.Decode(&i) != nil {
		d.problem(n, at, "", "a whole number is expected here, not %s", describe(n))
		return
	}
	if into.OverflowInt(i) {
		d.problem(n, at, "", "the number %d is too large", i)
		return
	}
	into.SetInt(i)
}

// unmarshal reads a type that has its own JSON form, such as a time.
func (d *decoder) unmarshal(n *Node, into reflect.Value, at *place) {
	v, p := Value(n)
	if p != nil {
		p.Field = at.String()
		d.problems = append(d.problems, *p)
		return
	}
	text, err := json.Marshal(v)
	if err == nil {
		err = into.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(text)
	}
	if err == nil {
		return
	}
	switch into.Type().Name() {
	case "Time", "MicroTime":
		d.problem(n, at, timeRemedy(v, at), "this is no time: %s", show(n))
	case "Duration":
		d.problem(n, at, words.WriteLike("30s, 5m or 1h"), "this is no duration: %s", show(n))
	default:
		d.problem(n, at, "", "%v", err)
	}
}

// timeRemedy is how a time is to be written. Of a day that is an end, the day after it begins where it is over.
func timeRemedy(value any, at *place) string {
	text, _ := value.(string)
	day, ok := findings.ReadBeginning(text)
	if !ok {
		return words.WriteLike(strconv.Quote(words.Time))
	}
	field := at.String()
	switch field[strings.LastIndexByte(field, '.')+1:] {
	case "notAfter", "reviewBy", "endsAt", "dueAt":
		day, _ = findings.ReadEnd(text)
		return words.WriteLike(strconv.Quote(day.Format(time.RFC3339))) + ", where that day is over"
	}
	return words.WriteLike(strconv.Quote(day.Format(time.RFC3339)))
}

func describe(n *Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!bool":
		return "the truth value " + n.Value
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!null":
		return "nothing"
	default:
		return "the text " + show(n)
	}
}

func show(n *Node) string {
	s := n.Value
	if n.Kind != yaml.ScalarNode {
		return describe(n)
	}
	if len(s) > 60 {
		s = s[:60] + "..."
	}
	return strconv.Quote(s)
}

// fields are those of a struct by the names that its json tags give them.
type fields struct {
	byName map[string][]int
	names  []string
}

var known sync.Map // reflect.Type -> *fields

func fieldsOf(t reflect.Type) *fields {
	if f, ok := known.Load(t); ok {
		return f.(*fields)
	}
	f := &fields{byName: map[string][]int{}}
	f.collect(t, nil)
	known.Store(t, f)
	return f
}

func (f *fields) collect(t reflect.Type, index []int) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		at := append(append([]int(nil), index...), i)
		switch {
		case name == "-" || !field.IsExported():
		case name == "" && field.Anonymous:
			f.collect(field.Type, at)
		default:
			if name == "" {
				name = field.Name
			}
			f.byName[name] = at
			f.names = append(f.names, name)
		}
	}
}
