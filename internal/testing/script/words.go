package script

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Permission is short for the catalogue's type.
type Permission = catalogue.Permission

// words is the head of a line, read word by word.
type words struct{ left []string }

// take reads a word where it is the next one.
func (w *words) take(word string) bool {
	if len(w.left) > 0 && w.left[0] == word {
		w.left = w.left[1:]
		return true
	}
	return false
}

func (w *words) next() (string, error) {
	if len(w.left) == 0 {
		return "", fmt.Errorf("the line ends too early")
	}
	word := w.left[0]
	w.left = w.left[1:]
	return word, nil
}

func (w *words) end() error {
	if len(w.left) > 0 {
		return fmt.Errorf("unexpected %q", strings.Join(w.left, " "))
	}
	return nil
}

// until reads the words before the given one, which is left where it is.
func (w *words) until(word string) []string {
	i := slices.Index(w.left, word)
	if i < 0 {
		i = len(w.left)
	}
	before := w.left[:i]
	w.left = w.left[i:]
	return before
}

// entityKey reads "level/name" or "namespace/level/name".
func (s *Script) entityKey(word string) (directory.EntityKey, error) {
	parts := strings.Split(word, "/")
	if len(parts) == 2 {
		parts = append([]string{s.namespace}, parts...)
	}
	if len(parts) != 3 {
		return directory.EntityKey{}, fmt.Errorf("%q is no entity: write level/name", word)
	}
	level, ok := catalogue.ParseLevel(parts[1])
	if !ok {
		return directory.EntityKey{}, fmt.Errorf("%q is no level", parts[1])
	}
	return directory.EntityKey{Level: level, Namespace: parts[0], Name: parts[2]}, nil
}

// at reads "at level/name": an entity of the current namespace.
func (s *Script) at(w *words) (directory.LocalEntity, error) {
	if !w.take("at") {
		return directory.LocalEntity{}, fmt.Errorf(`"at" and an entity are missing`)
	}
	word, err := w.next()
	if err != nil {
		return directory.LocalEntity{}, err
	}
	k, err := s.entityKey(word)
	return directory.LocalEntity{Level: k.Level, Name: k.Name}, err
}

// where reads what at reads, or "at every course under level/name": what is selected, with the attributes asked for (R34).
func (s *Script) where(w *words, asked []string) (directory.LocalEntity, *directory.EntitySelector, error) {
	if len(w.left) < 2 || w.left[0] != "at" || w.left[1] != "every" {
		e, err := s.at(w)
		return e, nil, err
	}
	w.left = w.left[2:]
	word, err := w.next()
	if err != nil {
		return directory.LocalEntity{}, nil, err
	}
	level, ok := catalogue.ParseLevel(word)
	if !ok || !w.take("under") {
		return directory.LocalEntity{}, nil, fmt.Errorf(`"every" goes with a level and "under"`)
	}
	if word, err = w.next(); err != nil {
		return directory.LocalEntity{}, nil, err
	}
	k, err := s.entityKey(word)
	out := &directory.EntitySelector{Level: level, Under: directory.LocalEntity{Level: k.Level, Name: k.Name}}
	if len(asked) > 0 {
		out.Match = selector(asked)
	}
	return directory.LocalEntity{}, out, err
}

// key reads "name" or "namespace/name".
func (s *Script) key(word string) directory.Key {
	if namespace, name, ok := strings.Cut(word, "/"); ok {
		return directory.Key{Namespace: namespace, Name: name}
	}
	return directory.Key{Namespace: s.namespace, Name: word}
}

// subjects reads people and groups ("@qa").
func (s *Script) subjects(list []string) []directory.Subject {
	var out []directory.Subject
	for _, word := range list {
		if group, ok := strings.CutPrefix(word, "@"); ok {
			out = append(out, directory.GroupSubject(s.key(group)))
		} else {
			out = append(out, directory.PersonSubject(word))
		}
	}
	return out
}

// window reads "from TIME until TIME", either or none of them.
func window(w *words) (directory.Window, error) {
	var out directory.Window
	for _, part := range []struct {
		word string
		time *time.Time
	}{{"from", &out.NotBefore}, {"until", &out.NotAfter}} {
		if !w.take(part.word) {
			continue
		}
		word, err := w.next()
		if err != nil {
			return out, err
		}
		d, err := time.ParseDuration(word)
		if err != nil {
			return out, fmt.Errorf("%q is no time: write +2h or -30m", word)
		}
		*part.time = Beginning.Add(d)
	}
	return out, nil
}

// during reads "during TERM", if it comes next.
func (s *Script) during(w *words) (directory.Key, error) {
	if !w.take("during") {
		return directory.Key{}, nil
	}
	word, err := w.next()
	return s.key(word), err
}

func roleRef(word string) directory.RoleRef {
	name, template := strings.CutPrefix(word, "%")
	return directory.RoleRef{Name: name, Template: template}
}

// selector reads conditions: "key=a,b", "key!=a,b", "key" and "!key".
func selector(list []string) *directory.Selector {
	out := &directory.Selector{}
	for _, word := range list {
		e := directory.Expression{Key: word, Operator: directory.Exists}
		if key, values, ok := strings.Cut(word, "!="); ok {
			e = directory.Expression{Key: key, Operator: directory.NotIn, Values: strings.Split(values, ",")}
		} else if key, values, ok := strings.Cut(word, "="); ok {
			e = directory.Expression{Key: key, Operator: directory.In, Values: strings.Split(values, ",")}
		} else if key, ok := strings.CutPrefix(word, "!"); ok {
			e = directory.Expression{Key: key, Operator: directory.DoesNotExist}
		}
		out.Expressions = append(out.Expressions, e)
	}
	return out
}

// pairs reads "key=value" words.
func pairs(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, word := range list {
		key, value, ok := strings.Cut(word, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not key=value", word)
		}
		out[key] = value
	}
	return out, nil
}

// attributes are pairs of which several may have the same key: department=physics department=chemistry.
func attributes(list []string) (directory.Attributes, error) {
	out := directory.Attributes{}
	for _, word := range list {
		key, value, ok := strings.Cut(word, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not key=value", word)
		}
		out[key] = append(out[key], value)
	}
	return out, nil
}

// slug makes a record's name of the words that describe it.
func slug(head string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-':
			return r
		case r == ' ' || r == '/':
			return '-'
		}
		return -1
	}, head), "-")
}
