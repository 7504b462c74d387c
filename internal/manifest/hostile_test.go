package manifest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing/filemode"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
)

// entry is one entry of a hostile tree: a file, or a link to a place, or a submodule.
type entry struct {
	text string
	mode filemode.FileMode
}

func file(text string) entry   { return entry{text, filemode.Regular} }
func link(target string) entry { return entry{target, filemode.Symlink} }

const (
	good   = "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: good, namespace: acme}\nspec: {displayName: Good}\n"
	secret = "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: secret, namespace: acme}\nspec: {displayName: Secret}\n"
)

func bomb() string {
	text := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'k'; c++ {
		text += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ",") + "]\n"
	}
	return text
}

// hostileTrees are trees that somebody may push. Each is read as a folder and as a commit.
var hostileTrees = []struct {
	name  string
	files map[string]entry
	// problem is a part of what is wrong; "" where the tree is read. file is where.
	problem, file string
	// objects are the names of what is read.
	objects []string
	// note is a part of a note or warning.
	note string
	// only is "folder" or "commit" where the tree cannot be had as the other.
	only string
	// long is one that takes long to read.
	long bool
}{
	{name: "a link to a file outside", files: map[string]entry{"in/out.yaml": link("../secret/secret.yaml"), "in/good.yaml": file(good)},
		objects: []string{"good"}, note: "out.yaml is a symbolic link and is not followed"},
	{name: "a link to an absolute path", files: map[string]entry{"in/out.yaml": link("/etc/passwd"), "in/good.yaml": file(good)},
		objects: []string{"good"}, note: "is not followed"},
	{name: "a link to a folder outside", files: map[string]entry{"in/sub.yaml": link("../secret"), "in/sub": link("../secret"),
		"in/good.yaml": file(good)},
		objects: []string{"good"}, note: "sub.yaml is a symbolic link"},
	{name: "a link to itself", files: map[string]entry{"in/self.yaml": link("self.yaml"), "in/loop": link("."), "in/good.yaml": file(good)},
		objects: []string{"good"}, note: "self.yaml is a symbolic link"},
	{name: "a submodule", files: map[string]entry{"in/theirs": {strings.Repeat("1", 40), filemode.Submodule}, "in/good.yaml": file(good)},
		objects: []string{"good"}, note: "theirs is a submodule and is not read", only: "commit"},
	{name: "a submodule by the name of a file", files: map[string]entry{"in/theirs.yaml": {strings.Repeat("1", 40), filemode.Submodule},
		"in/good.yaml": file(good)},
		objects: []string{"good"}, note: "theirs.yaml", only: "commit"},
	{name: "a file of 10 MiB and one byte", files: map[string]entry{"in/large.yaml": file("#" + strings.Repeat("x", manifest.MaxFileSize))},
		problem: "the file is larger than 10 MiB", file: "large.yaml"},
	{name: "a file of nearly 10 MiB", files: map[string]entry{"in/large.yaml": file(good + "#" +
		strings.Repeat("x", manifest.MaxFileSize-len(good)-1))}, objects: []string{"good"}, long: true},
	{name: "an alias bomb", files: map[string]entry{"in/bomb.yaml": file(bomb())}, problem: "repeat too much", file: "bomb.yaml"},
	{name: "a bomb of merges", files: map[string]entry{"in/bomb.yaml": file("a: &a {x: 1}\n" +
		strings.ReplaceAll(bomb()[len("a: &a [x,x,x,x,x,x,x,x,x,x]\n"):], ": &", "m: &"))},
		problem: "repeat too much", file: "bomb.yaml"},
	{name: "an anchor that holds itself", files: map[string]entry{"in/self.yaml": file("a: &a [*a]\n")}, problem: "contains itself",
		file: "self.yaml"},
	{name: "brackets a hundred thousand deep", files: map[string]entry{"in/deep.yaml": file("a: " + strings.Repeat("[", 100_000))},
		problem: "not YAML", file: "deep.yaml"},
	{name: "fields nine thousand deep", files: map[string]entry{"in/deep.yaml": file(strings.TrimSuffix(good, "}\n") + ", description: " +
		strings.Repeat("{a: ", 9000) + "1" + strings.Repeat("}", 9001) + "\n")},
		problem: "text is expected here, not a mapping", file: "deep.yaml"},
	{name: "a field twice", files: map[string]entry{"in/twice.yaml": file(good + "spec: {displayName: Other}\n")},
		problem: `the field "spec" stands here twice`, file: "twice.yaml"},
	{name: "an object twice", files: map[string]entry{"in/a.yaml": file(good), "in/b.yaml": file(good)}, problem: "declared twice, first at",
		file: "b.yaml"},
	{name: "bytes that are no UTF-8", files: map[string]entry{"in/latin.yaml": file(good + "# caf\xe9\n")}, problem: "not UTF-8",
		file: "latin.yaml"},
	{name: "UTF-16", files: map[string]entry{"in/wide.yaml": file("\xff\xfea\x00:\x00 \x00b\x00")}, problem: "UTF-16", file: "wide.yaml"},
	{name: "a NUL", files: map[string]entry{"in/nul.yaml": file(good + "# \x00\n")}, problem: "not YAML", file: "nul.yaml"},
	{name: "paths that differ by case", files: map[string]entry{"in/Good.yaml": file(good),
		"in/good.yaml": file(strings.Replace(good, "name: good", "name: other", 1))},
		objects: []string{"good", "other"}, note: "by case only"},
	{name: "folders that differ by case", files: map[string]entry{"in/A/x.yaml": file(good),
		"in/a/x.yaml": file(strings.Replace(good, "name: good", "name: other", 1))},
		objects: []string{"good", "other"}, note: "by case only"},
	{name: "lines that end with CRLF", files: map[string]entry{"in/dos.yaml": file(strings.ReplaceAll(good, "\n", "\r\n"))},
		objects: []string{"good"}},
	{name: "a byte order mark", files: map[string]entry{"in/bom.yaml": file("\ufeff" + good)}, objects: []string{"good"}},
	{name: "ten thousand documents", files: map[string]entry{"in/many.yaml": file(strings.Repeat("---\n", 10_000) + good)},
		objects: []string{"good"}},
	{name: "a name with a line break", files: map[string]entry{"in/a\nb.yaml": file(good)}, objects: []string{"good"}},
	{name: "entries that lead out of the tree", files: map[string]entry{"in/..": file(secret), "in/good.yaml": file(good)},
		objects: []string{"good"}, only: "commit"},
	{name: "a kustomization that leads outside",
		files:   map[string]entry{"in/kustomization.yaml": file("resources: [../../../../../../etc/passwd]\n")},
		problem: "there is no file or folder", file: "kustomization.yaml"},
	{name: "a kustomization through a link", files: map[string]entry{"in/kustomization.yaml": file("resources: [out.yaml]\n"),
		"in/out.yaml": link("../secret/secret.yaml")},
		problem: "there is no file or folder", file: "kustomization.yaml"},
	{name: "a kustomization from the network",
		files:   map[string]entry{"in/kustomization.yaml": file("resources: ['https://example.org/x.yaml']\n")},
		problem: "lies outside of the repository", file: "kustomization.yaml"},
	{name: "a kustomization that is a link", files: map[string]entry{"in/kustomization.yaml": link("../secret/secret.yaml"),
		"in/good.yaml": file(good)},
		problem: "a symbolic link, which is not followed", file: "kustomization.yaml"},
	{name: "a kustomization of itself", files: map[string]entry{"in/kustomization.yaml": file("resources: [.]\n")}, problem: "kustomize",
		file: "kustomization.yaml"},
}

