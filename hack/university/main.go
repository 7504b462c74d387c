// Command university writes the model university into a folder: go run ./hack/university -people 600 -out university.
// With -form it writes what a student information system would hand out, clean or with the dirt that such files have.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/testing/university"
)

// asked is what is to be written.
type asked struct {
	university.Options
	form, dirt string
	day        int
	delta      bool
}

func main() {
	var a asked
	flag.IntVar(&a.People, "people", 600, "how many students and staff, at least 100")
	flag.Uint64Var(&a.Seed, "seed", 1, "who they are")
	flag.IntVar(&a.Semester, "semester", 0, "how many semesters after the winter of 2026")
	flag.StringVar(&a.form, "form", "manifests", "manifests, or the files of a student information system: "+listed(university.Formats))
	flag.StringVar(&a.dirt, "dirt", "", "what is wrong with such files, separated by commas: "+listed(university.Kinds)+"; or all")
	flag.IntVar(&a.day, "day", 0, "with -form, how many days after the first one of the semester")
	flag.BoolVar(&a.delta, "delta", false, "with -form and -day, only what is otherwise than the day before")
	out := flag.String("out", "", "the folder that is written to")
	flag.Parse()
	if err := write(a, *out); err != nil {
		fmt.Fprintln(os.Stderr, "university:", err)
		os.Exit(1)
	}
}

func listed[T ~string](all []T) string {
	var out []string
	for _, x := range all {
		out = append(out, string(x))
	}
	return strings.Join(out, ", ")
}

func write(a asked, out string) error {
	if out == "" {
		return fmt.Errorf("-out names the folder to write to")
	}
	u, err := university.New(a.Options)
	if err != nil {
		return err
	}
	files := u.Files()
	if a.form != "manifests" {
		if files, err = a.school(u); err != nil {
			return err
		}
	}
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

// school are the files of a student information system.
func (a *asked) school(u *university.University) ([]generate.File, error) {
	form := university.Format(a.form)
	if !slices.Contains(university.Formats, form) {
		return nil, fmt.Errorf("-form %s: there are manifests, %s", a.form, listed(university.Formats))
	}
	var dirt []university.Dirt
	for name := range strings.SplitSeq(a.dirt, ",") {
		switch d := university.Dirt(name); {
		case name == "":
		case name == "all":
			dirt = university.Kinds
		case !slices.Contains(university.Kinds, d):
			return nil, fmt.Errorf("-dirt %s: there are %s", name, listed(university.Kinds))
		default:
			dirt = append(dirt, d)
		}
	}
	s := u.School()
	dice := rand.New(rand.NewPCG(a.Seed, 100)) //nolint:gosec // chance, and no secret
	before := s.Clone()
	for range a.day {
		before = s.Clone()
		s.Next(dice)
	}
	if a.delta {
		if !strings.HasPrefix(a.form, "oneroster") || len(dirt) > 0 {
			return nil, fmt.Errorf("-delta is for OneRoster, and clean")
		}
		return university.Write(s.Since(before, form))
	}
	return s.Written(form, dice, dirt...)
}
