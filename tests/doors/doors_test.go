package doors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/cli"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/manifest/validate"
	"provost.dev/provost/internal/testing/need"
)

var mutants = flag.Int("mutants", 20_000, "how many changed samples every way in is asked about")

// namespace is that of objects which name none: that a file does not say it is no mistake of its own.
const namespace = "uni"

// door is a way in: whether it refuses a file.
type door struct {
	name    string
	refuses func(ctx context.Context, text []byte) (bool, error)
	// alone says that the door looks at a file by itself, and so not at what is declared twice.
	alone bool
}

func folder(text []byte) manifest.Source {
	return manifest.Source{FS: fstest.MapFS{"m.yaml": &fstest.MapFile{Data: text}}, Dir: "."}
}

// problemsIn says whether an error is one of reading; any other is passed on.
func problemsIn(err error) (bool, error) {
	if _, ok := manifest.AsProblems(err); ok {
		return true, nil
	}
	return false, err
}

// doors are the ways in that need nothing but the file.
func doors() []door {
	opts := manifest.Options{Namespace: namespace}
	return []door{
		{name: "a stream", refuses: func(ctx context.Context, text []byte) (bool, error) {
			_, err := manifest.Read(ctx, opts, manifest.Source{Name: "<stdin>", Stream: bytes.NewReader(text)})
			return problemsIn(err)
		}},
		{name: "a file by itself", alone: true, refuses: func(ctx context.Context, text []byte) (bool, error) {
			return len(folder(text).ReadFile(ctx, &opts, "m.yaml").Problems) > 0, nil
		}},
		{name: "its documents", refuses: func(ctx context.Context, text []byte) (bool, error) {
			pieces := opts
			pieces.Documents = &manifest.Documents{}
			_, err := manifest.Read(ctx, pieces, folder(text))
			return problemsIn(err)
		}},
		{name: "validate", refuses: func(ctx context.Context, text []byte) (bool, error) {
			report, err := validate.Run(ctx, validate.Options{Namespace: namespace, Now: time.Unix(1_800_000_000, 0)}, folder(text))
			return err == nil && report.Refused, err
		}},
		{name: "the history", refuses: func(ctx context.Context, text []byte) (bool, error) {
			step, err := history.NewWorld(opts).Step(ctx, history.FolderTree("folder", folder(text)))
			if refused, _ := problemsIn(err); refused {
				return true, nil
			}
			return err == nil && len(step.Problems) > 0, err
		}},
	}
}

// disagreement is the first of the doors that does not say of a text what reading a folder says.
func disagreement(ctx context.Context, all []door, text []byte, read error) string {
	refused, err := problemsIn(read)
	if err != nil {
		return err.Error()
	}
	problems, _ := manifest.AsProblems(read)
	twice := func(p manifest.Problem) bool { return p.Rule == manifest.RuleDeclaredTwice }
	for _, d := range all {
		got, err := d.refuses(ctx, text)
		if err != nil {
			return d.name + ": " + err.Error()
		}
		want := refused
		if d.alone && !slices.ContainsFunc(problems, func(p manifest.Problem) bool { return !twice(p) }) {
			want = false
		}
		if got != want {
			return fmt.Sprintf("%s: refused is %v, and of the folder it is %v", d.name, got, want)
		}
	}
	return ""
}

// unclear is a problem that is told with a regular expression in it, or told twice.
func unclear(err error) string {
	problems, _ := manifest.AsProblems(err)
	told := map[manifest.Problem]bool{}
	for _, p := range problems {
		if strings.Contains(p.Message, "regex used") || strings.Contains(p.Message, "should match '") {
			return "a regular expression: " + p.Error()
		}
		if told[p] {
			return "said twice: " + p.Error()
		}
		told[p] = true
	}
	return ""
}

