package cli

import (
	"strings"
	"testing"
)

// TestMistyped has the name that may have been meant in the error about one that there is not.
func TestMistyped(t *testing.T) {
	noCluster(t)
	for args, want := range map[string]string{
		"whowhat":                               `there is no command "provost whowhat"; "provost --help" lists them`,
		"permission abe":                        "did you mean permissions?",
		"membrs staff":                          `there is no command "provost membrs"; did you mean members?; "provost --help" lists them`,
		"validte":                               "did you mean validate?",
		"frobnicate":                            `there is no command "provost frobnicate"; "provost --help" lists them`,
		"new organsation x":                     "did you mean organisation",
		"members ad abe staff":                  "did you mean add?",
		"can a b c/d --expain":                  "unknown flag: --expain; did you mean --explain?",
		"can a b c/d --frobnicate":              `unknown flag: --frobnicate; "provost can --help" lists them`,
		"new binding x --unti 2027-01-01":       "did you mean --until?",
		"members remove a b --everywher -f .":   "did you mean --everywhere?",
		"permissions a -o tabel -f testdata":    "the forms are table",
		"can abe grade_submissions -f testdata": "usage: provost can PERSON PERMISSION ENTITY",
	} {
		_, errOut, code := run(t, "", strings.Fields(args)...)
		if code != ExitFailed || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, %s; want %q", args, code, errOut, want)
		}
	}
}

// TestEitherOrder gives the permission and the entity in one order and in the other.
func TestEitherOrder(t *testing.T) {
	noCluster(t)
	for _, command := range []string{"can abe", "can abe --explain", "why abe", "who-can"} {
		ask := func(rest string) string {
			out, errOut, _ := run(t, "", strings.Fields(command+" "+rest+" -f testdata/school --now 2027-03-01T12:00:00Z")...)
			return out + errOut
		}
		a, b := ask("grade_submissions course/algebra"), ask("course/algebra grade_submissions")
		if a != b || strings.Contains(a, "error") {
			t.Errorf("%s:\n%s\nand the other way round\n%s", command, a, b)
		}
	}
}
