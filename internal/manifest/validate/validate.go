package validate

import (
	"cmp"
	"context"
	"slices"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// Options say how to validate.
type Options struct {
	// Namespace is that of objects which name none.
	Namespace string
	// Now is the time at which access is looked at.
	Now time.Time
	// Severities replace those of the rules, by name.
	Severities map[string]Severity
}

// Run reads the sources and says what is wrong. The error is what kept it from reading at all.
func Run(ctx context.Context, o Options, sources ...manifest.Source) (*Report, error) {
	set, problems, err := manifest.ReadAll(ctx, manifest.Options{Namespace: o.Namespace}, sources...)
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, set: set, report: &Report{Files: set.Files, Objects: len(set.Items), Notes: set.Notes, Refused: len(problems) > 0}}
	r.problems(problems)
	r.problems(set.Warnings)
	r.ignored()
	if i := slices.IndexFunc(problems, func(p manifest.Problem) bool { return p.Rule.Whole() }); i >= 0 {
		r.report.Incomplete = problems[i].File + " could not be read, so that what it declares is not known"
	} else {
		r.together()
	}
	r.place()
	r.report.sort()
	return r.report, nil
}

// run is one Run under way.
type run struct {
	Options
	set      *manifest.Set
	snapshot *directory.Snapshot
	report   *Report
	// pending are findings about objects, whose places are looked up in the end, file by file.
	pending []pending
	// misspelt are the people who most likely are somebody else, and so nobody.
	misspelt map[string]bool
	// folded are troubles of what selects, which are told once for all entities.
	folded []*folded
	// paths are the ways from the top to groups, looked up once.
	paths map[directory.Key][]directory.Key
}

type pending struct {
	item  *manifest.Item
	field string
	Finding
}

// severity is that of a rule, as it is set or else by default.
func (r *run) severity(rule string, byDefault Severity) Severity {
	if s, ok := r.Severities[rule]; ok {
		return s
	}
	return byDefault
}

func (r *run) problems(problems manifest.Problems) {
	for _, p := range problems {
		rule := ruleByName[string(p.Rule)]
		r.add(Finding{
			Position: p.Position, Rule: rule.Name, Severity: r.severity(rule.Name, rule.Severity),
			Object: p.Object, Field: p.Field, Message: p.Message, Remedy: p.Remedy,
		})
	}
}

func (r *run) add(f Finding) {
	if f.Severity != Off {
		r.report.Findings = append(r.report.Findings, f)
	}
}

// say adds a finding about a field of an object.
func (r *run) say(rule string, item *manifest.Item, field, message string) {
	r.sayAs(rule, ruleByName[rule].Severity, item, field, message, "")
}

func (r *run) sayAs(rule string, severity Severity, item *manifest.Item, field, message, remedy string) {
	if severity = r.severity(rule, severity); severity == Off || item.Broken {
		return // of an object that is not in order, the rest is told once it is
	}
	if remedy == "" {
		remedy = ruleByName[rule].Remedy
	}
	r.pending = append(r.pending, pending{item, field, Finding{
		Rule: rule, Severity: severity, Object: item.Name(), Field: field, Message: message, Remedy: remedy,
	}})
}

// tell adds a finding about an object, with the name that was probably meant as its remedy where there is one.
func (r *run) tell(item *manifest.Item, f findings.Finding) {
	r.sayAs(string(f.Rule), r.severityOf(f), item, f.Field, f.Message, cmp.Or(Names{r.snapshot, r.set.Items}.Meant(item.Record, f), f.Remedy))
}

// place finds the places of what is pending. Going file by file, each is parsed once more at most.
func (r *run) place() {
	slices.SortStableFunc(r.pending, func(a, b pending) int { return a.item.Position.Compare(b.item.Position) })
	for _, p := range r.pending {
		p.Position = r.set.Place(p.item, p.field)
		r.add(p.Finding)
	}
}

// ignored is about documents that are no manifests.
func (r *run) ignored() {
	for _, i := range r.set.Ignored {
		rule, message := ruleForeign, i.String()+" is "+manifest.ForeignKind
		remedy := ruleByName[rule].Remedy
		if i.Written {
			f := findings.Written(i.Kind.Kind)
			rule, message, remedy = string(f.Rule), f.Message, f.Remedy
		}
		if i.Kind.Group == "test."+provostv1.GroupName {
			remedy = "call the file *_test.yaml, so that \"provost test\" finds it and nothing else reads it"
		}
		r.add(Finding{Position: i.Position, Rule: rule, Severity: r.severity(rule, ruleByName[rule].Severity), Message: message, Remedy: remedy})
	}
}

// together looks at all objects together.
func (r *run) together() {
	r.snapshot = r.set.Sound()
	question := findings.Question{Snapshot: r.snapshot, Now: r.Now, Justification: string(r.justification()), Apart: true}
	for i := range r.set.Items {
		item := &r.set.Items[i]
		if role, ok := item.Object.(*provostv1.Role); ok && role.Spec.Type == provostv1.RoleTypeSystem {
			r.tell(item, findings.SystemRole())
		}
		if item.Record == nil || item.Broken {
			continue
		}
		for _, a := range question.Of(item.Record) {
			if a.Missing.Kind == directory.KindNamespace && r.inUse(a.Missing.Name) {
				continue
			}
			r.tell(item, a)
		}
	}
	r.grants()
	r.misspellings()
	r.selectors()
	r.entitySelectors()
	r.administrators()
	r.members()
	for _, name := range r.snapshot.IdleDenies(r.Now) {
		if item := r.item(directory.ID{Kind: directory.KindSystemDeny, Name: name}); item != nil {
			r.say(ruleIdleDeny, item, "spec", "nobody whom the deny concerns has what it takes, where it holds: it takes nothing")
		}
	}
}

func (r *run) item(id directory.ID) *manifest.Item { return r.set.Item(id) }

// severityOf is that of a rule, where the Platform makes none other of it.
func (r *run) severityOf(a findings.Finding) Severity {
	switch {
	case a.Rule == findings.MissingJustification && r.justification() == provostv1.JustificationRequired,
		a.Rule == findings.UnknownPerson && r.platform().People == provostv1.PeopleDeclared:
		return Error
	}
	return ruleByName[string(a.Rule)].Severity
}

// inUse says whether anything is declared in a namespace, be it of a kind that bears on no access.
func (r *run) inUse(namespace string) bool {
	return slices.ContainsFunc(r.set.Items, func(i manifest.Item) bool { return i.Object.GetNamespace() == namespace })
}

func (r *run) justification() provostv1.JustificationPolicy {
	return cmp.Or(r.platform().Justification, provostv1.JustificationOptional)
}

// platform is what the Platform says; nothing where there is none.
func (r *run) platform() provostv1.PlatformSpec {
	item := r.item(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName})
	if item == nil {
		return provostv1.PlatformSpec{}
	}
	return item.Object.(*provostv1.Platform).Spec
}
