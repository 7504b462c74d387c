package feed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"provost.dev/provost/controllers/barrier"
	"provost.dev/provost/internal/engine/directory"
)

// Ready is closed when every kind has been listed once and the Directory holds
// all of it (rule R30).
func (f *Feed) Ready() <-chan struct{} { return f.ready }

// Check is a readiness check. Its error names the kinds that are not listed yet.
func (f *Feed) Check(*http.Request) error {
	select {
	case <-f.ready:
		return nil
	default:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var kinds []string
	for _, k := range Kinds {
		if why, ok := f.waiting[k.Name]; ok {
			kinds = append(kinds, fmt.Sprintf("%s (%s)", k.Name, why))
		}
	}
	if len(kinds) == 0 {
		return errors.New("not ready: taking in what was listed")
	}
	return fmt.Errorf("not ready: waiting for %s", strings.Join(kinds, ", "))
}

// waitsFor notes why a kind is not listed yet and says whether that is news.
func (f *Feed) waitsFor(kind directory.Kind, why string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	news := f.waiting[kind] != why
	f.waiting[kind] = why
	return news
}

// Barrier retains what arrives of a commit until all of it is there.
func (f *Feed) Barrier() *barrier.Barrier { return f.barrier }

// Ahead is the Directory with all that has arrived, also what the Barrier retains.
func (f *Feed) Ahead() *directory.Snapshot { return f.barrier.Ahead(f.directory.Snapshot()) }

// Arrived is Ahead. It waits for a moment where not everything has been listed yet.
func (f *Feed) Arrived(ctx context.Context) (*directory.Snapshot, error) {
	select {
	case <-f.ready:
		return f.Ahead(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patient):
		return nil, f.Check(nil)
	}
}

// patient is how long somebody waits for everything to be listed.
const patient = 10 * time.Second
