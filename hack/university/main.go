// Command university writes the model university into a folder: go run ./hack/university -people 600 -out university.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"provost.dev/provost/internal/testing/university"
)

func main() {
	o := university.Options{}
	flag.IntVar(&o.People, "people", 600, "how many students and staff, at least 100")
	flag.Uint64Var(&o.Seed, "seed", 1, "who they are")
	flag.IntVar(&o.Semester, "semester", 0, "how many semesters after the winter of 2026")
	out := flag.String("out", "", "the folder that is written to")
	flag.Parse()
	if err := write(o, *out); err != nil {
		fmt.Fprintln(os.Stderr, "university:", err)
		os.Exit(1)
	}
}

func write(o university.Options, out string) error {
	if out == "" {
		return fmt.Errorf("-out names the folder to write to")
	}
	u, err := university.New(o)
	if err != nil {
		return err
	}
	files := u.Files()
	for _, f := range files {
		path := filepath.Join(out, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Text, 0o600); err != nil {
			return err
		}
	}
	fmt.Printf("%d files in %s\n", len(files), out)
	return nil
}
