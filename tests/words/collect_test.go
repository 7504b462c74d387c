package words_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	ctrladmission "sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/members"
	"provost.dev/provost/internal/answers/trees"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/validate"
	"provost.dev/provost/internal/testing/testenv"
)

// now is when the cases of validate are looked at.
var now = time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)

// TestOneDictionary has every door speak of the objects of validate's cases, and compares what it says with the findings:
// each sentence must be one of theirs, to the letter.
func TestOneDictionary(t *testing.T) {
	cases, err := filepath.Glob("../../internal/manifest/validate/testdata/*.txt")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	said := map[string]map[findings.Rule]bool{"status": {}, "validate": {}, "webhook": {}, "answers": {}}
	for _, path := range cases {
		t.Run(filepath.Base(path), func(t *testing.T) {
			w := newWorld(t, path)
			w.said = said
			w.validate(t)
			hook := w.webhook(t)
			for i := range w.set.Items {
				item := &w.set.Items[i]
				if item.Broken {
					continue // it has no status, and no webhook sees it
				}
				w.status(t, item)
				w.webhooks(t, hook, item)
				w.answers(t, item)
			}
		})
	}
	for door, least := range map[string]int{"status": 17, "validate": 19, "webhook": 14, "answers": 2} {
		if len(said[door]) < least {
			t.Errorf("%s spoke of %d rules only, not of %d: %v", door, len(said[door]), least, said[door])
		}
	}
}

// world is the objects of a case, and what the engine makes of them.
type world struct {
	set      *manifest.Set
	snapshot *directory.Snapshot
	report   *validate.Report
	platform provostv1.PlatformSpec
	// said are the rules that a door has spoken of.
	said map[string]map[findings.Rule]bool
}

