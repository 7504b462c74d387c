// Package words_test holds the project to one dictionary: what is so of an object is worded in
// engine/findings, and every status, webhook and command says it in those words.
package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms are those that tell somebody what is so of an object, or why something is refused.
var rooms = []string{
	"controllers", "internal/engine", "internal/manifest", "internal/cluster", "internal/answers", "internal/cli", "internal/git",
	"internal/run",
}

// run is how many words in a row are no accident.
const run = 6

// TestOneSentenceOnce looks for sentences that two rooms have in common.
func TestOneSentenceOnce(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	at := map[string][]string{} // words in a row -> the rooms that say them
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			name, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			for _, text := range sentences(t, path) {
				for some := range windows(strings.Fields(text), run) {
					if !slices.Contains(at[some], name) {
						at[some] = append(at[some], name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var twice []string
	for some, in := range at {
		if len(in) > 1 {
			twice = append(twice, strings.Join(in, ", ")+": "+some)
		}
	}
	slices.Sort(twice)
	for _, line := range twice {
		t.Errorf("said twice, in %s; word it once, in internal/engine/findings or where both can reach it", line)
	}
}

var notAWord = regexp.MustCompile(`%(\[\d+\])?[a-z]|[^\pL\pN_ -]+`)

// sentences are the strings of a file that say something, as words: those that are joined by + are one.
func sentences(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		if told(n) {
			return false
		}
		x, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		said, whole := joined(x)
		if said == "" {
			return true
		}
		out = append(out, strings.ToLower(notAWord.ReplaceAllString(said, " x ")))
		return !whole
	})
	return out
}

// told says whether what follows tells nobody what is so: imports, and the help texts of commands.
func told(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return true
	case *ast.KeyValueExpr:
		key, ok := n.Key.(*ast.Ident)
		return ok && slices.Contains([]string{"Use", "Short", "Long", "Example"}, key.Name)
	case *ast.CallExpr: // of a flag: StringVar and the like
		f, ok := n.Fun.(*ast.SelectorExpr)
		return ok && (strings.HasSuffix(f.Sel.Name, "Var") || strings.HasSuffix(f.Sel.Name, "VarP"))
	}
	return false
}

// joined is a string, or several that are joined, and whether that is all that the expression says.
func joined(x ast.Expr) (said string, whole bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(x.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		if x.Op != token.ADD {
			return "", false
		}
		a, _ := joined(x.X)
		b, _ := joined(x.Y)
		if a == "" && b == "" {
			return "", false
		}
		return a + " " + b, true
	}
	return "", false
}

// windows are all runs of some words in a row.
func windows(words []string, size int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		words = slices.DeleteFunc(words, func(w string) bool { return w == "x" })
		for i := 0; i+size <= len(words); i++ {
			if !yield(strings.Join(words[i:i+size], " ")) {
				return
			}
		}
	}
}
