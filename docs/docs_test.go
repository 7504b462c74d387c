package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	ownAnchor = regexp.MustCompile(`<a id="([^"]+)"></a>`)
	// What a heading loses on its way to an anchor.
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// TestLinks follows every relative link of every page, to the heading where it
// names one.
func TestLinks(t *testing.T) {
	known := map[string]map[string]bool{} // the anchors of a page
	for _, page := range pages(t) {
		text := read(t, page)
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file := page
			if target != "" {
				file = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: no such page: %s", page, match[1])
				continue
			}
			if anchor != "" && known[file] == nil {
				known[file] = anchors(read(t, file))
			}
			if anchor != "" && !known[file][anchor] {
				t.Errorf("%s: no such heading or anchor: %s", page, match[1])
			}
		}
	}
}

// TestTroubleshootingIsComplete finds every condition and every reason of the
// API on the pages that say what to do about it.
func TestTroubleshootingIsComplete(t *testing.T) {
	page := read(t, "troubleshooting.md") + read(t, "gitsync.md")
	for _, value := range constants(t, "../api/v1alpha1", "Reason", "Condition") {
		if !strings.Contains(page, "`"+value+"`") && !strings.Contains(page, "`"+value+"=") {
			t.Errorf("neither troubleshooting.md nor gitsync.md says what to do about %s", value)
		}
	}
}

// pages are the project's own pages, from the top.
func pages(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != ".." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "bin" || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// anchors are the headings of a page as links name them, and the anchors that it sets itself.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		name := notInAnchor.ReplaceAllString(strings.ToLower(match[1]), "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	for _, match := range ownAnchor.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}

// constants are the string constants of a package whose names have a prefix.
func constants(t *testing.T, dir string, prefixes ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	var found []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name, object := range parsed.Scope.Objects {
			spec, ok := object.Decl.(*ast.ValueSpec)
			if !ok || object.Kind != ast.Con || len(spec.Values) != 1 {
				continue
			}
			for _, prefix := range prefixes {
				if literal, ok := spec.Values[0].(*ast.BasicLit); ok && strings.HasPrefix(name, prefix) {
					value, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					found = append(found, value)
				}
			}
		}
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