func newWorld(t *testing.T, path string) *world {
	t.Helper()
	school := read(t, filepath.Join(filepath.Dir(path), "school.yaml"))
	manifests, _, _ := strings.Cut(read(t, path), "====\n")
	sources := func() []manifest.Source {
		return []manifest.Source{
			{Name: "school.yaml", Stream: strings.NewReader(school)}, {Name: "case.yaml", Stream: strings.NewReader(manifests)},
		}
	}
	w := &world{}
	var err error
	if w.set, _, err = manifest.ReadAll(t.Context(), manifest.Options{}, sources()...); err != nil {
		t.Fatal(err)
	}
	if w.report, err = validate.Run(t.Context(), validate.Options{Now: now}, sources()...); err != nil {
		t.Fatal(err)
	}
	w.snapshot = w.set.Sound()
	for i := range w.set.Items {
		if p, ok := w.set.Items[i].Object.(*provostv1.Platform); ok && !w.set.Items[i].Broken {
			w.platform = p.Spec
		}
	}
	return w
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// of are the findings about an object, and those that a snapshot alone does not show: whom it names and who is suspended,
// and a role that no engine takes.
func (w *world) of(item *manifest.Item, apart bool) []findings.Finding {
	var out []findings.Finding
	if item.Record != nil {
		question := findings.Question{Snapshot: w.snapshot, Now: now, Justification: string(w.platform.Justification), Apart: apart}
		out = question.Of(item.Record)
	}
	switch r := item.Record.(type) {
	case *directory.Person:
		out = append(out, findings.Suspended(r.Name))
	case *directory.RoleBinding:
		for _, s := range r.Subjects {
			out = append(out, findings.Suspended(s.Name))
		}
	}
	if role, ok := item.Object.(*provostv1.Role); ok && role.Spec.Type == provostv1.RoleTypeSystem {
		out = append(out, findings.SystemRole())
	}
	return out
}

// saysOnly holds what a door says of an object to the findings, each put into words by a function.
func (w *world) saysOnly(t *testing.T, door, object, text string, found []findings.Finding, words func(findings.Finding) string) {
	t.Helper()
	rules, ok := madeOf(text, found, words)
	if !ok {
		t.Errorf("%s says of %s what no finding says: %q", door, object, text)
	}
	for _, r := range rules {
		w.said[door][r] = true
	}
}

// madeOf says whether a text is the words of some findings, one after the other, and of which rules they are.
func madeOf(text string, found []findings.Finding, words func(findings.Finding) string) (rules []findings.Rule, ok bool) {
	for _, f := range found {
		rest, begins := strings.CutPrefix(text, words(f))
		if !begins || words(f) == "" {
			continue
		}
		if rest == "" {
			return []findings.Rule{f.Rule}, true
		}
		if more, ok := madeOf(strings.TrimPrefix(rest, " "), found, words); ok {
			return append(more, f.Rule), true
		}
	}
	return nil, false
}

func message(f findings.Finding) string { return f.Message }

// inOrder are the reasons of conditions that tell nothing, and elsewhere those that are about more than one object:
// rules between roles are unmet by people, and what is for an emergency is as it should be.
func inOrder(c metav1.Condition) bool {
	return c.Reason == provostv1.ReasonSucceeded || c.Reason == provostv1.ReasonScheduled ||
		c.Type == provostv1.ConditionRuleUnmet || c.Type == provostv1.ConditionBreakGlass
}

// status renders the status of a copy of the object.
func (w *world) status(t *testing.T, item *manifest.Item) {
	t.Helper()
	kinds := status.Kinds()
	i := slices.IndexFunc(kinds, func(k status.Kind) bool { return string(k.Name) == item.GroupVersionKind().Kind })
	object, ok := item.Object.DeepCopyObject().(provostv1.Object)
	if i < 0 || !ok {
		return
	}
	kinds[i].Fill(status.View{Snapshot: w.snapshot, Now: now, Justification: w.platform.Justification}, object)
	if len(object.GetConditions()) == 0 {
		t.Errorf("%s has no conditions", item.Name())
	}
	for _, c := range object.GetConditions() {
		if !inOrder(c) {
			w.saysOnly(t, "status", item.Name()+", "+c.Type, c.Message, w.of(item, false), findings.Finding.Sentences)
		}
	}
}

// validate compares what it reports, by a rule that findings have, and looks for findings that it leaves out.
func (w *world) validate(t *testing.T) {
	t.Helper()
	found, fields := map[string][]findings.Finding{}, map[string]bool{}
	rules := map[string]bool{string(findings.WrittenKind): true}
	for i := range w.set.Items {
		item := &w.set.Items[i]
		for _, f := range w.of(item, true) {
			found[item.Name()] = append(found[item.Name()], f)
			rules[string(f.Rule)] = true
		}
	}
	for i := range w.set.Ignored {
		if w.set.Ignored[i].Written {
			found[""] = append(found[""], findings.Written(w.set.Ignored[i].Kind.Kind))
		}
	}
	for _, f := range w.report.Findings {
		if rules[f.Rule] {
			w.saysOnly(t, "validate", f.Object+" "+f.Field, f.Message, found[f.Object], message)
			fields[f.Object+" "+f.Field+" "+f.Message] = true
		}
	}
	if w.report.Incomplete != "" {
		return
	}
	for i := range w.set.Items {
		item := &w.set.Items[i]
		for _, f := range w.of(item, true) {
			switch {
			case item.Broken, f.Rule == findings.SuspendedPerson, f.Missing.Kind == directory.KindNamespace: // it leaves out some, and says when
			case !fields[item.Name()+" "+f.Field+" "+f.Message]:
				t.Errorf("validate does not say of %s %s: %s", item.Name(), f.Field, f.Message)
			}
		}
	}
}

const root = "root"

// webhook is what judges changes, of the case with a Platform whose administrator may do everything.
func (w *world) webhook(t *testing.T) ctrladmission.Handler {
	t.Helper()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	platform := &directory.Platform{}
	d := directory.New()
	for _, r := range w.snapshot.Records() {
		if p, ok := r.(*directory.Platform); ok {
			*platform = *p
		} else {
			d.Apply(directory.Upsert(r))
		}
	}
	platform.Administrators = append(slices.Clone(platform.Administrators), directory.Principal{Kind: directory.PrincipalUser, Name: root})
	d.Apply(directory.Upsert(platform))
	declared := &provostv1.Platform{ObjectMeta: metav1.ObjectMeta{Name: provostv1.PlatformName}, Spec: w.platform}
	return admission.Handlers(scheme, admission.Options{
		Directory: d, Ready: func() error { return nil }, Clock: clocktesting.NewFakePassiveClock(now), Patience: time.Millisecond,
		Client: fake.NewClientBuilder().WithScheme(scheme).WithObjects(declared).Build(),
	})[admission.ChangesPath]
}

// noFinding are warnings that are about more than the object: who does not get a role by its rules.
var noFinding = regexp.MustCompile(`^role \S+ is withheld from `)

// webhooks has the administrator apply the object.
func (w *world) webhooks(t *testing.T, hook ctrladmission.Handler, item *manifest.Item) {
	t.Helper()
	o := item.Object.DeepCopyObject().(manifest.Object)
	switch o := o.(type) {
	case *corev1.Namespace:
		return
	case *provostv1.Platform: // whoever takes himself out is told so, and nothing else
		o.Annotations = map[string]string{provostv1.AllowLockoutAnnotation: "true"}
	}
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	gvk := item.GroupVersionKind()
	answer := hook.Handle(t.Context(), ctrladmission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: admissionv1.Create, Kind: metav1.GroupVersionKind{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind},
		Namespace: o.GetNamespace(), Name: o.GetName(), Object: runtime.RawExtension{Raw: raw},
		DryRun:   ptr.To(true), // so that nothing is under way when the next one asks
		UserInfo: authenticationv1.UserInfo{Username: root},
	}})
	said := answer.Warnings
	if !answer.Allowed {
		said = []string{answer.Result.Message}
	}
	for _, text := range said {
		if !noFinding.MatchString(text) {
			w.saysOnly(t, "webhook", item.Name(), text, w.of(item, false), findings.Finding.Line)
		}
	}
	if !answer.Allowed || item.Record == nil {
		return
	}
	for _, f := range w.of(item, false) {
		if f.Rule != findings.SuspendedPerson && !slices.Contains(said, f.Line()) {
			t.Errorf("no webhook warns of %s: %s", item.Name(), f.Line())
		}
	}
}

