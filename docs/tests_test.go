package docs_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// longestSleep is how long a test may sleep between two looks at what it waits for. Nothing is made to happen by waiting
// longer: a test polls for it, or has a clock of its own.
const longestSleep = 200 * time.Millisecond

// Tests neither sleep for long nor leave themselves out but by package need, which fails where CI is set and something is missing.
func TestTestsWaitAndSkipAsTheyMay(t *testing.T) {
	seen := 0
	eachTestFile(t, func(name string, fset *token.FileSet, file *ast.File) {
		seen++
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at := name + strings.TrimPrefix(fset.Position(call.Pos()).String(), fset.Position(call.Pos()).Filename)
			switch f.Sel.Name {
			case "Skip", "Skipf", "SkipNow":
				if !strings.Contains(name, "internal/testing/need/") {
					t.Errorf("%s: a test is left out by a function of internal/testing/need, and not by %s", at, f.Sel.Name)
				}
			case "Sleep":
				if d, ok := duration(call.Args[0]); ok && d > longestSleep {
					t.Errorf("%s: sleeps for %s, and is to poll for what it waits for, at most %s apart", at, d, longestSleep)
				}
			}
			return true
		})
	})
	if seen < 50 {
		t.Errorf("only %d files of tests were found", seen)
	}
}

// duration is what a constant like 3*time.Second comes to.
func duration(e ast.Expr) (time.Duration, bool) {
	units := map[string]time.Duration{
		"Nanosecond": time.Nanosecond, "Microsecond": time.Microsecond, "Millisecond": time.Millisecond,
		"Second": time.Second, "Minute": time.Minute, "Hour": time.Hour,
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		d, exact := constant.Int64Val(constant.ToInt(constant.MakeFromLiteral(e.Value, e.Kind, 0)))
		return time.Duration(d), exact
	case *ast.SelectorExpr:
		d, ok := units[e.Sel.Name]
		return d, ok
	case *ast.BinaryExpr:
		x, known := duration(e.X)
		y, also := duration(e.Y)
		return x * y, known && also && e.Op == token.MUL //nolint:durationcheck // one of them is a number
	case *ast.ParenExpr:
		return duration(e.X)
	case *ast.CallExpr: // time.Duration(3)
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Duration" && len(e.Args) == 1 {
			return duration(e.Args[0])
		}
	}
	return 0, false
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"300 * time.Millisecond": 300 * time.Millisecond, "time.Second": time.Second, "time.Duration(5)": 5, "2 * (3 * time.Hour)": 6 * time.Hour,
		"long": 0, "time.Since(x)": 0, "x + time.Second": 0,
	} {
		e, err := parser.ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := duration(e); ok != (want != 0) || ok && got != want {
			t.Errorf("%s: %s, %v", text, got, ok)
		}
	}
}

// eachTestFile parses every file of tests, in all modules.
func eachTestFile(t *testing.T, do func(name string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "internal/testing/") || !strings.HasSuffix(name, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join("..", name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		do(name, fset, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