// misreading is where what is read from a text and not refused is something else than what kubectl reads from it, or
// nothing that the API server would take.
func misreading(ctx context.Context, text []byte, set *manifest.Set, err error) string {
	if err != nil {
		return "" // refused
	}
	theirs, err := asKubectl(text)
	if err != nil {
		return "kubectl refuses it: " + err.Error()
	}
	schemas, err := schema.Release()
	if err != nil {
		return err.Error()
	}
	theirs = slices.DeleteFunc(theirs, func(u *unstructured.Unstructured) bool {
		return !schemas.Has(u.GroupVersionKind()) || u.GetKind() == "EffectivePermissions"
	})
	var ours []*unstructured.Unstructured
	for i := range set.Items {
		if schemas.Has(set.Items[i].GroupVersionKind()) {
			ours = append(ours, set.Items[i].Content)
		}
	}
	if len(ours) != len(theirs) {
		return fmt.Sprintf("%d objects, and kubectl finds %d", len(ours), len(theirs))
	}
	for i, o := range theirs {
		if schemas.Namespaced(o.GroupVersionKind()) && o.GetNamespace() == "" {
			o.SetNamespace(namespace)
		}
		if !same(ours[i].Object, o.Object) {
			a, _ := json.Marshal(ours[i].Object)
			b, _ := json.Marshal(o.Object)
			return fmt.Sprintf("read as\n%s\nand by kubectl as\n%s", a, b)
		}
		if errs := schemas.Thoroughly(ctx, o); len(errs) > 0 {
			return "the API server refuses it: " + errs.ToAggregate().Error()
		}
	}
	return ""
}

// same compares as JSON does, to which 1 and 1.0 are one number.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err != nil || err2 != nil {
		return false
	}
	if bytes.Equal(x, y) {
		return true
	}
	var v, w any
	return json.Unmarshal(x, &v) == nil && json.Unmarshal(y, &w) == nil && reflect.DeepEqual(v, w)
}

// asKubectl reads the objects of a text as kubectl does, those in lists by themselves.
func asKubectl(text []byte) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	for d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var raw json.RawMessage
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
			continue
		}
		var value any
		if err := utiljson.Unmarshal(raw, &value); err != nil {
			return nil, err
		}
		out = append(out, objects(value)...)
	}
}

func objects(value any) []*unstructured.Unstructured {
	m, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	u := &unstructured.Unstructured{Object: m}
	if !u.IsList() || !strings.HasSuffix(u.GetKind(), "List") {
		return []*unstructured.Unstructured{u}
	}
	// What an item does not say, the list may: the library decides it.
	var list unstructured.UnstructuredList
	if raw, err := json.Marshal(m); err != nil || list.UnmarshalJSON(raw) != nil {
		return nil
	}
	var out []*unstructured.Unstructured
	for i := range list.Items {
		out = append(out, objects(list.Items[i].Object)...)
	}
	return out
}

func readAll(ctx context.Context, text []byte) (*manifest.Set, error) {
	return manifest.Read(ctx, manifest.Options{Namespace: namespace, Content: true}, folder(text))
}

// corpus is every manifest that lies in the project or beside it.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	out := samples(t)
	for _, root := range []string{"../../examples", "../../internal/cli/testdata", "../../internal/manifest", "../../../shared/field"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && strings.Contains(root, "shared") {
				return nil
			}
			if err != nil || !d.Type().IsRegular() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name)) {
				return err
			}
			text, err := os.ReadFile(name)
			out[name] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestDoorsAndReadersAgree holds every way in to the others, and what is read to what kubectl reads.
func TestDoorsAndReadersAgree(t *testing.T) {
	all := doors()
	look := func(t *testing.T, what, text string) (good, refused bool) {
		set, err := readAll(t.Context(), []byte(text))
		for _, wrong := range []string{unclear(err), disagreement(t.Context(), all, []byte(text), err),
			misreading(t.Context(), []byte(text), set, err)} {
			if wrong != "" {
				t.Errorf("%s\n%s\n%s", what, wrong, text)
				return false, err != nil
			}
		}
		return true, err != nil
	}
	for name, text := range corpus(t) {
		look(t, name, text)
	}
	good := samples(t)
	many, refused, faults := need.AtMost(*mutants, 150), 0, 0
	for n := range many {
		text, how := mutant(good, uint64(n)) //nolint:gosec // a number of a test
		agree, isRefused := look(t, how, text)
		if isRefused {
			refused++
		}
		if !agree {
			if faults++; faults == 20 {
				t.Fatal("and so on")
			}
		}
	}
	t.Logf("%d mutants, %d of them refused", many, refused)
	if refused < many/5 || refused > many*95/100 {
		t.Error("too few of one kind to say anything")
	}
}

