package script

import (
	"fmt"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// statement reads a line that declares something.
func (s *Script) statement(line string) ([]directory.Record, error) {
	head, list, _ := strings.Cut(line, ":")
	w, tail := &words{strings.Fields(head)}, strings.Fields(list)
	verb, err := w.next()
	if err != nil {
		return nil, err
	}
	switch verb {
	case "now":
		return nil, s.setClock(w)
	case "use":
		s.namespace, err = w.next()
		return nil, err
	case "group":
		return s.groups(w)
	case "visible":
		return s.visible(w, tail)
	case "listed", "cascading", "in", "not", "select", "include", "require", "exclude", "admit", "enrol":
		return s.groupStatement(verb, w, tail)
	}
	var r directory.Record
	switch verb {
	case "bind":
		r, err = s.binding(head, w, tail)
	case "role":
		r, err = s.role(w, tail)
	case "override":
		r, err = s.override(w, tail)
	case "rule":
		r, err = s.rule(w)
	case "template":
		r, err = s.template(w, tail)
	case "exactly":
		r, err = s.exactly(head, w, tail)
	case "deny":
		r, err = s.deny(head, w, tail)
	case "person":
		r, err = person(w)
	case "platform":
		r, err = s.platform(w)
	case "term":
		r, err = s.term(w)
	case "namespace":
		r, err = namespace(w)
	default:
		r, err = s.entity(verb, w)
	}
	if err == nil {
		err = w.end()
	}
	return []directory.Record{r}, err
}

func (s *Script) setClock(w *words) error {
	word, err := w.next()
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(word)
	s.now = Beginning.Add(d)
	return err
}

func (s *Script) entity(word string, w *words) (directory.Record, error) {
	k, err := s.entityKey(word)
	if err != nil {
		return nil, fmt.Errorf("%q begins no statement", word)
	}
	e := &directory.Entity{Key: k}
	if w.take("under") {
		word, err := w.next()
		if err != nil {
			return nil, err
		}
		parent, err := s.entityKey(word)
		if err != nil {
			return nil, err
		}
		e.Parent = directory.LocalEntity{Level: parent.Level, Name: parent.Name}
	}
	switch {
	case w.take("public"):
		e.Ownership = directory.OwnershipPublic
	case w.take("private"):
		e.Ownership = directory.OwnershipPrivate
		e.Owner, err = w.next()
	}
	if err == nil && len(w.left) > 0 && strings.Contains(w.left[0], "=") {
		e.Attributes, err = attributes(w.left)
		w.left = nil
	}
	return e, err
}

func (s *Script) binding(head string, w *words, asked []string) (directory.Record, error) {
	who := w.until("at")
	if len(who) == 0 {
		return nil, fmt.Errorf("a binding names subjects and a role")
	}
	e, selects, err := s.where(w, asked)
	if err != nil {
		return nil, err
	}
	open, err := window(w)
	if err != nil {
		return nil, err
	}
	term, err := s.during(w)
	return &directory.RoleBinding{
		Key: s.key(slug(head)), Entity: e, Selects: selects, Role: roleRef(who[len(who)-1]),
		Subjects: s.subjects(who[:len(who)-1]), Window: open, Term: term,
	}, err
}

func (s *Script) role(w *words, permissions []string) (directory.Record, error) {
	name, err := w.next()
	if err != nil {
		return nil, err
	}
	r := &directory.Role{Key: s.key(name), Type: directory.RoleCustom, Permissions: permissions}
	if len(w.left) == 0 { // a deletion needs no entity
		return r, nil
	}
	below := w.take("for")
	if below {
		word, err := w.next()
		if err != nil {
			return nil, err
		}
		if r.Level, below = catalogue.ParseLevel(strings.ToUpper(word[:1]) + word[1:]); !below {
			return nil, fmt.Errorf("%q is no level", word)
		}
	}
	r.Entity, err = s.at(w)
	if !below {
		r.Level = r.Entity.Level
	}
	return r, err
}

func (s *Script) override(w *words, permissions []string) (directory.Record, error) {
	name, err := w.next()
	if err != nil {
		return nil, err
	}
	r := &directory.Role{Key: s.key(name), Type: directory.RoleOverride, Permissions: permissions}
	if !w.take("of") {
		return r, nil
	}
	if r.Overrides, err = w.next(); err != nil {
		return nil, err
	}
	r.Entity, err = s.at(w)
	r.Level = r.Entity.Level
	if system := catalogue.SystemRole(r.Overrides); system != nil && system.Level > r.Level {
		r.Level = system.Level // for what lies below (R35)
	}
	return r, err
}

func (s *Script) template(w *words, roles []string) (directory.Record, error) {
	name, err := w.next()
	return &directory.RoleTemplate{Key: s.key(name), Roles: roles}, err
}

func (s *Script) exactly(head string, w *words, permissions []string) (directory.Record, error) {
	who, err := w.next()
	if err != nil {
		return nil, err
	}
	e, err := s.at(w)
	if err != nil {
		return nil, err
	}
	open, err := window(w)
	return &directory.PermissionOverride{
		Key: s.key(slug(head)), Person: who, Entity: e, Permissions: permissions, Window: open,
	}, err
}

func (s *Script) deny(head string, w *words, permissions []string) (directory.Record, error) {
	d := &directory.SystemDeny{Name: slug(head), Permissions: permissions}
	var who []string
	for len(w.left) > 0 && !isScope(w.left[0]) {
		word, _ := w.next()
		if word == "everyone" {
			d.Everyone = true
		} else {
			who = append(who, word)
		}
	}
	d.Subjects = s.subjects(who)
	if w.take("at") {
		word, err := w.next()
		if err != nil {
			return nil, err
		}
		k, err := s.entityKey(word)
		if err != nil {
			return nil, err
		}
		d.Scope.Entity = &k
		d.Scope.ExcludeDescendants = w.take("only")
	}
	if w.take("within") {
		for len(w.left) > 0 && !isScope(w.left[0]) {
			word, _ := w.next()
			d.Scope.Namespaces = append(d.Scope.Namespaces, word)
		}
	}
	var err error
	d.Window, err = window(w)
	return d, err
}

func isScope(word string) bool {
	return word == "at" || word == "within" || word == "from" || word == "until"
}

func person(w *words) (directory.Record, error) {
	name, err := w.next()
	if err != nil {
		return nil, err
	}
	p := &directory.Person{Name: name, Suspended: w.take("suspended")}
	p.Attributes, err = attributes(w.left)
	w.left = nil
	return p, err
}

func namespace(w *words) (directory.Record, error) {
	name, err := w.next()
	if err != nil {
		return nil, err
	}
	n := &directory.Namespace{Name: name}
	n.Labels, err = pairs(w.left)
	w.left = nil
	return n, err
}

// currentPlatform is a copy of the Platform as it stands.
func (s *Script) currentPlatform() *directory.Platform {
	p := &directory.Platform{}
	if now, ok := find[*directory.Platform](s, p.ID()); ok {
		*p = *now
	}
	return p
}

func (s *Script) platform(w *words) (directory.Record, error) {
	p := s.currentPlatform()
	p.DeclaredPeople, p.TimeZone = w.take("declared"), ""
	w.take("open")
	if !w.take("zone") {
		return p, nil
	}
	var err error
	p.TimeZone, err = w.next()
	return p, err
}

func (s *Script) term(w *words) (directory.Record, error) {
	name, err := w.next()
	t := &directory.Term{Key: s.key(name)}
	if err != nil || len(w.left) == 0 { // a deletion needs no days
		return t, err
	}
	for _, day := range []*directory.Day{&t.FirstDay, &t.LastDay} {
		word, err := w.next()
		if err != nil {
			return nil, err
		}
		if *day, err = directory.ParseDay(word); err != nil {
			return nil, err
		}
	}
	if len(w.left) > 0 {
		t.TimeZone, err = w.next()
	}
	return t, err
}

// rule gives a system role a rule by the Platform, or a Custom role one of its own (R6).
func (s *Script) rule(w *words) (directory.Record, error) {
	name, err := w.next()
	if err != nil {
		return nil, err
	}
	requires := w.take("requires")
	if !requires && !w.take("excludes") {
		return nil, fmt.Errorf(`"requires" or "excludes" is missing`)
	}
	other, err := w.next()
	if err != nil {
		return nil, err
	}
	parent := w.take("at") && w.take("parent")
	enforcement := directory.Warn
	if w.take("deny") {
		enforcement = directory.Deny
	} else {
		w.take("warn")
	}
	var rule directory.RoleRule
	if requires {
		rule.Requires = []directory.Requirement{{Role: other, AtParent: parent, Enforcement: enforcement}}
	} else {
		rule.ExclusiveWith = []directory.Exclusion{{Role: other, Enforcement: enforcement}}
	}
	if catalogue.SystemRole(name) != nil {
		p := s.currentPlatform()
		rule.Role = name
		p.RoleRules = append(p.RoleRules[:len(p.RoleRules):len(p.RoleRules)], rule)
		return p, nil
	}
	old, ok := find[*directory.Role](s, directory.ID{Kind: directory.KindRole, Namespace: s.namespace, Name: name})
	if !ok {
		return nil, fmt.Errorf("role %s is not declared", name)
	}
	r := *old
	r.Requires = append(r.Requires[:len(r.Requires):len(r.Requires)], rule.Requires...)
	r.ExclusiveWith = append(r.ExclusiveWith[:len(r.ExclusiveWith):len(r.ExclusiveWith)], rule.ExclusiveWith...)
	return &r, nil
}
