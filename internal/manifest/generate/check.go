package generate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
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
	items := slices.Concat(existing.Items, set.Items)
	names := validate.Names{Snapshot: directory.Build(append(existing.Records(), set.Records()...)...), Items: items}
	for i := range set.Items {
		if r := set.Items[i].Record; r != nil {
			more, err := missing(names, r)
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

// missing is what a new object names and is not there, or gives nothing. A permission that no release has is an error.
func missing(names validate.Names, r directory.Record) (notes []string, err error) {
	var errs []error
	for _, f := range (findings.Question{Snapshot: names.Snapshot, Now: never, Apart: true}).Of(r) {
		if f.Reason == "" {
			continue // as its status would say nothing of it
		}
		text := f.Message
		if near := names.Meant(r, f); near != "" {
			text += "; " + near
		}
		if f.Rule == findings.UnknownPermission {
			errs = append(errs, errors.New(text))
		} else {
			notes = append(notes, text)
		}
	}
	return notes, errors.Join(errs...)
}