// TestACommitIsADoor builds mutants as a GitSync does.
func TestACommitIsADoor(t *testing.T) {
	good := samples(t)
	many := need.AtMost[uint64](200, 20)
	files := gittest.Files{}
	texts := map[string]string{}
	for n := range many {
		text, _ := mutant(good, n)
		dir := fmt.Sprintf("m%03d", n)
		if text == "" {
			continue
		}
		texts[dir], files[dir+"/m.yaml"] = text, text
	}
	location := gitrepo.ParseLocation(gittest.New(t, files).Dir)
	repo, err := location.Open(t.Context(), "", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	head, err := repo.Resolve("main")
	if err != nil {
		t.Fatal(err)
	}
	builder := &gitsync.Builder{}
	if builder.Schemas, err = schema.Release(); err != nil {
		t.Fatal(err)
	}
	for dir, text := range texts {
		_, err := builder.Build(t.Context(), &gitsync.Checkout{Repository: repo, Commit: head}, dir, gitsync.Scope{})
		_, want := manifest.Read(t.Context(), manifest.Options{}, folder([]byte(text)))
		var failure *gitsync.Failure
		if err != nil && !errors.As(err, &failure) {
			t.Fatal(err)
		}
		if (want != nil) != (failure != nil && failure.Reason != "KindRefused") {
			t.Errorf("%s: a GitSync says %v, and a folder %v\n%s", dir, err, want, text)
		}
	}
}

// TestCommandsAreDoors asks the command line about mutants in folders.
func TestCommandsAreDoors(t *testing.T) {
	good := samples(t)
	for n := range need.AtMost[uint64](60, 4) {
		text, how := mutant(good, 1_000_000+n)
		_, err := readAll(t.Context(), []byte(text))
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "m.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"can", "alice", "view_course", "uni/course/algebra-1", "-f", dir}, {"permissions", "--everyone", "-f", dir},
			{"who-can", "view_course", "uni/course/algebra-1", "-f", dir},
			{"members", "staff", "-f", dir}, {"tree", "entities", "-f", dir}, {"plan", "dir:" + dir, "dir:" + dir}, {"validate", dir}, {"test", dir},
			{"fmt", "--check", dir},
			{"members", "add", "alice", "staff", "-f", dir, "--dry-run"},
		} {
			args = append(args, "-n", namespace)
			var out, errOut bytes.Buffer
			code := cli.Run(t.Context(), append([]string{"provost"}, args...),
				genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
			if err != nil && code != cli.ExitFailed {
				t.Errorf("%s: %s ends with %d, and the folder cannot be read: %v\n%s\n%s", how, args[0], code, err, text, errOut.String())
			}
			if strings.Contains(errOut.String(), "the manifests have") && err == nil {
				t.Errorf("%s: %s finds problems that reading does not: %s\n%s", how, args[0], errOut.String(), text)
			}
		}
	}
}

// TestAWayPastTheChecksIsFound leaves a check out, in a door and in a reader, to see that the properties notice.
func TestAWayPastTheChecksIsFound(t *testing.T) {
	good := samples(t)
	found := func(is func(text []byte) string) int {
		for n := range 2000 {
			if text, _ := mutant(good, uint64(n)); is([]byte(text)) != "" { //nolint:gosec // a number of a test
				return n
			}
		}
		return -1
	}
	lax := door{name: "decodes, and looks at no schema", refuses: func(_ context.Context, text []byte) (bool, error) {
		roots, problem := node.Parse(text)
		return problem != nil || len(roots) == 0, nil
	}}
	if n := found(func(text []byte) string {
		_, err := readAll(t.Context(), text)
		return disagreement(t.Context(), []door{lax}, text, err)
	}); n < 0 {
		t.Error("a door without a schema is not found")
	} else {
		t.Logf("a door without a schema is found by mutant %d", n)
	}
	// A reader of YAML 1.2 that asks no other one.
	alone := func(ctx context.Context, text []byte) (*manifest.Set, error) {
		set, problems, err := manifest.ReadAll(ctx, manifest.Options{Namespace: namespace, Content: true}, folder(text))
		problems = slices.DeleteFunc(problems, func(p manifest.Problem) bool { return p.Rule == manifest.RuleAmbiguous })
		if err == nil && len(problems) > 0 {
			err = problems
		}
		return set, err
	}
	if n := found(func(text []byte) string {
		set, err := alone(t.Context(), text)
		return misreading(t.Context(), text, set, err)
	}); n < 0 {
		t.Error("a reader that asks no other is not found")
	} else {
		t.Logf("a reader that asks no other is found by mutant %d", n)
	}
}
