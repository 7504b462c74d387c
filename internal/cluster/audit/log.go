package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Log writes records. It may be used by many at once: those who wait at the
// same time share one write.
type Log struct {
	mu      sync.Mutex
	waiting []*batch
	writing bool
	sink    sink
	// torn says that the last write broke off, so that the line it was at is to be ended first.
	torn bool
}

// sink takes whole lines, and returns when they are safe.
type sink interface {
	write(lines []byte) error
	io.Closer
}

// batch is what one caller writes.
type batch struct {
	lines []byte
	done  chan error
}

// Write writes records and returns when they are safe: in the file and on the
// disk, or taken by whoever reads the stream. After an error the caller writes
// them again; some of them may then be there twice.
func (l *Log) Write(records ...Record) error {
	if len(records) == 0 {
		return nil
	}
	b := &batch{done: make(chan error, 1)}
	for i := range records {
		line, err := records[i].line()
		if err != nil {
			return fmt.Errorf("writing to the audit log: %w", err)
		}
		b.lines = append(b.lines, line...)
	}
	l.mu.Lock()
	l.waiting = append(l.waiting, b)
	if !l.writing {
		l.writing = true
		go l.drain()
	}
	l.mu.Unlock()
	if err := <-b.done; err != nil {
		return fmt.Errorf("writing to the audit log: %w", err)
	}
	return nil
}

// drain writes what waits until nothing does.
func (l *Log) drain() {
	for {
		l.mu.Lock()
		batches := l.waiting
		l.waiting = nil
		if len(batches) == 0 {
			l.writing = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		var lines []byte
		for _, b := range batches {
			lines = append(lines, b.lines...)
		}
		err := l.commit(lines)
		for _, b := range batches {
			b.done <- err
		}
	}
}

// piece is how much is written at a time: a file is changed for a new one between two pieces only.
const piece = 512 << 10

// commit writes lines in pieces. Only one commit is under way at a time.
func (l *Log) commit(lines []byte) error {
	if l.sink == nil {
		return errors.New("it is closed")
	}
	if l.torn {
		lines = append([]byte{'\n'}, lines...)
	}
	for len(lines) > 0 {
		n := len(lines)
		if n > piece {
			if n = bytes.LastIndexByte(lines[:piece], '\n') + 1; n == 0 {
				n = bytes.IndexByte(lines, '\n') + 1 // one line that is longer
			}
		}
		if err := l.sink.write(lines[:n]); err != nil {
			l.torn = true
			return err
		}
		l.torn = false
		lines = lines[n:]
	}
	return nil
}

// Close ends the log, after what is being written.
func (l *Log) Close() error {
	if l == nil || l.sink == nil {
		return nil
	}
	return l.sink.Close()
}

// stream is a sink for standard output: whoever reads it keeps it.
type stream struct{ io.Writer }

func (s stream) write(lines []byte) error {
	_, err := s.Write(lines)
	return err
}

// Close implements io.Closer: the stream is not ours to close.
func (s stream) Close() error { return nil }
