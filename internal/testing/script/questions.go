package script

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Question is a line that asks.
type Question struct {
	// Want is the answer that the script expects, in order.
	Want []string
	ask  func(Answers) []string
}

// Ask puts the question; the answer comes in order.
func (q *Question) Ask(a Answers) []string {
	got := q.ask(a)
	slices.Sort(got)
	return slices.Compact(got)
}

func (s *Script) ask(text string) error {
	question, answer, ok := strings.Cut(text, " =")
	if !ok {
		return fmt.Errorf(`"=" and the expected answer are missing`)
	}
	w := &words{strings.Fields(question)}
	want := strings.Fields(strings.ReplaceAll(answer, "+", " "))
	if strings.TrimSpace(answer) == "nothing" {
		want = nil
	}
	q, err := s.question(w, want)
	if err != nil {
		return err
	}
	slices.Sort(q.Want)
	q.Want = slices.Compact(q.Want)
	s.Question = q
	return w.end()
}

func (s *Script) question(w *words, want []string) (*Question, error) {
	verb, err := w.next()
	if err != nil {
		return nil, err
	}
	switch verb {
	case "members", "cycle", "circle", "parent":
		name, err := w.next()
		return s.groupQuestion(verb, s.key(name), s.now, want), err
	case "owner":
		word, err := w.next()
		if err != nil {
			return nil, err
		}
		e, err := s.entityKey(word)
		return ownerQuestion(e, s.now, want), err
	case "groups":
		name, err := w.next()
		now := s.now
		return &Question{s.keys(want), func(a Answers) []string { return keyNames(a.Person(name, now).Groups) }}, err
	}
	who := verb
	if verb == "roles" || verb == "denied" || verb == "who" {
		if who, err = w.next(); err != nil {
			return nil, err
		}
	}
	local, err := s.at(w)
	if err != nil {
		return nil, err
	}
	return accessQuestion(verb, who, local.In(s.namespace), s.now, want)
}

func accessQuestion(verb, who string, e directory.EntityKey, now time.Time, want []string) (*Question, error) {
	switch verb {
	case "roles":
		return &Question{want, func(a Answers) []string { return roleNames(a.Access(who, e, now).Roles) }}, nil
	case "who":
		p, ok := e.Level.Permission(who)
		if !ok {
			return nil, fmt.Errorf("%s has no permission %s", e.Level, who)
		}
		return &Question{want, func(a Answers) []string { return reachedNames(a.WhoCan(p, e, now)) }}, nil
	}
	ids, err := permissions(e.Level, want)
	if verb == "denied" {
		return &Question{ids, func(a Answers) []string { return a.Access(who, e, now).Denied.IDs(e.Level) }}, err
	}
	return &Question{ids, func(a Answers) []string { return a.Access(who, e, now).Effective.IDs(e.Level) }}, err
}

func ownerQuestion(e directory.EntityKey, now time.Time, want []string) *Question {
	return &Question{want, func(a Answers) []string {
		f := a.Entity(e, now)
		switch f.Ownership {
		case directory.OwnershipOrganisation:
			return []string{"organisation"}
		case directory.OwnershipPrivate:
			return []string{f.Owner}
		}
		return []string{"public"}
	}}
}

// permissions spells out system roles and the wildcard.
func permissions(level catalogue.Level, want []string) ([]string, error) {
	var set catalogue.Set
	for _, word := range want {
		if r := catalogue.SystemRole(word); r != nil && r.Level == level {
			set |= r.Permissions
			continue
		}
		part, unknown := level.Parse([]string{word})
		if len(unknown) > 0 {
			return nil, fmt.Errorf("%s has neither a permission nor a role %s", level, word)
		}
		set |= part
	}
	return set.IDs(level), nil
}

func (s *Script) groupQuestion(verb string, k directory.Key, now time.Time, want []string) *Question {
	switch verb {
	case "members":
		return &Question{want, func(a Answers) []string {
			var out []string
			for _, m := range a.Members(k, now) {
				out = append(out, m.Person+[]string{"", ":instructor", ":admin"}[m.Role])
			}
			return out
		}}
	case "circle":
		return &Question{s.keys(want), func(a Answers) []string {
			if c := a.Group(k, now).Circle; c != nil {
				return keyNames(c.Groups)
			}
			return nil
		}}
	case "cycle":
		return &Question{s.keys(want), func(a Answers) []string { return keyNames(a.Group(k, now).Cycle) }}
	}
	states := map[directory.ParentState]string{
		directory.ParentNone: "none", directory.ParentOK: "ok",
		directory.ParentNotFound: "missing", directory.ParentNotAllowed: "refused",
	}
	return &Question{want, func(a Answers) []string { return []string{states[a.Group(k, now).ParentState]} }}
}

// keys gives names without a namespace the current one.
func (s *Script) keys(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, s.key(n).String())
	}
	return out
}

func keyNames(keys []directory.Key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.String())
	}
	return out
}

func roleNames(roles []directory.HeldRole) []string {
	var out []string
	for _, r := range roles {
		name := r.Role.Name
		if r.Withheld {
			name += "(withheld)"
		} else if len(r.Unmet) > 0 {
			name += "(warned)"
		}
		out = append(out, name)
	}
	return out
}

func reachedNames(reached []directory.Reached) []string {
	var out []string
	for _, r := range reached {
		out = append(out, r.Person)
	}
	return out
}