// Whoever may push to a repository may push anything. What comes of it is a clear error or a correct reading, never a
// crash, and never anything from outside the tree.
func TestHostileTrees(t *testing.T) {
	for _, tree := range hostileTrees {
		sources := map[string]func(*testing.T, map[string]entry) manifest.Source{"folder": folder, "commit": commit}
		for kind, source := range sources {
			if tree.only != "" && tree.only != kind {
				continue
			}
			t.Run(tree.name+"/"+kind, func(t *testing.T) {
				if tree.long {
					need.Time(t)
				}
				set, problems, err := manifest.ReadAll(t.Context(), manifest.Options{}, source(t, tree.files))
				if err != nil {
					t.Fatal(err)
				}
				if tree.problem == "" && len(problems) > 0 {
					t.Fatal(problems)
				}
				if tree.problem != "" && !slices.ContainsFunc(problems, func(p manifest.Problem) bool {
					return strings.Contains(p.Error(), tree.problem) && strings.HasSuffix(p.File, tree.file) && p.Rule != ""
				}) {
					t.Errorf("the problems are %.2000v; want one in %s with %q", problems, tree.file, tree.problem)
				}
				var objects []string
				for i := range set.Items {
					objects = append(objects, set.Items[i].Object.GetName())
				}
				slices.Sort(objects)
				if tree.problem == "" && !slices.Equal(objects, tree.objects) {
					t.Errorf("read %q, want %q", objects, tree.objects)
				}
				if slices.Contains(objects, "secret") || strings.Contains(fmt.Sprint(problems), "root:") {
					t.Error("something from outside the tree was read")
				}
				notes := strings.Join(set.Notes, "\n") + "\n" + set.Warnings.Error()
				if !strings.Contains(notes, tree.note) {
					t.Errorf("the notes are %q; want one with %q", notes, tree.note)
				}
			})
		}
	}
}

