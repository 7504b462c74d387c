package assertions

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/node"
)

// What an AccessTest says of itself.
const (
	APIVersion = "test.provost.dev/v1alpha1"
	Kind       = "AccessTest"
)

// AccessTest is a document of a *_test.yaml.
type AccessTest struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       Spec     `json:"spec"`

	// Position is where the document begins.
	Position manifest.Position `json:"-"`
	root     *node.Node
}

// Metadata names an AccessTest.
type Metadata struct {
	Name string `json:"name"`
	// Namespace is that of entities and groups which name none.
	Namespace string `json:"namespace,omitempty"`
}

// Spec are the tests of an AccessTest.
type Spec struct {
	// At is the time at which the tests look that say none; without it, now.
	At    *metav1.Time `json:"at,omitempty"`
	Tests []Test       `json:"tests"`
}

// Test is one test. It is about people at an entity (people, may, mayNot, entity), about the members of a
// group (group, members, notMembers, only and the counts), about who may do something (permission,
// entity, only and the counts), about who holds a role (role, entity, only and the counts), or about roles of
// which nobody holds two (apart, entity). Each stands in place of an entity, and the test holds at every one.
type Test struct {
	Name string       `json:"name,omitempty"`
	At   *metav1.Time `json:"at,omitempty"`

	People []string `json:"people,omitempty"`
	May    []string `json:"may,omitempty"`
	MayNot []string `json:"mayNot,omitempty"`
	// Entity is LEVEL/NAME, or NAMESPACE/LEVEL/NAME.
	Entity string `json:"entity,omitempty"`
	// Each are all entities of a level, in place of one.
	Each *Each `json:"each,omitempty"`

	// Group is NAME, or NAMESPACE/NAME.
	Group      string   `json:"group,omitempty"`
	Members    []string `json:"members,omitempty"`
	NotMembers []string `json:"notMembers,omitempty"`

	Permission string `json:"permission,omitempty"`

	// Role is a system role, or a Custom role of the namespace.
	Role string `json:"role,omitempty"`
	// Apart are roles of which nobody holds two at the same entity.
	Apart []string `json:"apart,omitempty"`

	// Only are all members, or all who may, and nobody else.
	Only *[]string `json:"only,omitempty"`
	// Count, AtLeast and AtMost are about how many these are.
	Count   *int64 `json:"count,omitempty"`
	AtLeast *int64 `json:"atLeast,omitempty"`
	AtMost  *int64 `json:"atMost,omitempty"`
}

// Each are all entities of a level: of the namespace of the AccessTest, or of all where it has none.
type Each struct {
	Level string `json:"level"`
	// Except are entities for which the test says nothing.
	Except []string `json:"except,omitempty"`
}

// at is the time that a test is about.
func (t *AccessTest) at(test *Test, now time.Time) time.Time {
	switch {
	case test.At != nil:
		return test.At.Time
	case t.Spec.At != nil:
		return t.Spec.At.Time
	}
	return now
}

// Place is the place of a field of the document, such as spec.tests[1].people[0].
func (t *AccessTest) Place(field string) manifest.Position {
	at := node.Find(t.root, field)
	return manifest.Position{File: t.Position.File, Line: at.Line, Column: at.Column}
}

func (t *AccessTest) problem(field, message, remedy string) manifest.Problem {
	return manifest.Problem{
		Rule: manifest.RuleSchema, Position: t.Place(field), Object: strings.TrimSpace(Kind + " " + t.Metadata.Name), Field: field,
		Message: message, Remedy: remedy,
	}
}

// IsTest says by its name whether a file holds assertions.
func IsTest(name string) bool {
	base := path.Base(name)
	ext := path.Ext(base)
	return !strings.HasPrefix(base, ".") && (ext == ".yaml" || ext == ".yml") && strings.HasSuffix(strings.TrimSuffix(base, ext), "_test")
}

// Read reads the assertions of a source. The error is manifest.Problems with everything that is wrong, or what
// kept it from reading at all.
func Read(ctx context.Context, source manifest.Source) ([]*AccessTest, error) {
	if source.FS == nil {
		return nil, errors.New("assertions are read from a folder or a commit; give the folder")
	}
	var out []*AccessTest
	var problems manifest.Problems
	err := fs.WalkDir(source.FS, source.Dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && name != source.Dir && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || !d.Type().IsRegular() || !IsTest(name):
			return nil
		}
		tests, wrong, err := readFile(source, name)
		out = append(out, tests...)
		problems = append(problems, wrong...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the assertions: %w", err)
	}
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return out, nil
}

func readFile(source manifest.Source, name string) ([]*AccessTest, manifest.Problems, error) {
	file := shown(source, name)
	at := func(rule manifest.Rule, line, column int, field, message, remedy string) manifest.Problems {
		return manifest.Problems{{Rule: rule, Position: manifest.Position{File: file, Line: line, Column: column}, Field: field, Message: message,
			Remedy: remedy}}
	}
	info, err := fs.Stat(source.FS, name)
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > manifest.MaxFileSize {
		problem := manifest.TooLarge(file)
		problem.Remedy = "split it"
		return nil, manifest.Problems{problem}, nil
	}
	text, err := fs.ReadFile(source.FS, name)
	if err != nil {
		return nil, nil, err
	}
	roots, problem := node.Parse(text)
	if problem != nil {
		return nil, at(manifest.RuleSyntax, problem.Line, problem.Column, "", problem.Message, problem.Remedy), nil
	}
	var out []*AccessTest
	var problems manifest.Problems
	for _, root := range roots {
		if node.Text(node.Get(root, "apiVersion")) != APIVersion || node.Text(node.Get(root, "kind")) != Kind {
			problems = append(problems, at(manifest.RuleUnknownKind, root.Line, root.Column, "kind",
				"a file of this name holds AccessTests only", "write apiVersion: "+APIVersion+" and kind: "+Kind+", or rename the file")...)
			continue
		}
		test := &AccessTest{Position: manifest.Position{File: file, Line: root.Line, Column: root.Column}, root: root}
		undecoded := node.Decode(root, test)
		for _, wrong := range undecoded {
			problems = append(problems, at(manifest.RuleSchema, wrong.Line, wrong.Column, wrong.Field, wrong.Message, wrong.Remedy)...)
		}
		if len(undecoded) == 0 { // or what seems to be missing may be what is misspelt
			problems = append(problems, test.check()...)
		}
		out = append(out, test)
	}
	return out, problems, nil
}

// shown is a file's name for messages: as it is reached from the folder that the user named.
func shown(source manifest.Source, name string) string {
	if source.Name == "" {
		return name
	}
	rel, err := filepath.Rel(filepath.FromSlash(source.Dir), filepath.FromSlash(name))
	if err != nil {
		return name
	}
	return path.Join(source.Name, filepath.ToSlash(rel))
}
