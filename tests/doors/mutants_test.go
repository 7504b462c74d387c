package doors

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// samples are one object of every kind, by the names of their files.
func samples(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../config/samples/provost_*.yaml")
	if err != nil || len(files) < 15 {
		t.Fatal(files, err)
	}
	out := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = string(text)
	}
	return out
}

// odd are values that readers, schemas or people take for something else than they look like.
var odd = []string{
	"", "~", "null", "yes", "No", "on", "y", "true", "TRUE", "012", "0o17", "0x1F", "0b11", "1e3", "1_000", "+1", "-0", "-1", ".5", "5.",
	".inf", "-.INF", ".nan", "1:30", "=", "<<",
	"9223372036854775808", "-9223372036854775809", "1e400", "0.1", "12345678901234567890", "2027-06-30", "2027-06-30T00:00:00Z",
	"2027-06-30 00:00:00",
	`"0001-01-01T00:00:00Z"`, `"1970-01-01T00:00:00Z"`, `"2027-02-30T00:00:00Z"`, `"2027-06-30T00:00:00.1234567890Z"`,
	`"9999-12-31T23:59:59Z"`, `"10000-01-01T00:00:00Z"`,
	"Bob", "a b", "a..b", "-a", "é", "名", `"\u202e"`, `"\u2028x"`, `"a\tb"`, `"\ud83d\ude00"`, `"\x00"`, `'it''s'`, `"a\
  b"`, "[]", "{}", "[a]", "[a, a]", "{a: b}", "[[]]", "!!str 1", "!!int \"1\"", "!!binary aGk=", "! x", "!local x", "&a x", "*a", "@x",
	"`x`", "%x", "|\n      x", ">-\n      x\n\n      y",
	"- x", "? x", "#x", "x #y", "x:y", "x: y", "\"x", "'x", "{{ x }}", strings.Repeat("x", 64), strings.Repeat("x", 254),
	strings.Repeat("x", 5000), "Organisation", "Course", "Person", "*",
}

// characters are put anywhere.
var characters = []string{
	"\u0085", "\u2028", "\u2029", "\r", "\r\n", "\t", "\u00a0", "\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\x7f", "\u009b",
	"\x00", "\x1b", "\v", "\f", "\xff", "\U000e0041",
	"#", ":", ": ", "-", "- ", "\"", "'", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "\\", "\n", "\n\n", "---", "\n---\n",
	"\n...\n", "\n--- x\n", " ",
}

// mutate changes a text in one to three ways.
func mutate(r *rand.Rand, text, other string) (string, string) {
	var how []string
	for range 1 + r.IntN(3) {
		m := mutations[r.IntN(len(mutations))]
		text = m.change(r, text, other)
		how = append(how, m.name)
	}
	return text, strings.Join(how, ", ")
}

