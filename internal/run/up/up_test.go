package up_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/run/up"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/testenv"
)

// start runs `up` until the summary is there; stop ends it.
func start(t *testing.T, o up.Options) (summary string, stop func()) {
	t.Helper()
	need.Time(t)
	bin, err := testenv.Binaries()
	if err != nil {
		need.Missing(t, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out := &signalled{shown: make(chan struct{})}
	o.BinDir, o.Out = bin, out
	o.Timeout = 2 * time.Minute
	o.Interval = time.Second
	o.Manager = manager.Options{SkipNameValidation: true}
	o.Progress = func(step string) { t.Log(step) }
	done := make(chan error, 1)
	go func() { done <- up.Run(ctx, o) }()
	select {
	case <-out.shown:
	case err := <-done:
		t.Fatalf("up ended: %v", err)
	}
	return out.String(), func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopping: %v", err)
		}
	}
}

// signalled tells when the last line of the summary was written.
type signalled struct {
	mu sync.Mutex
	bytes.Buffer
	shown chan struct{}
}

func (s *signalled) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.Buffer.Write(p)
	if bytes.Contains(p, []byte("Ctrl-C")) {
		close(s.shown)
	}
	return n, err
}

func TestUpWithoutRepository(t *testing.T) {
	dir := t.TempDir()
	summary, stop := start(t, up.Options{DataDir: dir})
	t.Log(summary)
	stop()
	summary, stop = start(t, up.Options{DataDir: dir})
	t.Log(summary)
	stop()
}
