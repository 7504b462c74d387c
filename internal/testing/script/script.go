package script

import (
	"fmt"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// Beginning is the time at which every script begins.
var Beginning = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// Answers is what can be asked: the oracle and the engine both answer.
type Answers interface {
	Access(person string, e directory.EntityKey, now time.Time) directory.Access
	WhoCan(p Permission, e directory.EntityKey, now time.Time) []directory.Reached
	Members(group directory.Key, now time.Time) []directory.Membership
	Group(group directory.Key, now time.Time) directory.GroupStatus
	Entity(e directory.EntityKey, now time.Time) directory.EntityStatus
	Person(name string, now time.Time) directory.PersonStatus
}

// Script is a script being run, line by line.
type Script struct {
	lines     []string
	number    int
	namespace string
	now       time.Time
	records   []directory.Record

	// Line is the current line, as written.
	Line string
	// Changes is what the line declared or deleted.
	Changes []oracle.Change
	// Question is what the line asks; nil where it does not.
	Question *Question
}

// New is a script that has not begun.
func New(text string) *Script {
	return &Script{lines: strings.Split(text, "\n"), namespace: "acme", now: Beginning}
}

// Records are what is declared up to the current line.
func (s *Script) Records() []directory.Record { return s.records }

// Now is the clock at the current line.
func (s *Script) Now() time.Time { return s.now }

// Next goes on to the next line that says something; false at the end. An
// error names the line.
func (s *Script) Next() (bool, error) {
	for s.number < len(s.lines) {
		text, _, _ := strings.Cut(s.lines[s.number], "#")
		s.number++
		s.Line, s.Changes, s.Question = strings.TrimSpace(text), nil, nil
		if s.Line == "" {
			continue
		}
		if err := s.read(s.Line); err != nil {
			return false, fmt.Errorf("line %d %q: %w", s.number, s.Line, err)
		}
		return true, nil
	}
	return false, nil
}

// Run runs a script that asks nothing, or whose questions do not matter, to its end.
func Run(text string) (*Script, error) {
	s := New(text)
	for {
		if more, err := s.Next(); err != nil || !more {
			return s, err
		}
	}
}

// declare makes changes and keeps them.
func (s *Script) declare(changes ...oracle.Change) {
	s.Changes = append(s.Changes, changes...)
	s.records = oracle.After(s.records, changes...)
}

// find is the record of that ID as it stands, or nil.
func find[R directory.Record](s *Script, id directory.ID) (R, bool) {
	for _, r := range s.records {
		if r.ID() == id {
			return r.(R), true
		}
	}
	var none R
	return none, false
}

func (s *Script) read(line string) error {
	if question, ok := strings.CutPrefix(line, "?"); ok {
		return s.ask(question)
	}
	if rest, ok := strings.CutPrefix(line, "delete "); ok {
		return s.remove(rest)
	}
	r, err := s.statement(line)
	if err != nil {
		return err
	}
	for _, record := range r {
		s.declare(oracle.Set(record))
	}
	return nil
}

// remove deletes whatever the line would declare.
func (s *Script) remove(line string) error {
	if !strings.Contains(line, ":") {
		line += ":"
	}
	records, err := s.statement(line)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return fmt.Errorf("names nothing that could be deleted")
	}
	for _, r := range records {
		if _, ok := find[directory.Record](s, r.ID()); !ok {
			return fmt.Errorf("%s was not declared", r.ID())
		}
		s.declare(oracle.Drop(r.ID()))
	}
	return nil
}
