package validate_test

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
)

// large is an organisation of ten thousand files: courses, groups of ten in a tree, bindings and people.
func large() fstest.MapFS {
	out := fstest.MapFS{}
	add := func(name, text string) { out[name] = &fstest.MapFile{Data: []byte(text)} }
	add("organisation.yaml",
		"apiVersion: provost.dev/v1alpha1\nkind: Organisation\nmetadata: {name: acme, namespace: acme}\nspec: {displayName: Acme}\n")
	add("registry.yaml", `apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: registry, namespace: acme}
spec: {entityRef: {kind: Organisation, name: acme}, roleRef: {name: organisation-superadmin}, subjects: [{kind: Person, name: p0}, {kind: Person, name: p1}]}
`)
	for i := range 2500 {
		add(fmt.Sprintf("courses/c%d.yaml", i), fmt.Sprintf(`apiVersion: provost.dev/v1alpha1
kind: Course
metadata:
  name: c%d
  namespace: acme
spec:
  displayName: Course %d
  description: What everybody should know of it.
  parentRef: {kind: Organisation, name: acme}
`, i, i))
		group := fmt.Sprintf(`apiVersion: provost.dev/v1alpha1
kind: Group
metadata:
  name: g%d
  namespace: acme
spec:
  displayName: Group %d
  purpose: Cohort
`, i, i)
		if i > 0 {
			group += fmt.Sprintf("  parentRef: {name: g%d}\n", i/10)
		}
		group += "  members:\n"
		for j := range 10 {
			group += fmt.Sprintf("  - name: p%d\n", (i*10+j)%2500)
		}
		add(fmt.Sprintf("groups/g%d.yaml", i), group)
		add(fmt.Sprintf("access/b%d.yaml", i), fmt.Sprintf(`# who learns here
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata:
  name: b%d
  namespace: acme
spec:
  entityRef: {kind: Course, name: c%d}
  roleRef: {name: course-student}
  subjects:
  - {kind: Group, name: g%d}
  - {kind: Person, name: p%d}
  notAfter: "2099-06-30T00:00:00Z"
`, i, i, i, i))
		add(fmt.Sprintf("people/p%d.yaml", i), fmt.Sprintf(`apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: p%d}
spec:
  displayName: Person %d
  email: p%d@example.org
  attributes: {year: ["2027"]}
`, i, i, i))
	}
	return out
}

// BenchmarkTenThousandFiles is everything that validate does to ten thousand files, beside decoding them: as this project
// does it, which every command pays, and as the libraries of Kubernetes do.
func BenchmarkTenThousandFiles(b *testing.B) {
	files := large()
	source := manifest.Source{FS: files, Dir: "."}
	if report, err := validate.Run(b.Context(), options(), source); err != nil || report.Worst() > validate.Info {
		b.Fatal(err, report.Findings[:min(len(report.Findings), 5)])
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := manifest.Read(b.Context(), manifest.Options{}, source); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode with the libraries of Kubernetes", func(b *testing.B) {
		for b.Loop() {
			decodeStrictly(b, files)
		}
	})
	b.Run("validate", func(b *testing.B) {
		for b.Loop() {
			if _, err := validate.Run(b.Context(), options(), source); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func options() validate.Options {
	return validate.Options{Now: time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC)}
}

// decodeStrictly reads every file as kubectl and Flux do.
func decodeStrictly(b *testing.B, files fstest.MapFS) {
	b.Helper()
	for name, file := range files {
		var into any
		switch kindOf(name) {
		case "courses":
			into = &provostv1.Course{}
		case "groups":
			into = &provostv1.Group{}
		case "people":
			into = &provostv1.Person{}
		case "access":
			into = &provostv1.RoleBinding{}
		default:
			continue
		}
		if err := yaml.UnmarshalStrict(file.Data, into); err != nil {
			b.Fatal(name, err)
		}
	}
}

func kindOf(name string) string {
	for i := range name {
		if name[i] == '/' {
			return name[:i]
		}
	}
	return ""
}
