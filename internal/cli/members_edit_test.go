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

// TestMembersSet sets a list twice: the second time nothing is left to do.
func TestMembersSet(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/school")); err != nil {
		t.Fatal(err)
	}
	list := "abe # stays\nzoe\npat\n"
	args := []string{"members", "set", "assistants", "--from", "-", "--new", "-f", dir}
	out, errOut, code := run(t, list, args...)
	for _, want := range []string{"   zoe      listed ", "   pat      Active, was Pending", "   rita     off the list"} {
		if code != ExitYes || !strings.Contains(out, want) {
			t.Errorf("exit code %d, no %q in\n%s%s", code, want, out, errOut)
		}
	}
	if out, _, _ := run(t, "", "members", "assistants", "--declared", "-f", dir, "-o", "name"); out != "abe\npat\nzoe\n" {
		t.Errorf("the list is %q", out)
	}
	if _, errOut, code := run(t, list, args...); code != ExitNo || !strings.Contains(errOut, "nothing was changed") {
		t.Errorf("once more: exit code %d, %s", code, errOut)
	}
	_, errOut, code = run(t, "", "members", "set", "assistants", "-f", dir)
	if code != ExitFailed || !strings.Contains(errOut, "--from FILE") {
		t.Errorf("exit code %d, %s", code, errOut)
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

// TestGoneEverywhereSaysWhatIsLeft names what an edit of groups does not take away, where somebody is to be gone everywhere.
func TestGoneEverywhereSaysWhatIsLeft(t *testing.T) {
	noCluster(t)
	args := strings.Fields("members remove abe assistants --everywhere --dry-run -f testdata/school --now 2027-03-01T12:00:00Z")
	_, errOut, code := run(t, "", args...)
	for _, want := range []string{
		"abe: access is left at 1 entity\n",
		"RoleBinding acme/newcomers   abe      the template newcomer at acme/course/algebra   testdata/school/access.yaml:24\n",
	} {
		if code != ExitYes || !strings.Contains(errOut, want) {
			t.Errorf("exit code %d, no %q in\n%s", code, want, errOut)
		}
	}
	out, _, code := run(t, "", append(args, "-o", "json")...)
	if code != ExitYes || !strings.Contains(out, `"gives": "the template newcomer at acme/course/algebra"`) {
		t.Errorf("exit code %d\n%s", code, out)
	}
	// Who is in none of these groups is told the same, with the exit code of an edit that changes nothing.
	args = strings.Fields("members remove lee assistants --everywhere -f testdata/school --now 2027-03-01T12:00:00Z")
	out, errOut, code = run(t, "", args...)
	if code != ExitNo || !strings.Contains(out, "lee: no access is left") ||
		!strings.Contains(out, "course-admin at acme/course/algebra, ended at the end of 2026-06-29") {
		t.Errorf("exit code %d\n%s%s", code, out, errOut)
	}
}