type mutation struct {
	name   string
	change func(r *rand.Rand, text, other string) string
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// onLines changes one line of a text, which has one at least, into any number of lines.
func onLines(change func(r *rand.Rand, line string) []string) func(*rand.Rand, string, string) string {
	return func(r *rand.Rand, text, _ string) string {
		lines := strings.Split(text, "\n")
		i := r.IntN(len(lines))
		return strings.Join(slices.Concat(lines[:i], change(r, lines[i]), lines[i+1:]), "\n")
	}
}

func indentOf(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

// onValues changes the value of a line that has one.
func onValues(change func(r *rand.Rand, value string) string) func(*rand.Rand, string, string) string {
	return func(r *rand.Rand, text, other string) string {
		for range 20 {
			lines := strings.Split(text, "\n")
			i := r.IntN(len(lines))
			if key, value, ok := strings.Cut(lines[i], ": "); ok {
				lines[i] = key + ": " + change(r, value)
				return strings.Join(lines, "\n")
			}
		}
		return text
	}
}

var mutations = []mutation{
	{"a line goes", onLines(func(*rand.Rand, string) []string { return nil })},
	{"a line comes twice", onLines(func(_ *rand.Rand, line string) []string { return []string{line, line} })},
	{"a line moves in", onLines(func(_ *rand.Rand, line string) []string { return []string{"  " + line} })},
	{"a line moves out", onLines(func(_ *rand.Rand, line string) []string { return []string{strings.TrimPrefix(line, "  ")} })},
	{"a tab", onLines(func(_ *rand.Rand, line string) []string { return []string{strings.Replace(line, "  ", "\t", 1)} })},
	{"another value", onValues(func(r *rand.Rand, _ string) string { return pick(r, odd) })},
	{"another value", onValues(func(r *rand.Rand, _ string) string { return pick(r, odd) })},
	{"quotes", onValues(func(_ *rand.Rand, value string) string { return `"` + value + `"` })},
	{"an anchor", onValues(func(_ *rand.Rand, value string) string { return "&a " + value })},
	{"an alias", onValues(func(*rand.Rand, string) string { return "*a" })},
	{"a tag", onValues(func(r *rand.Rand, value string) string {
		return pick(r, []string{"!!str ", "!!int ", "!!seq ", "!!map ", "! ", "!x ", "!!null "}) + value
	})},
	{"a misspelt key", onLines(func(r *rand.Rand, line string) []string {
		if i := strings.Index(line, ":"); i > 1 {
			return []string{line[:i-1] + line[i:]}
		}
		return []string{line}
	})},
	{"a key in capitals", onLines(func(_ *rand.Rand, line string) []string {
		key, value, _ := strings.Cut(line, ":")
		return []string{strings.ToUpper(key) + ":" + value}
	})},
	{"a merge", onLines(func(r *rand.Rand, line string) []string {
		key, value, _ := strings.Cut(strings.TrimLeft(line, " -"), ": ")
		merged := indentOf(line) + "<<: {" + key + ": " + pick(r, append(odd[:20:20], value)) + "}"
		if r.IntN(2) == 0 {
			return []string{merged, line}
		}
		return []string{line, merged}
	})},
	{"a second value", onLines(func(r *rand.Rand, line string) []string {
		key, _, _ := strings.Cut(line, ":")
		return []string{line, key + ": " + pick(r, odd)}
	})},
	{"a field nobody knows", onLines(func(_ *rand.Rand, line string) []string { return []string{indentOf(line) + "nobodyKnows: x", line} })},
	{"a comment", onLines(func(r *rand.Rand, line string) []string { return []string{line + " # " + pick(r, characters) + line} })},
	{"a character", func(r *rand.Rand, text, _ string) string {
		at := r.IntN(len(text) + 1)
		return text[:at] + pick(r, characters) + text[at:]
	}},
	{"a character", func(r *rand.Rand, text, _ string) string {
		at := r.IntN(len(text) + 1)
		return text[:at] + pick(r, characters) + text[at:]
	}},
	{"cut off", func(r *rand.Rand, text, _ string) string { return text[:r.IntN(len(text)+1)] }},
	{"line ends of another system", func(_ *rand.Rand, text, _ string) string { return strings.ReplaceAll(text, "\n", "\r\n") }},
	{"as JSON", func(_ *rand.Rand, text, _ string) string {
		if out, err := yaml.YAMLToJSON([]byte(text)); err == nil {
			return string(out)
		}
		return text
	}},
	{"another object after it", func(r *rand.Rand, text, other string) string {
		return text + pick(r, []string{"---\n", "", "\n---\n", "--- # more\n", "---\n---\n", "...\n---\n", "...\n", "%YAML 1.1\n---\n", "---",
			"--- "}) + other
	}},
	{"the same object after it", func(_ *rand.Rand, text, _ string) string { return text + "\n---\n" + text }},
	{"a directive before it", func(r *rand.Rand, text, _ string) string {
		return pick(r, []string{"%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%TAG ! tag:x,2000:\n---\n", "\ufeff", "---\n", "# x\n", "\n\n", "--- ",
			"...\n"}) + text
	}},
	{"in a list", func(_ *rand.Rand, text, other string) string {
		return "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n"
	}},
	{"in a typed list", func(r *rand.Rand, text, _ string) string {
		if strings.Contains(text, "\n---") || !strings.HasPrefix(text, "apiVersion: ") {
			return text
		}
		says := map[string]string{}
		var item []string
		for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
			if key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": "); key == "apiVersion" || key == "kind" {
				says[key] = value
				continue
			}
			item = append(item, line)
		}
		kind := pick(r, []string{says["kind"], says["kind"], says["kind"], "", "Group", "Pod"})
		version := pick(r, []string{says["apiVersion"], says["apiVersion"], says["apiVersion"], "v1", `""`})
		return "apiVersion: " + version + "\nkind: " + kind + "List\nitems:\n- " + strings.Join(item, "  ")
	}},
	{"of another group", func(r *rand.Rand, text, _ string) string {
		return strings.Replace(text, "provost.dev/v1alpha1",
			pick(r, []string{"v1", "apps/v1", "provost.dev/v2", "", "rbac.authorization.k8s.io/v1"}), 1)
	}},
}

// mutant is the text of a number, so that a failure can be looked at again.
func mutant(all map[string]string, n uint64) (text, how string) {
	r := rand.New(rand.NewPCG(n, 9))
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	name := pick(r, names)
	text, how = mutate(r, all[name], all[pick(r, names)])
	return text, fmt.Sprintf("mutant %d: %s with %s", n, name, how)
}