// FuzzTree looks for Git trees that reading fails on: each line of the input that begins with ">" names an entry, with a
// "@" for a link and a "%" for a submodule, and what follows is its content.
func FuzzTree(f *testing.F) {
	f.Add(">in/a.yaml\n" + good + ">in/b.yaml@../secret/secret.yaml\n>in/c.yaml%\n")
	f.Add(">in/kustomization.yaml\nresources: [a.yaml, ../secret]\n>in/a.yaml\n" + good)
	f.Add(">in/a.yaml\n" + good + "spec: {}\n>in/A.yaml\na: &a [*a]\n>in/../x.yaml\n" + secret)
	f.Add(">in/a_test.yaml\nx\n>in/.x.yaml\n>in/x.json\n{\"a\": 1}\n>in/\xff.yaml\n\xff\n")
	f.Fuzz(func(t *testing.T, input string) {
		files := map[string]entry{"in/.keep": file("")}
		name := ""
		for line := range strings.Lines(input) {
			if rest, ok := strings.CutPrefix(line, ">"); ok {
				e := file("")
				rest = strings.TrimSuffix(rest, "\n")
				if at, target, ok := strings.Cut(rest, "@"); ok {
					rest, e = at, link(target)
				} else if at, hash, ok := strings.Cut(rest, "%"); ok {
					rest, e = at, entry{hash, filemode.Submodule}
				}
				if name = rest; name != "" {
					files[name] = e
				}
				continue
			}
			if e, ok := files[name]; ok && name != "" && e.mode == filemode.Regular {
				e.text += line
				files[name] = e
			}
		}
		source, err := commitOf(files)
		if err != nil {
			return // no such tree can be written
		}
		set, problems, err := manifest.ReadAll(t.Context(), manifest.Options{Namespace: "acme"}, source)
		if err != nil {
			return
		}
		for _, p := range problems {
			if p.Message == "" || p.Rule == "" || p.File == "" {
				t.Errorf("a problem without a place, a rule or a message: %+v", p)
			}
		}
		for i := range set.Items {
			if item := &set.Items[i]; item.Object.GetName() == "secret" && !strings.Contains(input, "secret, namespace") {
				t.Error("something from outside the folder was read")
			} else if item.Record != nil && !item.Broken {
				set.Locate(item.Record.ID(), "spec.members[0].name")
			}
		}
		set.Snapshot()
	})
}
