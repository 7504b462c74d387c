//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockPoll is how often a busy lock is tried again. The system's own wait could
// not be interrupted.
const lockPoll = 200 * time.Millisecond

// lock takes an exclusive lock on the file at path, calling busy once if
// somebody else holds it. The kernel drops the lock when its process dies, so
// that none is ever left behind.
func lock(ctx context.Context, path string, busy func()) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot write to the output directory: %w", err)
	}
	for tried := false; ; tried = true {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		if !tried {
			busy()
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, ctx.Err()
		case <-time.After(lockPoll):
		}
	}
	_ = file.Close()
	return nil, fmt.Errorf("cannot lock %s: %w", path, err)
}
