package generate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/suggest"
)

// never is a moment for questions in which the clock plays no part.
var never time.Time

// Existing reads the manifests that are in a folder already. A folder that is not there, or empty, holds none. What is
// wrong with them is told and keeps nothing from being added.
func Existing(ctx context.Context, dir, namespace string) (*manifest.Set, manifest.Problems, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		set, _, err := manifest.ReadAll(ctx, manifest.Options{})
		return set, nil, err
	}
	source, closer, err := manifest.Folder(dir, nil)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = closer.Close() }()
	return manifest.ReadAll(ctx, manifest.Options{Namespace: namespace}, source)
}

// Check says what is wrong with new files, as the API server would, and whether something of theirs is declared
// already. notes are what they name and is not there: no error, since it may come (R7).
func Check(ctx context.Context, existing *manifest.Set, files []File) (notes []string, err error) {
	var sources []manifest.Source
	for _, f := range files {
		sources = append(sources, manifest.Source{Name: f.Name, Stream: bytes.NewReader(f.Text)})
	}
	set, problems, err := manifest.ReadAll(ctx, manifest.Options{}, sources...)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, p := range problems {
		p.Position = manifest.Position{} // nobody has seen the file yet
		errs = append(errs, p)
	}
	known := map[string]manifest.Position{}
	for i := range existing.Items {
		known[existing.Items[i].Name()] = existing.Items[i].Position
	}
	for i := range set.Items {
		if at, twice := known[set.Items[i].Name()]; twice {
			errs = append(errs, fmt.Errorf("%s is declared already, at %s", set.Items[i].Name(), at))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	all := directory.Build(append(existing.Records(), set.Records()...)...)
	for i := range set.Items {
		if r := set.Items[i].Record; r != nil {
			more, err := missing(all, r)
			for _, m := range more {
				notes = append(notes, set.Items[i].Name()+": "+m)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", set.Items[i].Name(), err))
			}
		}
	}
	return notes, errors.Join(errs...)
}

// missing is what a new object names and is not there. A permission or role that no release has is an error.
func missing(s *directory.Snapshot, r directory.Record) (notes []string, err error) {
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	switch r := r.(type) {
	case *directory.Entity:
		if f := s.Entity(r.Key, never); f.ParentState == directory.ParentNotFound {
			note("the parent %s is not there yet%s", f.Parent, hint(f.Parent.String(), s.Entities()))
		}
	case *directory.Group:
		if f := s.Group(r.Key); f.ParentState == directory.ParentNotFound {
			note("the parent group %s is not there yet%s", r.Parent, hint(r.Parent.String(), s.Groups()))
		} else if f.ParentState == directory.ParentNotAllowed {
			note("the parent group %s does not admit groups of this namespace; it acts as a top-level group", r.Parent)
		}
	case *directory.Role:
		_, unknown := r.Level.Parse(r.Permissions)
		return nil, unknownPermissions(unknown, r.Level)
	case *directory.PermissionOverride:
		if !s.Entity(r.Entity.In(r.Key.Namespace), never).Declared {
			note("the entity %s is not there yet%s", r.Entity.In(r.Key.Namespace), hint(r.Entity.In(r.Key.Namespace).String(), s.Entities()))
		}
		_, unknown := r.Entity.Level.Parse(r.Permissions)
		return notes, unknownPermissions(unknown, r.Entity.Level)
	case *directory.RoleBinding:
		return bindingNotes(s, r), nil
	case *directory.SystemDeny:
		f, _ := s.Deny(r.Name)
		for _, g := range f.MissingGroups {
			note("the group %s is not there yet%s", g, hint(g.String(), s.Groups()))
		}
		if len(f.Unknown) > 0 {
			return notes, fmt.Errorf("no level has the permission %s", suggest.List(f.Unknown, "or"))
		}
	case *directory.RoleTemplate:
		if f := s.Template(r.Key, never); len(f.Unknown) > 0 {
			note("there is no role %s yet%s", suggest.List(f.Unknown, "or"), roleHint(f.Unknown[0]))
		}
	}
	return notes, nil
}

func bindingNotes(s *directory.Snapshot, r *directory.RoleBinding) (notes []string) {
	f, _ := s.Binding(r.Key)
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if !f.EntityFound {
		note("the entity %s is not there yet%s", f.Entity, hint(f.Entity.String(), s.Entities()))
	}
	switch {
	case f.Template != nil && !f.TemplateFound:
		note("there is no template %s yet%s", r.Role.Name, didYouMean(r.Role.Name, templateNames(s)))
	case f.Template != nil && len(f.Roles) == 0:
		note("the template %s has no role for the level %s, and so gives nothing there", r.Role.Name, r.Entity.Level)
	}
	for _, role := range f.Roles {
		if role.Problem != directory.RoleOK {
			note("there is no role %s that can be given at %s%s", role.Name, f.Entity, roleHint(role.Name))
		}
	}
	for _, g := range f.MissingGroups {
		note("the group %s is not there yet%s", g, hint(g.String(), s.Groups()))
	}
	return notes
}

func unknownPermissions(unknown []string, level catalogue.Level) error {
	if len(unknown) == 0 {
		return nil
	}
	text := fmt.Sprintf("%s has no permission %s", level, suggest.List(unknown, "or"))
	if near := suggest.DidYouMean(unknown[0], level.All().IDs(level)); near != "" {
		text += "; " + near
	} else {
		text += fmt.Sprintf("; \"provost matrix %s\" lists them", level.Word())
	}
	return errors.New(text)
}

func hint[K fmt.Stringer](name string, keys []K) string {
	var names []string
	for _, k := range keys {
		names = append(names, k.String())
	}
	return didYouMean(name, names)
}

func roleHint(name string) string {
	var names []string
	for _, r := range catalogue.SystemRoles() {
		names = append(names, r.Name)
	}
	return didYouMean(name, names)
}

func didYouMean(name string, names []string) string {
	if text := suggest.DidYouMean(name, names); text != "" {
		return "; " + text
	}
	return ""
}

func templateNames(s *directory.Snapshot) []string {
	var out []string
	for _, k := range s.Templates() {
		out = append(out, k.Name)
	}
	return out
}
