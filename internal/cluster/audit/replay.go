package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// State is what a log comes to: what everybody may do everywhere.
type State struct {
	// Repeats counts records that came again, and Torn lines that broke off when a process was
	// killed. Neither matters: what a torn line was to say comes again.
	Repeats, Torn int

	access map[place]map[string][]string
	seen   map[string]struct{}
}

// place is a person in a namespace.
type place struct{ person, namespace string }

// NewState is that of an empty log.
func NewState() *State {
	return &State{access: map[place]map[string][]string{}, seen: map[string]struct{}{}}
}

// Replay reads a log from its beginning. Of several files the older comes first;
// of several replicas, sort the lines by their time.
func Replay(logs ...io.Reader) (*State, error) {
	s := NewState()
	for _, log := range logs {
		if err := s.read(log); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *State) read(log io.Reader) error {
	in := bufio.NewReader(log)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return fmt.Errorf("reading the audit log, line %d: %w", n, err)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if failure := s.take(text); failure != nil {
				return fmt.Errorf("reading the audit log, line %d: %w", n, failure)
			}
		}
		if end {
			return nil
		}
	}
}

// take takes in a line.
func (s *State) take(line []byte) error {
	if !json.Valid(line) {
		s.Torn++
		return nil
	}
	r := Record{}
	if err := json.Unmarshal(line, &r); err != nil {
		return err
	}
	if r.Schema != Schema {
		return fmt.Errorf("the schema is %q, and only %s is known here", r.Schema, Schema)
	}
	s.Add(r)
	return nil
}

// Add takes in a record.
func (s *State) Add(r Record) {
	if _, again := s.seen[r.ID]; again {
		s.Repeats++
		return
	}
	s.seen[r.ID] = struct{}{}
	switch r.Kind {
	case Access:
		at := place{r.Person, r.Namespace}
		if r.Permissions == nil || len(*r.Permissions) == 0 {
			delete(s.access[at], r.Entity)
			if len(s.access[at]) == 0 {
				delete(s.access, at)
			}
			return
		}
		if s.access[at] == nil {
			s.access[at] = map[string][]string{}
		}
		s.access[at][r.Entity] = *r.Permissions
	case NamespaceGone:
		maps.DeleteFunc(s.access, func(p place, _ map[string][]string) bool { return p.namespace == r.Namespace })
	}
}

// Permissions is what a person may do at an entity (Kind/name) of a namespace.
func (s *State) Permissions(person, namespace, entity string) []string {
	return s.access[place{person, namespace}][entity]
}

// Entities are those of a namespace at which a person may do something, by name.
func (s *State) Entities(person, namespace string) []string {
	return slices.Sorted(maps.Keys(s.access[place{person, namespace}]))
}

// Each calls f for everybody and every namespace where there is something, in no order.
func (s *State) Each(f func(person, namespace string, permissions map[string][]string)) {
	for p, access := range s.access {
		f(p.person, p.namespace, access)
	}
}
