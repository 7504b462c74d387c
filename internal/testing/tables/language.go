package tables

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/script"
)

// world is what the lines of a table have declared so far.
type world struct {
	lines   []string // those that the script read
	records []directory.Record
}

// read takes in a line and returns the record that it changes (the last one,
// where it declares several), as it was and as it is.
func (w *world) read(line string) (before, after directory.Record, err error) {
	changes, err := w.statement(line)
	if err != nil {
		return nil, nil, fmt.Errorf("%q: %w", line, err)
	}
	for i, c := range changes {
		before, after = w.find(c.ID), c.Record
		if before == nil && after == nil {
			return nil, nil, fmt.Errorf("%q: %s is not there", line, c.ID)
		}
		w.records = oracle.After(w.records, changes[i])
	}
	return before, after, nil
}

func (w *world) find(id directory.ID) directory.Record {
	for _, r := range w.records {
		if r.ID() == id {
			return r
		}
	}
	return nil
}

func (w *world) statement(line string) ([]oracle.Change, error) {
	words := strings.Fields(line)
	switch {
	case words[0] == "learners":
		return w.learners(words[1], true)
	case words[0] == "no" && words[1] == "learners":
		return w.learners(words[2], false)
	case words[0] == "user":
		return w.user(words[1], words[3:]), nil
	case words[0] == "platform":
		return []oracle.Change{oracle.Set(platform(words[1:]))}, nil
	case words[0] == "delete" && len(words) == 3:
		return []oracle.Change{oracle.Drop(idOf(words[1], words[2]))}, nil
	}
	name, rest, named := strings.Cut(line, " = ")
	if !named {
		rest = line
	}
	return w.script(name, named, strings.TrimSpace(rest))
}

func (w *world) learners(group string, may bool) ([]oracle.Change, error) {
	old, ok := w.find(idOf("Group", group)).(*directory.Group)
	if !ok {
		return nil, fmt.Errorf("there is no group %s", group)
	}
	g := *old
	g.LearnersMayCreateSubgroups = may
	return []oracle.Change{oracle.Set(&g)}, nil
}

func (w *world) user(name string, people []string) []oracle.Change {
	var out []oracle.Change
	for _, who := range people {
		p := &directory.Person{Name: who}
		if old, ok := w.find(p.ID()).(*directory.Person); ok {
			*p = *old
		}
		p.Username = strings.Trim(name, "-") // "-": none
		out = append(out, oracle.Set(p))
	}
	return out
}

func platform(words []string) *directory.Platform {
	p := &directory.Platform{}
	into := &p.Administrators
	kinds := map[string]directory.PrincipalKind{
		"person": directory.PrincipalPerson, "user": directory.PrincipalUser, "usergroup": directory.PrincipalUserGroup,
	}
	for _, word := range words {
		switch word {
		case "admins":
			into = &p.Administrators
		case "appliers":
			into = &p.TrustedAppliers
		case "matchnames":
			p.MatchNames = true
		case "groups":
			p.OpenGroups = true
		case "subgroups":
			p.StaffSubgroups = true
		case "declared":
			p.DeclaredPeople = true
		default:
			if kind, name, ok := strings.Cut(word, ":"); ok {
				*into = append(*into, directory.Principal{Kind: kinds[kind], Name: name})
			} else {
				ns, name, _ := strings.Cut(word, "/")
				*into = append(*into, directory.Principal{Kind: directory.PrincipalServiceAccount, Namespace: ns, Name: name})
			}
		}
	}
	return p
}

func idOf(kind, name string) directory.ID {
	id := directory.ID{Kind: directory.Kind(kind), Namespace: "acme", Name: name}
	switch id.Kind {
	case directory.KindPerson, directory.KindPlatform, directory.KindSystemDeny:
		id.Namespace = ""
	}
	if ns, short, ok := strings.Cut(name, "/"); ok {
		id.Namespace, id.Name = ns, short
	}
	return id
}

// script has the last line read by the script, after all the lines before it.
func (w *world) script(name string, named bool, line string) ([]oracle.Change, error) {
	w.lines = append(w.lines, line)
	s := script.New(strings.Join(w.lines, "\n"))
	for range w.lines {
		if ok, err := s.Next(); err != nil {
			return nil, err
		} else if !ok {
			return nil, fmt.Errorf("the script ends before %q", line)
		}
	}
	out := slices.Clone(s.Changes)
	for i := range out {
		out[i].Record = w.complete(out[i].Record)
		if named {
			out[i] = oracle.Set(rename(out[i].Record, strings.TrimSpace(name)))
		}
	}
	return out, nil
}

// complete keeps what the script knows nothing of.
func (w *world) complete(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.Group:
		if old, ok := w.find(r.ID()).(*directory.Group); ok {
			r.LearnersMayCreateSubgroups = old.LearnersMayCreateSubgroups
		}
	case *directory.Person:
		r.Username = r.Name
	case *directory.Platform:
		if old, ok := w.find(r.ID()).(*directory.Platform); ok {
			p := *old
			p.RoleRules = r.RoleRules
			return &p
		}
	}
	return r
}

func rename(r directory.Record, name string) directory.Record {
	switch r := r.(type) {
	case *directory.RoleBinding:
		r.Key.Name = name
	case *directory.PermissionOverride:
		r.Key.Name = name
	case *directory.SystemDeny:
		r.Name = name
	default:
		panic(fmt.Sprintf("%T has a name already", r))
	}
	return r
}
