// Package examples_test holds the examples to what their READMEs say.
package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// The answers are the same whenever they are asked: no window of the examples
// opens or closes between these two.
var (
	early = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	late  = time.Date(2098, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// home is the namespace that an entity is in where a README does not say it.
var home = map[string]string{"acme": "acme", "corporate": "corporate", "community": "community", "university": "university"}

// load reads examples together, as one repository, checked against the schemas.
func load(t *testing.T, examples ...string) *manifest.Set {
	t.Helper()
	var sources []manifest.Source
	for _, e := range examples {
		source, done, err := manifest.Folder(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = done.Close() })
		sources = append(sources, source)
	}
	set, err := manifest.Read(t.Context(), manifest.Options{}, sources...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Each README's table of answers, asked of the engine.
func TestAnswers(t *testing.T) {
	for _, example := range all {
		t.Run(example, func(t *testing.T) {
			ask(t, example, load(t, example).Snapshot())
		})
	}
}

// The same answers with all examples in one installation: they share no names
// and do not touch each other.
func TestSideBySide(t *testing.T) {
	together := load(t, names...).Snapshot()
	for _, example := range names {
		ask(t, example, together)
	}
}

func ask(t *testing.T, example string, s *directory.Snapshot) {
	t.Helper()
	rows := read(t, example).rows
	if len(rows) == 0 {
		t.Fatalf("%s/README.md has no table of answers", example)
	}
	for _, r := range rows {
		at := entity(t, example, r)
		p, ok := at.Level.Permission(r.permission)
		if !ok {
			t.Errorf("%s/README.md:%d: a %s has no permission %s", example, r.line, at.Level, r.permission)
			continue
		}
		for _, now := range []time.Time{early, late} {
			if got := s.Can(r.person, p, at, now); got != r.want {
				t.Errorf("%s/README.md:%d: %s %s %s in %d: got %v", example, r.line, r.person, r.permission, r.entity, now.Year(), got)
			}
		}
	}
}

func entity(t *testing.T, example string, r row) directory.EntityKey {
	t.Helper()
	parts := strings.Split(r.entity, "/")
	if len(parts) == 2 {
		parts = append([]string{home[example]}, parts...)
	}
	if len(parts) != 3 {
		t.Fatalf("%s/README.md:%d: %s is not kind/name", example, r.line, r.entity)
	}
	level, ok := catalogue.ParseLevel(strings.ToUpper(parts[1][:1]) + parts[1][1:])
	if !ok {
		t.Fatalf("%s/README.md:%d: %s is no kind of entity", example, r.line, parts[1])
	}
	return directory.EntityKey{Level: level, Namespace: parts[0], Name: parts[2]}
}

// What dangles in the examples does so on purpose, and their READMEs say so.
func TestNothingDangles(t *testing.T) {
	s := load(t, names...).Snapshot()
	missing := map[string]bool{"RoleBinding/community/perseids-guests": true}
	for _, k := range s.Bindings() {
		facts, _ := s.Binding(k, time.Now())
		id := directory.ID{Kind: directory.KindRoleBinding, Namespace: k.Namespace, Name: k.Name}
		if complete(facts) == missing[id.String()] {
			t.Errorf("%s: complete is %v: %+v", id, complete(facts), facts)
		}
	}
	for _, k := range s.Groups() {
		facts := s.Group(k, time.Now())
		if !facts.Declared || facts.ParentState > directory.ParentOK || len(facts.Cycle) > 0 {
			t.Errorf("group %s: %+v", k, facts)
		}
		for i, e := range facts.Enrolments {
			if !complete(e) {
				t.Errorf("group %s, enrolment %d: %+v", k, i, e)
			}
		}
	}
	for _, k := range s.Entities() {
		if facts := s.Entity(k, early); k.Name != "perseids" && (!facts.Declared || facts.ParentState > directory.ParentOK) {
			t.Errorf("%s: %+v", k, facts)
		}
	}
	for _, k := range s.Roles() {
		facts := s.Role(k, early)
		if facts.Problem != directory.RoleOK || !facts.EntityFound || len(facts.Conflicts)+len(facts.Unknown)+len(facts.UnknownRules) > 0 {
			t.Errorf("role %s: %+v", k, facts)
		}
	}
	for _, k := range s.Templates() {
		if facts := s.Template(k, early); !facts.Found || len(facts.Unknown) > 0 || facts.Bindings == 0 {
			t.Errorf("template %s: %+v", k, facts)
		}
	}
	for _, k := range s.Overrides() {
		if facts, _ := s.Override(k, early); !facts.EntityFound || len(facts.Unknown)+len(facts.Conflicts) > 0 {
			t.Errorf("permission override %s: %+v", k, facts)
		}
	}
	for _, name := range s.Denies() {
		if facts, _ := s.Deny(name, time.Now()); !facts.EntityFound || len(facts.Unknown)+len(facts.MissingGroups) > 0 {
			t.Errorf("system deny %s: %+v", name, facts)
		}
	}
}

// complete says whether a grant finds all that it names.
func complete(f directory.GrantStatus) bool {
	if !f.EntityFound || !f.TemplateFound && f.Template != nil || len(f.MissingGroups) > 0 || len(f.Roles) == 0 {
		return false
	}
	for _, r := range f.Roles {
		if r.Problem != directory.RoleOK {
			return false
		}
	}
	return true
}

// A README's links lead somewhere.
func TestReadmesAreWhole(t *testing.T) {
	for _, example := range append([]string{"."}, all...) {
		for _, target := range read(t, example).links() {
			if _, err := os.Stat(filepath.Join(example, target)); err != nil {
				t.Errorf("%s/README.md: %v", example, err)
			}
		}
	}
}
