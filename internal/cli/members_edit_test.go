package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMembersEdit edits a copy of the school, with a list of names, and asks the other commands what came of it.
func TestMembersEdit(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	list := "\ufeff# the intake\nzoe  # from Zurich\n\nyan\r\nzoe\n"
	out, errOut, code := run(t, list, "members", "add", "erin", "--from", "-", "--new", "assistants", "-f", dir)
	if code != ExitYes || !strings.Contains(out, "erin, zoe, yan: now in acme/assistants and acme/teachers\n") {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	if out, _, _ := run(t, "", "members", "assistants", "-f", dir, "-o", "name"); out != "abe\nerin\nyan\nzoe\n" {
		t.Errorf("the members are %q", out)
	}
	file := filepath.Join(dir, "leavers.txt")
	if err := os.WriteFile(file, []byte("zoe\nyan\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, code = run(t, "", "members", "remove", "--from", file, "teachers", "-f", dir, "-o", "name")
	if code != ExitYes || out != filepath.Join(dir, "groups.yaml")+"\n" {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	out, errOut, code = run(t, "", "members", "remove", "--from", file, "teachers", "-f", dir, "-o", "name")
	if code != ExitFailed || !strings.Contains(errOut, `names the person "yan"`) {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
}

func TestMembersEditRefused(t *testing.T) {
	noCluster(t)
	bad := filepath.Join(t.TempDir(), "names.txt")
	if err := os.WriteFile(bad, []byte("\nabe dana\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty.txt")
	if err := os.WriteFile(empty, []byte("# nobody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"members add abe assistants":                                             "give the folder of the manifests with -f",
		"members add abe assistants --repo .":                                    "a commit cannot be edited",
		"members add abe assistants --path x":                                    "a commit cannot be edited",
		"members add abe assistants -f -":                                        "standard input cannot be edited",
		"members add assistants -f testdata/school --from " + bad:                "names.txt:2: one name a line",
		"members add assistants -f testdata/school --from " + empty:              "empty.txt names nobody",
		"members add assistants -f testdata/school --from nowhere.txt":           "no such file",
		"members add abe assistants -f testdata/school --role head":              "the words are Learner, Instructor and Admin",
		"members remove abe guests -f testdata/school -n acme":                   "there is no group guests in namespace acme",
		"members add abe assistants -f testdata/school -f testdata/school/../x1": "does not exist",
	} {
		_, errOut, code := run(t, "", strings.Fields(args)...)
		if code != ExitFailed || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, %s; want %q", args, code, errOut, want)
		}
	}
}
