package admission_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/tables"
)

// TestValidateSaysTheSame holds "provost validate" to the tables of the webhook: of whatever the webhook warns when an
// object is applied, validate tells while all of it is still in a file, in the same words and with a place. What depends on
// the requester, or on what was there before, is the webhook's alone.
func TestValidateSaysTheSame(t *testing.T) {
	t.Parallel()
	all, err := tables.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, table := range all {
		for _, s := range table.Sections {
			for _, r := range s.Rows {
				if r.After == nil || strings.HasPrefix(r.Want[0], "refused") || r.Want[0] == tables.Allowed {
					continue
				}
				after := oracle.After(s.Records, oracle.Set(r.After))
				told := validated(t, after)
				if slices.ContainsFunc(told, func(f validate.Finding) bool { return f.Rule == string(manifest.RuleSchema) }) {
					continue // the API server refuses it, and asks no webhook
				}
				together, apart := found(r.After, after, false), found(r.After, after, true)
				for _, warning := range r.Want {
					if strings.Contains(warning, "is still a member") {
						continue // it was there before
					}
					compared++
					said := []string{warning}
					if i := slices.IndexFunc(together, func(f findings.Finding) bool { return f.Line() == warning }); i >= 0 {
						said = nil // of several names, validate has a place for each
						for _, f := range apart {
							if f.Rule == together[i].Rule {
								said = append(said, f.Message)
							}
						}
					}
					for _, one := range said {
						if !slices.ContainsFunc(told, func(f validate.Finding) bool { return f.Message == one && f.Line > 0 && f.Field != "" }) {
							t.Errorf("%s: %s\n%s\nthe webhook says\n\t%s\nvalidate says\n\t%s", table.File, s.Title, r.Line, one, messages(told))
						}
					}
				}
			}
		}
	}
	if compared < 30 {
		t.Errorf("only %d warnings were compared", compared)
	}
	t.Logf("%d warnings", compared)
}

// validated writes records into a file and validates it.
func validated(t *testing.T, records []directory.Record) []validate.Finding {
	t.Helper()
	var text bytes.Buffer
	for _, r := range records {
		var written any
		if ns, ok := r.(*directory.Namespace); ok {
			declared := &corev1.Namespace{}
			declared.APIVersion, declared.Kind, declared.Name, declared.Labels = "v1", "Namespace", ns.Name, ns.Labels
			written = declared
		} else {
			written = object(r).Object
		}
		content, err := yaml.Marshal(written)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
		text.Write(content)
	}
	report, err := validate.Run(t.Context(), validate.Options{Now: tables.Now}, manifest.Source{Name: "world.yaml", Stream: &text})
	if err != nil {
		t.Fatal(err)
	}
	return report.Findings
}

// found are the findings about a record in a world, whatever the Platform says of justifications.
func found(r directory.Record, world []directory.Record, apart bool) []findings.Finding {
	var out []findings.Finding
	for _, policy := range []string{"Warn", "Required"} {
		out = append(out, findings.Question{
			Snapshot: directory.Build(world...), Now: tables.Now, Justification: policy, Apart: apart,
		}.Of(r)...)
	}
	return slices.DeleteFunc(out, func(f findings.Finding) bool { return apart && f.Rule == findings.MissingJustification })
}

func messages(told []validate.Finding) string {
	var out []string
	for _, f := range told {
		out = append(out, f.Message)
	}
	return strings.Join(out, "\n\t")
}
