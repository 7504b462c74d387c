package controlplane

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// dataDir is the directory that keeps a control plane's state. See the package
// comment for what is in it.
type dataDir struct {
	path string
	lock *os.File
}

// record is what controlplane.json holds.
type record struct {
	// Versions of the programs that last worked on the directory.
	Versions map[Component]string `json:"versions"`
	// Port of the API server at the last start.
	Port int `json:"port,omitempty"`
}

const (
	recordName     = "controlplane.json"
	lockName       = "lock"
	kubeconfigName = "kubeconfig"

	// lockPatience is the time that the programs of a process that was killed
	// may take to disappear.
	lockPatience = 5 * time.Second
)

func (d *dataDir) file(elements ...string) string {
	return filepath.Join(append([]string{d.path}, elements...)...)
}

func (d *dataDir) pki(name string) string    { return d.file("pki", name) }
func (d *dataDir) etcd() string              { return d.file("etcd") }
func (d *dataDir) log(name Component) string { return d.file("logs", string(name)+".log") }
func (d *dataDir) kubeconfig() string        { return d.file(kubeconfigName) }

// openDataDir makes the directory if need be, refuses one that holds something
// else, and locks it.
func openDataDir(path string) (*dataDir, error) {
	d := &dataDir{path: path}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the data directory: %w; name another one", err)
	}
	if err := d.refuseForeign(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(d.file(lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write to the data directory: %w; change its owner or mode, or name another one", err)
	}
	if err := takeLock(file, lockPatience); err != nil {
		_ = file.Close()
		return nil, err
	}
	d.lock = file
	for _, sub := range []string{d.etcd(), d.file("pki"), d.file("logs")} {
		if err := os.MkdirAll(sub, 0o700); err != nil {
			_ = d.close()
			return nil, fmt.Errorf("cannot write to the data directory: %w; change its owner or mode, or name another one", err)
		}
	}
	return d, nil
}

// close gives up the lock. The programs must be gone.
func (d *dataDir) close() error { return d.lock.Close() }

// refuseForeign protects files that are not ours: without the record that a
// first start writes before anything else, none of our other names may exist.
func (d *dataDir) refuseForeign() error {
	if _, err := os.Stat(d.file(recordName)); err == nil {
		return nil
	}
	for _, name := range []string{"etcd", "pki", kubeconfigName} {
		if entries, err := os.ReadDir(d.file(name)); err == nil && len(entries) == 0 {
			continue // a first start that ended early leaves empty directories
		}
		if _, err := os.Lstat(d.file(name)); err == nil {
			return fmt.Errorf("%w: %s has %q but no %s, so it was not made by a control plane of this kind; name another directory",
				ErrDataDirForeign, d.path, name, recordName)
		}
	}
	return nil
}

// takeLock locks the file and writes our process number into it.
func takeLock(file *os.File, patience time.Duration) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		locked, err := tryLock(file)
		if err != nil {
			return fmt.Errorf("cannot lock the data directory (%s): %w", file.Name(), err)
		}
		if locked {
			break
		}
		if time.Now().After(deadline) {
			return inUse(file)
		}
	}
	if err := file.Truncate(0); err != nil {
		return fmt.Errorf("cannot write to the data directory: %w", err)
	}
	if _, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("cannot write to the data directory: %w", err)
	}
	return nil
}

func inUse(file *os.File) error {
	holder := "another process"
	buffer := make([]byte, 32)
	if n, _ := file.ReadAt(buffer, 0); n > 0 {
		holder = "process " + strings.TrimSpace(string(buffer[:n])) + " (or programs that it left behind)"
	}
	return fmt.Errorf("%w: %s holds %s; stop it first, or name another data directory",
		ErrDataDirInUse, holder, filepath.Dir(file.Name()))
}

// readRecord returns the last start's record; the zero record if there was none.
func (d *dataDir) readRecord() (record, error) {
	var r record
	data, err := os.ReadFile(d.file(recordName))
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("cannot read the data directory: %w", err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("%s is damaged: %w; restore it, or name another data directory", d.file(recordName), err)
	}
	return r, nil
}

func (d *dataDir) writeRecord(r record) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(d.file(recordName), append(data, '\n'))
}

// writeFile replaces a file as a whole, readable by its owner only.
func writeFile(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}
