package controllers

import (
	"testing"
	"time"
)

// TestPlatformIsTold of what takes long, now and then, and at once when it is done.
func TestPlatformIsTold(t *testing.T) {
	for _, tc := range []struct {
		name      string
		told, now int
		since     time.Duration
		want      bool
	}{
		{"nothing to do", 0, 0, time.Hour, false},
		{"something short", 0, 20_000, tellAfter - 1, false},
		{"something long", 0, 20_000, tellAfter, true},
		{"a little later", 20_000, 19_000, tellAfter / 2, false},
		{"later", 20_000, 15_000, tellAfter, true},
		{"it moves no more", 15_000, 15_000, time.Hour, false},
		{"done", 15_000, 0, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := &progress{}
			p.told.Store(int64(tc.told))
			if got := p.due(tc.now, tc.since); got != tc.want {
				t.Errorf("it is told: %v", got)
			}
		})
	}
}
