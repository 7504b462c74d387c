package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/suggest"
)

// namer finds what the words of a command mean in a snapshot.
type namer struct {
	snapshot *directory.Snapshot
	// namespace is what -n says, or "".
	namespace string
	source    string
}

// entity finds the entity that LEVEL/NAME or NAMESPACE/LEVEL/NAME means. An
// entity that is not declared is accepted where something refers to it; declared says which.
func (n *namer) entity(text string) (key directory.EntityKey, declared bool, err error) {
	namespace, word, name, ok := splitEntity(text, n.namespace)
	if !ok {
		return key, false, fmt.Errorf("%q is no entity; write NAMESPACE/LEVEL/NAME or %s%s", text, source.EntityForm, n.meant(text))
	}
	level, ok := catalogue.ParseLevel(word)
	if !ok {
		return key, false, errors.New(findings.NoLevel(word))
	}
	key = directory.EntityKey{Level: level, Namespace: namespace, Name: name}
	if namespace != "" {
		if n.snapshot.Entity(key, never).Declared {
			return key, true, nil
		}
		if n.refersTo(key) {
			return key, false, nil
		}
		return key, false, fmt.Errorf("there is no %s in %s%s", key, n.source, n.meant(text))
	}
	var found []string
	for _, e := range n.snapshot.Entities() {
		if e.Level == level && e.Name == name {
			key = e
			found = append(found, e.String())
		}
	}
	switch len(found) {
	case 0:
		return key, false, fmt.Errorf("there is no %s/%s in %s%s", level.Word(), name, n.source, n.meant(text))
	case 1:
		return key, true, nil
	}
	return key, false, fmt.Errorf("%q may be %s; write it with its namespace, or give one with -n", text, suggest.List(found, "or"))
}

// splitEntity takes LEVEL/NAME or NAMESPACE/LEVEL/NAME apart. Of the first, the namespace is the given one.
func splitEntity(text, given string) (namespace, level, name string, ok bool) {
	parts := strings.Split(text, "/")
	if len(parts) == 3 {
		given, parts = parts[0], parts[1:]
	}
	if len(parts) != 2 || slices.Contains(parts, "") {
		return "", "", "", false
	}
	return given, parts[0], parts[1], true
}

// meant offers the entities that are near.
func (n *namer) meant(text string) string {
	entities := n.snapshot.Entities()
	qualified := strings.Count(text, "/") == 2
	names := make([]string, 0, len(entities))
	for _, e := range entities {
		name := e.String()
		if !qualified {
			name = strings.TrimPrefix(name, e.Namespace+"/")
		}
		names = append(names, name)
	}
	if hint := suggest.DidYouMean(strings.ToLower(text), names); hint != "" {
		return "; " + hint
	}
	return ""
}

// refersTo says whether anything names an entity, declared or not.
func (n *namer) refersTo(key directory.EntityKey) bool {
	for _, r := range n.snapshot.Records() {
		switch r := r.(type) {
		case *directory.RoleBinding:
			if named(r.Entity, r.Selects).In(r.Key.Namespace) == key {
				return true
			}
		case *directory.PermissionOverride:
			if r.Entity.In(r.Key.Namespace) == key {
				return true
			}
		case *directory.Entity:
			if r.Parent.Name != "" && r.Parent.In(r.Key.Namespace) == key {
				return true
			}
		case *directory.Group:
			for _, e := range r.Enrolments {
				if named(e.Entity, e.Selects).In(r.Key.Namespace) == key {
					return true
				}
			}
		}
	}
	return false
}

// named is the entity at which something is given, or below which it is (rule R34).
func named(e directory.LocalEntity, s *directory.EntitySelector) directory.LocalEntity {
	if s != nil {
		return s.Under
	}
	return e
}

// permission finds a permission of a level.
func (n *namer) permission(id string, level catalogue.Level) (catalogue.Permission, error) {
	if p, ok := level.Permission(id); ok {
		return p, nil
	}
	var elsewhere []string
	for _, l := range catalogue.Levels() {
		if _, ok := l.Permission(id); ok {
			elsewhere = append(elsewhere, l.String())
		}
	}
	if len(elsewhere) > 0 {
		return catalogue.Permission{}, fmt.Errorf("%s is a permission of the level %s and not of %s", id, suggest.List(elsewhere, "and"), level)
	}
	hint := suggest.DidYouMean(id, level.All().IDs(level))
	if hint == "" {
		hint = fmt.Sprintf("\"provost matrix %s\" lists them", level.Word())
	}
	return catalogue.Permission{}, fmt.Errorf("%s has no permission %q; %s", level, id, hint)
}

// group finds the group that NAME or NAMESPACE/NAME means.
func (n *namer) group(text string) (directory.Key, error) {
	groups := n.snapshot.Groups()
	namespace, name, qualified := strings.Cut(text, "/")
	if !qualified {
		namespace, name = n.namespace, text
	}
	var found []string
	var key directory.Key
	names := make([]string, 0, len(groups))
	for _, g := range groups {
		if g.Name == name && (namespace == "" || g.Namespace == namespace) {
			key = g
			found = append(found, g.String())
		}
		if qualified {
			names = append(names, g.String())
		} else {
			names = append(names, g.Name)
		}
	}
	switch len(found) {
	case 1:
		return key, nil
	case 0:
		hint := suggest.DidYouMean(text, names)
		if hint != "" {
			hint = "; " + hint
		}
		where := n.source
		if namespace != "" {
			where = "namespace " + namespace + " of " + where
		}
		return key, fmt.Errorf("there is no group %s in %s%s", name, where, hint)
	}
	return key, fmt.Errorf("%q may be %s; write it with its namespace, or give one with -n", text, suggest.List(found, "or"))
}

// unknownPerson is what to say of somebody whom nothing names; "" where somebody is known.
func (n *namer) unknownPerson(name string) string {
	if n.snapshot.Known(name) {
		return ""
	}
	text := fmt.Sprintf("nothing in %s names the person %q", n.source, name)
	if hint := suggest.DidYouMean(name, n.snapshot.People()); hint != "" {
		text += "; " + hint
	}
	return text
}
