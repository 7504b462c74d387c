package docs_test

import (
	"go/build"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "provost.dev/provost/"

// The picture in architecture.md is that of the code: every arrow is an import,
// and every import is an arrow, or a way along several.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile("architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	boxes, arrows := picture(string(text))
	imports := imports(t)
	real := map[string]map[string]bool{}
	for pkg, list := range imports {
		from := boxes.of(pkg)
		for _, to := range list {
			if to := boxes.of(to); from != "" && to != "" && from != to {
				if real[from] == nil {
					real[from] = map[string]bool{}
				}
				real[from][to] = true
			}
		}
	}
	for from, list := range arrows {
		for _, to := range list {
			if !real[from][to] {
				t.Errorf("%s --> %s: nothing of the one imports the other", from, to)
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(real)) {
		for _, to := range slices.Sorted(maps.Keys(real[from])) {
			if !arrows.lead(from, to) {
				t.Errorf("%s imports %s, and no way along the arrows says so", from, to)
			}
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		if !named(string(text), pkg) {
			t.Errorf("%s is in none of the tables", pkg)
		}
	}
}

// What is to be read first exists, and is about as long as is said: who begins wants to know how long it takes.
func TestReadInThisOrder(t *testing.T) {
	_, section, found := strings.Cut(read(t, "architecture.md"), "\n## Read in this order\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := toRead.FindAllStringSubmatch(section, -1)
	if !found || len(rows) == 0 {
		t.Fatal("architecture.md does not say what to read first")
	}
	all := 0
	for _, m := range rows {
		said, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		all += said
		if is := strings.Count(read(t, "../"+m[1]), "\n"); 4*is < 3*said || 4*is > 5*said {
			t.Errorf("%s has %d lines, and not about %d", m[1], is, said)
		}
	}
	if m := toReadInAll.FindStringSubmatch(section); m == nil || strings.ReplaceAll(m[1], ",", "") != strconv.Itoa((all+50)/100*100) {
		t.Errorf("about %d lines are to be read, and the section says otherwise", all)
	}
}

var (
	toRead      = regexp.MustCompile("(?m)^\\| \\d+ \\| `([^`]+)` \\| (\\d+) \\|")
	toReadInAll = regexp.MustCompile(`^About ([\d,]+) lines`)
)

// drawn are the boxes: the folders that each stands for.
type drawn map[string][]string

// of is the box of a package; empty where none is drawn.
func (d drawn) of(pkg string) string {
	for box, folders := range d {
		for _, f := range folders {
			if pkg == f || strings.HasPrefix(pkg, f+"/") {
				return box
			}
		}
	}
	return ""
}

type ways map[string][]string

// lead says whether one can be reached from another.
func (w ways) lead(from, to string) bool {
	return slices.ContainsFunc(w[from], func(next string) bool { return next == to || w.lead(next, to) })
}

var (
	arrow = regexp.MustCompile(`^\s*(\w+)(?:\["[^"]*"\])? --> (\w+)`)
	box   = regexp.MustCompile(`(\w+)\["([^"<]+)`)
)

// picture reads the flow chart. A box's first line names its folders: "internal/manifest/validate, format".
func picture(text string) (drawn, ways) {
	_, text, _ = strings.Cut(text, "```mermaid\n")
	text, _, _ = strings.Cut(text, "```")
	boxes, arrows := drawn{}, ways{}
	for line := range strings.Lines(text) {
		for _, m := range box.FindAllStringSubmatch(line, -1) {
			above := ""
			for i, folder := range strings.Split(m[2], ", ") {
				if i == 0 {
					above = path.Dir(folder)
				} else {
					folder = path.Join(above, folder)
				}
				boxes[m[1]] = append(boxes[m[1]], folder)
			}
		}
		if m := arrow.FindStringSubmatch(line); m != nil {
			arrows[m[1]] = append(arrows[m[1]], m[2])
		}
	}
	return boxes, arrows
}

// imports are the project's packages, each with those of its own that it imports. Tests do not count.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "hack" || base == "bin") {
			return fs.SkipDir
		}
		pkg, _ := build.ImportDir(filepath.Join("..", filepath.FromSlash(name)), 0)
		if len(pkg.GoFiles) == 0 {
			return nil // no package, or one of tests
		}
		out[name] = []string{}
		for _, i := range pkg.Imports {
			if own, ok := strings.CutPrefix(i, module); ok {
				out[name] = append(out[name], own)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// named says whether a package, or a folder that it is in, stands in a table.
func named(text, pkg string) bool {
	for dir := pkg; dir != "."; dir = path.Dir(dir) {
		if strings.Contains(text, "| `"+dir+"`") || strings.Contains(text, "| `"+dir+"/`") || strings.Contains(text, "(`"+dir+"`)") {
			return true
		}
	}
	return false
}
