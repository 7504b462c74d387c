// Package words_test holds the project to one dictionary: what is so of an object is worded in
// engine/findings, and every status, webhook and command says it in those words.
package words_test

import (
	"cmp"
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

// accidents are words that two rooms have in common and that are nobody's to word once, with the reason.
var accidents = map[string]string{
	"does not appear to be a git repository": "what git itself says: gittransport knows it, and the server of the tests (gittest) says it",
}

// TestOneSentenceOnce looks for sentences that two rooms have in common: six words in a row in the string literals of their
// files, those that are joined by + taken together. It looks at no tests, and at neither the help of commands and flags nor
// the API, whose messages are the schema's; what stands for a value, and every sign but a hyphen, is no word. What is said
// twice within one room, it leaves to whoever reads the room.
func TestOneSentenceOnce(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	at := said{}
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
				at.add(name, text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	known := map[string]bool{}
	for text := range accidents {
		for some := range windows(strings.Fields(text), run) {
			known[some] = true
			if len(at[some]) < 2 {
				t.Errorf("no accident any more: %q", some)
			}
		}
	}
	for _, twice := range at.twice() {
		if !known[twice.words] {
			t.Errorf("said twice, in %s: %s; word it once, in internal/engine/findings or where both can reach it",
				strings.Join(twice.rooms, ", "), twice.words)
		}
	}
}

// TestFindsWhatIsSaidTwice puts one sentence into two rooms, each with other values and around other words.
func TestFindsWhatIsSaidTwice(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		a, b string
		want []string
	}{
		"the same sentence": {
			`fmt.Errorf("the course %s does not exist: until it does, nothing is granted", name)`,
			`"x " + name + " Does not exist; until it does, " + "nothing"`,
			[]string{"does not exist until it does", "not exist until it does nothing"},
		},
		"fewer words": {`"it does not exist here"`, `"it does not exist there"`, nil},
		"the help of flags": {`f.StringVar(&x, "at", "", "an entity that somebody else may have named")`,
			`"an entity that somebody else may have named"`, nil},
	} {
		at := said{}
		for room, text := range map[string]string{"a": tt.a, "b": tt.b} {
			path := filepath.Join(dir, room+".go")
			if err := os.WriteFile(path, []byte("package p\n\nvar _ = "+text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, text := range sentences(t, path) {
				at.add(room, text)
			}
		}
		var got []string
		for _, twice := range at.twice() {
			got = append(got, twice.words)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: found %q, want %q", name, got, tt.want)
		}
	}
}

// said is which rooms say some words in a row.
type said map[string][]string

func (at said) add(room, text string) {
	for some := range windows(strings.Fields(text), run) {
		if !slices.Contains(at[some], room) {
			at[some] = append(at[some], room)
		}
	}
}

type twice struct {
	words string
	rooms []string
}

// twice is what several rooms say, in the order of the rooms.
func (at said) twice() []twice {
	var out []twice
	for words, rooms := range at {
		if len(rooms) > 1 {
			out = append(out, twice{words, rooms})
		}
	}
	slices.SortFunc(out, func(a, b twice) int {
		return cmp.Or(slices.Compare(a.rooms, b.rooms), strings.Compare(a.words, b.words))
	})
	return out
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
