package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// stampName is the file that says what was built from which modules.
const stampName = ".stamp.json"

// stamp remembers which programs are complete. It is written after each of
// them, so that an interrupted build goes on where it was.
type stamp struct {
	dir string

	// Key names the modules and the platform; another key means another version.
	Key string `json:"key"`
	// Programs maps a program to what was built.
	Programs map[string]built `json:"programs"`
}

type built struct {
	Version string `json:"version"`
	// Size in bytes: a file cut short by a full disk or a bad copy is built again.
	Size int64 `json:"size"`
}

// readStamp reads dir's stamp; one that is missing, unreadable or of other
// modules counts as empty.
func readStamp(dir, platform, modfile string) (*stamp, error) {
	key, err := stampKey(platform, modfile)
	if err != nil {
		return nil, err
	}
	s := &stamp{dir: dir}
	if data, err := os.ReadFile(filepath.Join(dir, stampName)); err == nil {
		_ = json.Unmarshal(data, s) // a broken stamp only costs a rebuild
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if s.Key != key || s.Programs == nil {
		s.Key, s.Programs = key, map[string]built{}
	}
	return s, nil
}

// stampKey covers every module's version and checksum, because a dependency
// raised for a security fix must rebuild as much as a new Kubernetes.
func stampKey(platform, modfile string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{modfile, strings.TrimSuffix(modfile, ".mod") + ".sum"} {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("this command must run in its own module's directory (go run -C hack/controlplane .): %w", err)
		}
		hash.Write(data)
	}
	return platform + " " + hex.EncodeToString(hash.Sum(nil)), nil
}

func (s *stamp) has(name string) bool {
	b, ok := s.Programs[name]
	if !ok {
		return false
	}
	info, err := os.Stat(filepath.Join(s.dir, name))
	return err == nil && info.Mode().IsRegular() && info.Size() == b.Size
}

func (s *stamp) missing() []string {
	var names []string
	for _, p := range programs {
		if !s.has(p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

func (s *stamp) add(name, version string) error {
	info, err := os.Stat(filepath.Join(s.dir, name))
	if err != nil {
		return err
	}
	s.Programs[name] = built{Version: version, Size: info.Size()}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	temp := filepath.Join(s.dir, tempPrefix+stampName)
	if err := os.WriteFile(temp, append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(s.dir, stampName))
}

// line lists the programs and their versions for people.
func (s *stamp) line() string {
	var parts []string
	for _, p := range programs {
		parts = append(parts, p.name+" "+s.Programs[p.name].Version)
	}
	return strings.Join(parts, ", ")
}
