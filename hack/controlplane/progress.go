package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// progress shows that work goes on: a line kept up to date on a terminal, a
// new line now and then in a log.
type progress struct {
	title   string
	matches func(line string) bool
	unit    string
	total   int // at most so many; 0 if unknown

	started  time.Time
	terminal bool
	quit     chan struct{}
	done     sync.WaitGroup

	mu   sync.Mutex
	seen int
}

// newProgress starts to show the progress of what title says, counting the
// lines that match.
func newProgress(title string, matches func(string) bool, unit string, total int) *progress {
	p := &progress{
		title: title, matches: matches, unit: unit, total: total,
		started: time.Now(), terminal: onTerminal(os.Stdout), quit: make(chan struct{}),
	}
	every := 20 * time.Second
	if p.terminal {
		every = time.Second
	}
	p.done.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-p.quit:
				return
			case <-ticker.C:
				p.show()
			}
		}
	})
	return p
}

// count takes a line of output and tells whether it was one of those counted.
func (p *progress) count(line string) bool {
	if !p.matches(line) {
		return false
	}
	p.mu.Lock()
	p.seen++
	p.mu.Unlock()
	return true
}

func (p *progress) show() {
	p.mu.Lock()
	seen := p.seen
	p.mu.Unlock()
	text := p.title
	switch {
	case seen == 0: // all in Go's cache so far, or linking
	case p.total > 0:
		text += fmt.Sprintf(": %d of at most %d %s", seen, p.total, p.unit)
	default:
		text += fmt.Sprintf(": %d %s", seen, p.unit)
	}
	text += ", " + round(time.Since(p.started)).String()
	if p.terminal {
		fmt.Printf("\r\033[K%s", text)
	} else {
		fmt.Println(text)
	}
}

// stop ends it and clears its line.
func (p *progress) stop() {
	close(p.quit)
	p.done.Wait()
	if p.terminal {
		fmt.Print("\r\033[K")
	}
}

// onTerminal tells whether a file is one that a person watches.
func onTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
