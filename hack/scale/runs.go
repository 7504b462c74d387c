package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// university is one run of the benchmark: what it printed, by unit ("s/first").
type university struct {
	log   bool
	units map[string]float64
}

func (u university) people() int { return int(u.units["people"]) }

// phases are what happens in one run, in this order.
var phases = []struct{ unit, title string }{
	{"first", "an empty cluster"}, {"enrol", "a cohort is enrolled"}, {"end", "a term ends"},
}

// read returns all runs in a folder, the small ones first, each without the audit log before that with it.
func read(dir string) ([]university, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	var out []university
	files := benchfmt.Files{Paths: paths}
	for files.Scan() {
		switch r := files.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, r
		case *benchfmt.Result:
			u := university{log: strings.Contains(string(r.Name), "/with_an"), units: map[string]float64{}}
			for _, v := range r.Values {
				unit, value := v.Unit, v.Value
				if v.OrigUnit != "" { // "ns/op" is told as "sec/op"
					unit, value = v.OrigUnit, v.OrigValue
				}
				u.units[unit] = value
			}
			if u.people() == 0 {
				return nil, fmt.Errorf("%s: %s does not say how many people there are", dir, r.Name)
			}
			out = append(out, u)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no run of BenchmarkUniversity", dir)
	}
	slices.SortStableFunc(out, func(a, b university) int {
		if a.log != b.log {
			if a.log {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.people(), b.people())
	})
	return out, files.Err()
}