// answers are the problems that trees show, and the commands for members.
func (w *world) answers(t *testing.T, item *manifest.Item) {
	t.Helper()
	records := cite.Records{Snapshot: w.snapshot, Locate: func(directory.ID, string) manifest.Position { return manifest.Position{} }}
	var problems []string
	switch r := item.Record.(type) {
	case *directory.Group:
		problems = append(members.Problems(records, r.Key, now), trees.Group(records, r.Key, now).Problems...)
	case *directory.Entity:
		problems = trees.Entity(records, r.Key, now).Problems
	}
	for _, p := range problems {
		for _, name := range []string{item.Name(), strings.ToLower(item.Record.ID().String())} {
			p = strings.TrimPrefix(p, name+": ")
		}
		if e, ok := item.Record.(*directory.Entity); ok {
			p = strings.TrimPrefix(p, e.Key.String()+": ")
		}
		w.saysOnly(t, "answers", item.Name(), p, w.of(item, false), message)
	}
}

// TestOtherWordsAreNoticed says what findings say, and then something else.
func TestOtherWordsAreNoticed(t *testing.T) {
	a, b := findings.Suspended("alice"), findings.SystemRole()
	found := []findings.Finding{a, b}
	for _, tt := range []struct {
		text  string
		words func(findings.Finding) string
		want  bool
	}{
		{a.Sentences(), findings.Finding.Sentences, true},
		{b.Sentences() + " " + a.Sentences(), findings.Finding.Sentences, true},
		{a.Line(), findings.Finding.Line, true},
		{a.Message, message, true},
		{strings.Replace(a.Sentences(), "anywhere", "at all", 1), findings.Finding.Sentences, false},
		{a.Sentences() + " Sorry.", findings.Finding.Sentences, false},
		{a.Sentences(), findings.Finding.Line, false},
		{findings.Suspended("bob").Message, message, false},
		{"", message, false},
	} {
		if _, ok := madeOf(tt.text, found, tt.words); ok != tt.want {
			t.Errorf("%q is made of findings: %t", tt.text, ok)
		}
	}
}

// TestRulesHaveRows holds the rules of findings to the rows of validate, which give their severities.
func TestRulesHaveRows(t *testing.T) {
	rows := map[string]bool{}
	for _, r := range validate.Rules {
		rows[r.Name] = true
	}
	seen := 0
	each(t, "../../internal/engine/findings", func(n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Rule" {
			return
		}
		for i, name := range spec.Names {
			if seen++; !rows[literal(spec.Values[i])] {
				t.Errorf("validate.Rules has no row for findings.%s, and so no severity", name.Name)
			}
		}
	})
	if seen < 15 {
		t.Errorf("only %d rules were found", seen)
	}
}

// TestReasons holds the reasons of findings to the constants of the API.
func TestReasons(t *testing.T) {
	declared := map[string]bool{}
	each(t, "../../api/v1alpha1", func(n ast.Node) {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for i, name := range spec.Names {
				if strings.HasPrefix(name.Name, "Reason") && i < len(spec.Values) {
					declared[literal(spec.Values[i])] = true
				}
			}
		}
	})
	seen := map[string]bool{}
	each(t, "../../internal/engine/findings", func(n ast.Node) {
		say := func(name, value ast.Expr) {
			if selected, ok := name.(*ast.SelectorExpr); ok {
				name = selected.Sel
			}
			if id, ok := name.(*ast.Ident); ok && strings.EqualFold(id.Name, "reason") && literal(value) != "" {
				seen[literal(value)] = true
			}
		}
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			say(n.Key, n.Value)
		case *ast.AssignStmt:
			for i := range min(len(n.Lhs), len(n.Rhs)) {
				say(n.Lhs[i], n.Rhs[i])
			}
		case *ast.ValueSpec:
			for i := range min(len(n.Names), len(n.Values)) {
				if strings.HasPrefix(n.Names[i].Name, "Reason") {
					seen[literal(n.Values[i])] = true
				}
			}
		}
	})
	if len(seen) < 15 || len(declared) < len(seen) {
		t.Fatalf("the findings have %d reasons, and the API %d", len(seen), len(declared))
	}
	for reason := range seen {
		if !declared[reason] {
			t.Errorf("a finding has the reason %s, which is no constant of api/v1alpha1", reason)
		}
	}
}

// each passes the nodes of a package on, tests apart.
func each(t *testing.T, dir string, pass func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files in ", dir, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			pass(n)
			return true
		})
	}
}

// literal is what a string literal says; "" of anything else.
func literal(x ast.Expr) string {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", lit.Value, err))
	}
	return text
}
