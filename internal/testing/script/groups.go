package script

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
)

// groups reads "a(b c(d))" and "a under beta/b".
func (s *Script) groups(w *words) ([]directory.Record, error) {
	tree := strings.Join(w.until("under"), " ")
	out, err := s.tree(tree)
	if err != nil || !w.take("under") {
		return out, err
	}
	parent, err := w.next()
	if err != nil {
		return nil, err
	}
	out[0].(*directory.Group).Parent = s.key(parent)
	return out, w.end()
}

func (s *Script) tree(text string) ([]directory.Record, error) {
	var out []directory.Record
	var above []directory.Key
	var last directory.Key
	text = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)
	for _, word := range strings.Fields(text) {
		switch word {
		case "(":
			above = append(above, last)
		case ")":
			if len(above) == 0 {
				return nil, fmt.Errorf("a bracket closes that was not opened")
			}
			above = above[:len(above)-1]
		default:
			last = s.key(word)
			g := s.currentGroup(last)
			g.Parent = directory.Key{}
			if len(above) > 0 {
				g.Parent = above[len(above)-1]
			}
			out = append(out, g)
		}
	}
	if len(above) > 0 || len(out) == 0 {
		return nil, fmt.Errorf("%q is no tree of groups", text)
	}
	return out, nil
}

// currentGroup is a copy of the group as it stands, or a new one.
func (s *Script) currentGroup(k directory.Key) *directory.Group {
	g := &directory.Group{Key: k}
	if now, ok := find[*directory.Group](s, g.ID()); ok {
		*g = *now
		g.Members = slices.Clone(now.Members)
		g.Enrolments = slices.Clone(now.Enrolments)
	}
	return g
}

// groupStatement reads the lines that alter a group.
func (s *Script) groupStatement(verb string, w *words, list []string) ([]directory.Record, error) {
	if verb == "not" && !w.take("in") {
		return nil, fmt.Errorf(`"not" goes with "in"`)
	}
	name, err := w.next()
	if err != nil {
		return nil, err
	}
	g := s.currentGroup(s.key(name))
	switch verb {
	case "listed":
		g.Listed = true
	case "cascading":
		g.Listed = false
	case "in":
		var open directory.Window
		var term directory.Key
		if open, err = window(w); err == nil {
			term, err = s.during(w)
		}
		if err == nil {
			err = enter(g, list, open, term)
		}
	case "not":
		g.Members = slices.DeleteFunc(g.Members, func(m directory.Member) bool { return slices.Contains(list, m.Name) })
	case "select":
		g.Selector = selector(list)
	case "include":
		g.Compose.Include = list
	case "require":
		g.Compose.Require = list
	case "exclude":
		g.Compose.Exclude = list
	case "admit":
		g.AllowedSubgroups = admission(list)
	case "enrol":
		err = s.enrol(g, w, list)
	}
	if err == nil {
		err = w.end()
	}
	return []directory.Record{g}, err
}

func admission(list []string) directory.AllowedSubgroups {
	switch strings.Join(list, " ") {
	case "same":
		return directory.AllowedSubgroups{}
	case "all":
		return directory.AllowedSubgroups{From: directory.SubgroupsAll}
	}
	return directory.AllowedSubgroups{From: directory.SubgroupsSelector, Selector: selector(list)}
}

// enter adds or replaces entries: "alice", "bob:removed", "carol:admin". Those with a window
// stand beside the ones that there are, each with an ID of its own (R12a).
func enter(g *directory.Group, list []string, open directory.Window, term directory.Key) error {
	for _, word := range list {
		name, what, _ := strings.Cut(word, ":")
		m := directory.Member{Name: name, Window: open, Term: term}
		switch what {
		case "":
		case "pending":
			m.State = directory.MemberPending
		case "inactive":
			m.State = directory.MemberInactive
		case "removed":
			m.State = directory.MemberRemoved
		case "instructor":
			m.Role = directory.Instructor
		case "admin":
			m.Role = directory.Admin
		default:
			return fmt.Errorf("%q is neither a state nor a role within a group", what)
		}
		if open == (directory.Window{}) && term == (directory.Key{}) {
			g.Members = slices.DeleteFunc(g.Members, func(old directory.Member) bool { return old.Name == name })
		} else {
			m.ID = unusedID(g, name)
		}
		g.Members = append(g.Members, m)
	}
	return nil
}

// unusedID is an ID that no entry of the person has.
func unusedID(g *directory.Group, name string) string {
	for n := 1; ; n++ {
		id := fmt.Sprint("e", n)
		if !slices.ContainsFunc(g.Members, func(m directory.Member) bool { return m.Name == name && m.ID == id }) {
			return id
		}
	}
}

func (s *Script) enrol(g *directory.Group, w *words, asked []string) error {
	role, err := w.next()
	if err != nil {
		return err
	}
	e, selects, err := s.where(w, asked)
	if err != nil {
		return err
	}
	open, err := window(w)
	if err != nil {
		return err
	}
	term, err := s.during(w)
	name := slug(role + " " + e.Level.String() + " " + e.Name)
	if selects != nil {
		name = slug(role + " " + selects.String())
	}
	g.Enrolments = append(g.Enrolments, directory.Enrolment{Name: name, Entity: e, Selects: selects, Role: roleRef(role), Window: open,
		Term: term})
	return err
}
