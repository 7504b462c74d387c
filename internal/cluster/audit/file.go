package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"
)

// file is a sink that begins a new file when one is full, and has what it took on the disk before it returns.
type file struct {
	rotating *lumberjack.Logger
	// synced is the file that was brought to the disk last.
	synced *os.File
}

// openFile opens a log for appending, and makes sure that it can be written to.
func openFile(o Options) (*file, error) {
	f := &file{rotating: &lumberjack.Logger{
		Filename: o.Path, MaxSize: o.MaxSize, MaxBackups: o.MaxBackups, MaxAge: o.MaxAge, Compress: o.Compress,
	}}
	torn, err := endsTorn(o.Path)
	if err != nil {
		return nil, err
	}
	start := []byte{}
	if torn { // the process that wrote it was killed within a line, which whoever replays leaves out
		start = []byte{'\n'}
	}
	return f, f.write(start)
}

// endsTorn says whether a file ends within a line.
func endsTorn(path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	if end, err := f.Seek(-1, io.SeekEnd); err != nil || end < 0 {
		return false, nil // it is empty
	}
	last := make([]byte, 1)
	_, err = f.Read(last)
	return last[0] != '\n', err
}

func (f *file) write(lines []byte) error {
	if _, err := f.rotating.Write(lines); err != nil {
		return err
	}
	return f.sync()
}

// sync brings to the disk what was written. The rotating log keeps its file to
// itself, so it is opened a second time: what is synced is the file, however it was opened.
func (f *file) sync() error {
	now, err := os.Stat(f.rotating.Filename)
	if err != nil {
		return err
	}
	fresh := true
	if f.synced != nil {
		if was, err := f.synced.Stat(); err == nil && os.SameFile(was, now) {
			fresh = false
		}
	}
	if fresh {
		if f.synced != nil {
			_ = f.synced.Close() // its content was synced when it was written
		}
		if f.synced, err = os.OpenFile(f.rotating.Filename, os.O_WRONLY, 0); err != nil {
			return err
		}
		if err := syncDir(filepath.Dir(f.rotating.Filename)); err != nil {
			return err
		}
	}
	return f.synced.Sync()
}

// syncDir has the name of a new file survive as well.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	return nil
}

// Close implements io.Closer.
func (f *file) Close() error {
	if f.synced != nil {
		_ = f.synced.Close()
	}
	return f.rotating.Close()
}
