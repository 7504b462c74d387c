package edit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/assertions"
	"provost.dev/provost/internal/manifest/edit/splice"
	"provost.dev/provost/internal/manifest/node"
)

// Forgotten is one thing that named somebody, and what becomes of it.
type Forgotten struct {
	Person string
	// Of names the object: "Group acme/staff".
	Of string
	// What becomes of it, in words.
	What string
	// At is the place before the edit.
	At manifest.Position
}

// Forgetting is an edit after which nothing names some people, or which ends what names them.
type Forgetting struct {
	Result
	What   []Forgotten
	Before *directory.Snapshot
	After  *directory.Snapshot
}

// Forget works out an edit after which nothing in the manifests, nor in the tests beside them, names any of some people: entries of
// lists go, and an object that says nothing without them goes as a whole, with its file and with the file's name in a kustomization.
// It is refused where something would be left half done: an entity that is the private one of somebody, a platform without
// administrators, and whatever the manifests would have a problem with. Nothing is written yet.
func (w *Workspace) Forget(ctx context.Context, people ...string) (*Forgetting, error) {
	f := &forgetting{w: w, people: asSet(people), after: w.Snapshot}
	return f.run(ctx, f.record, true)
}

// EndFor works out an edit after which what names some of the people, and nobody else, ends at a moment, where it has an end of its
// own and is not over before: RoleBindings of theirs alone, PermissionOverrides, and entries of groups (R12a). All else stays.
func (w *Workspace) EndFor(ctx context.Context, until time.Time, people ...string) (*Forgetting, error) {
	f := &forgetting{w: w, people: asSet(people), after: w.Snapshot, until: until.UTC()}
	return f.run(ctx, f.end, false)
}

// forgetting is a Forgetting under way.
type forgetting struct {
	w      *Workspace
	people map[string]bool
	until  time.Time
	out    Forgetting
	sheets sheets
	after  *directory.Snapshot
	errs   []error
}

// run goes through all objects, and through the tests where these are to be edited too.
func (f *forgetting) run(ctx context.Context, step func(item *manifest.Item) []directory.Change, tests bool) (*Forgetting, error) {
	f.sheets = sheets{w: f.w, of: map[string]*sheet{}}
	var changes []directory.Change
	for i := range f.w.Set.Items {
		if f.w.Set.Items[i].Record != nil {
			changes = append(changes, step(&f.w.Set.Items[i])...)
		}
	}
	if tests {
		if err := f.tests(ctx); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(f.errs...); err != nil {
		return nil, err
	}
	f.after, _ = f.w.Snapshot.With(changes...)
	files, err := f.sheets.apply()
	if err != nil {
		return nil, err
	}
	f.out.Files = files
	set, err := f.w.with(ctx, files)
	if err != nil {
		return nil, err
	}
	if err := sameRecords(f.after, set.Snapshot()); err != nil {
		return nil, err
	}
	f.out.Set, f.out.Before, f.out.After = set, f.w.Snapshot, f.after
	return &f.out, nil
}

// refuse says why somebody cannot be taken out, and what to do first.
func (f *forgetting) refuse(id directory.ID, field, format string, args ...any) {
	at, _ := f.w.Set.Locate(id, field)
	f.errs = append(f.errs, fmt.Errorf("%s: %s: %s", at, idLabel(id), fmt.Sprintf(format, args...)))
}

func idLabel(id directory.ID) string {
	return string(id.Kind) + " " + directory.Key{Namespace: id.Namespace, Name: id.Name}.String()
}

// told notes what becomes of something that names somebody.
func (f *forgetting) told(id directory.ID, field, who, what string) {
	at, _ := f.w.Set.Locate(id, field)
	f.out.What = append(f.out.What, Forgotten{Person: who, Of: idLabel(id), What: what, At: at})
}

const (
	offTheList  = "off the list"
	wholeObject = "deleted: it is about nobody else"
)

// record takes the people out of one object, and returns what that is for the engine.
func (f *forgetting) record(item *manifest.Item) []directory.Change {
	switch r := item.Record.(type) {
	case *directory.Person:
		if f.people[r.Name] {
			f.told(r.ID(), "", r.Name, "deleted")
			return f.whole(r.ID())
		}
	case *directory.PermissionOverride:
		if f.people[r.Person] {
			f.told(r.ID(), "spec.person", r.Person, wholeObject)
			return f.whole(r.ID())
		}
	case *directory.Entity:
		if f.people[r.Owner] {
			f.refuse(r.ID(), "spec.owner", "%s owns it, and a private entity has to have an owner: name another one, or delete it with what "+
				"stands below, first", r.Owner)
		}
	case *directory.Group:
		return f.group(r)
	case *directory.RoleBinding:
		left, ok := f.subjects(r.ID(), r.Subjects)
		switch {
		case !ok:
			return nil
		case len(left) == 0:
			return f.whole(r.ID())
		}
		c := *r
		c.Subjects = left
		return f.list(&c, []string{"spec", "subjects"}, f.isSubject)
	case *directory.SystemDeny:
		left, ok := f.subjects(r.ID(), r.Subjects)
		switch {
		case !ok:
			return nil
		case len(left) == 0 && !r.Everyone:
			return f.whole(r.ID())
		}
		c := *r
		c.Subjects = left
		return f.list(&c, []string{"spec", "subjects"}, f.isSubject)
	case *directory.Platform:
		return f.platform(r)
	}
	return nil
}

// group takes the people off the list of a group, whatever their entries say.
func (f *forgetting) group(r *directory.Group) []directory.Change {
	c := *r
	c.Members = nil
	for i, m := range r.Members {
		if !f.people[m.Name] {
			c.Members = append(c.Members, m)
			continue
		}
		f.told(r.ID(), fmt.Sprintf("spec.members[%d]", i), m.Name, offTheList)
	}
	if len(c.Members) == len(r.Members) {
		return nil
	}
	return f.list(&c, membersPath, func(n *node.Node) bool { return f.people[node.Text(node.Get(n, "name"))] })
}

// subjects are those that stay; ok says that some do not.
func (f *forgetting) subjects(id directory.ID, list []directory.Subject) (left []directory.Subject, ok bool) {
	for _, x := range list {
		if x.Kind != directory.KindPerson || !f.people[x.Name] {
			left = append(left, x)
		}
	}
	what := offTheList
	if len(left) == 0 {
		what = wholeObject
	}
	for i, x := range list {
		if x.Kind == directory.KindPerson && f.people[x.Name] {
			f.told(id, fmt.Sprintf("spec.subjects[%d]", i), x.Name, what)
		}
	}
	return left, len(left) < len(list)
}

func (f *forgetting) isSubject(n *node.Node) bool {
	return node.Text(node.Get(n, "kind")) == string(directory.KindPerson) && f.people[node.Text(node.Get(n, "name"))]
}

// platform takes the people out of the administrators.
func (f *forgetting) platform(r *directory.Platform) []directory.Change {
	c := *r
	c.Administrators = nil
	for i, a := range r.Administrators {
		if a.Kind != directory.PrincipalPerson || !f.people[a.Name] {
			c.Administrators = append(c.Administrators, a)
			continue
		}
		f.told(r.ID(), fmt.Sprintf("spec.administrators[%d]", i), a.Name, offTheList)
	}
	switch {
	case len(c.Administrators) == len(r.Administrators):
		return nil
	case len(c.Administrators) == 0:
		f.refuse(r.ID(), "spec.administrators", "nobody else administers the platform: name somebody first")
		return nil
	}
	return f.list(&c, []string{"spec", "administrators"}, f.isSubject)
}

// list takes entries out of a list of an object; the record is what it is then.
func (f *forgetting) list(after directory.Record, list []string, gone func(*node.Node) bool) []directory.Change {
	return f.entries(after, list, gone, func(s *step, i int) { s.gone = append(s.gone, i) })
}

// entries edits those entries of a list of an object that are meant; the record is what the object is then.
func (f *forgetting) entries(
	after directory.Record, list []string, meant func(*node.Node) bool, edit func(s *step, i int),
) []directory.Change {
	id := after.ID()
	s, path, root, err := f.object(id)
	if err != nil {
		f.errs = append(f.errs, err)
		return nil
	}
	step := step{path: path, list: list}
	at := root
	for _, name := range list {
		at = get(at, name)
	}
	for i, n := range node.Items(at) {
		if meant(n) {
			edit(&step, i)
		}
	}
	if len(step.gone)+len(step.updates) == 0 {
		f.refuse(id, "", "a kustomization patches it, and the names stand in the patch; edit that")
		return nil
	}
	s.steps = append(s.steps, step)
	return []directory.Change{directory.Upsert(after)}
}

// whole deletes an object.
func (f *forgetting) whole(id directory.ID) []directory.Change {
	s, path, _, err := f.object(id)
	if err != nil {
		f.errs = append(f.errs, err)
		return nil
	}
	s.steps = append(s.steps, step{path: path, whole: true})
	return []directory.Change{directory.Delete(id)}
}

// object is the sheet of an object, and where it stands there.
func (f *forgetting) object(id directory.ID) (*sheet, splice.Path, *node.Node, error) {
	at, _ := f.w.Set.Locate(id, "")
	if at.Line == 0 {
		return nil, nil, nil, fmt.Errorf("the %s is generated by the kustomization at %s and stands in no file; edit what generates it",
			idLabel(id), at.File)
	}
	s, err := f.sheets.sheet(at.File)
	if err != nil {
		return nil, nil, nil, err
	}
	path, root, err := find(&s.File, at, string(id.Kind))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("the %s: %w", idLabel(id), err)
	}
	return s, path, root, nil
}

// end gives what is about the people alone an end.
func (f *forgetting) end(item *manifest.Item) []directory.Change {
	var after directory.Record
	var window directory.Window
	var who []string
	switch r := item.Record.(type) {
	case *directory.RoleBinding:
		for _, x := range r.Subjects {
			if x.Kind != directory.KindPerson || !f.people[x.Name] {
				return nil
			}
			who = append(who, x.Name)
		}
		c := *r
		window, _ = f.w.Snapshot.WindowOf(r.Term, r.Window)
		c.Window.NotAfter, after = f.until, &c
	case *directory.PermissionOverride:
		if !f.people[r.Person] {
			return nil
		}
		who = []string{r.Person}
		c := *r
		window, c.Window.NotAfter, after = r.Window, f.until, &c
	case *directory.Group:
		return f.endEntries(r)
	default:
		return nil
	}
	id := after.ID()
	if len(who) == 0 || !f.ends(id, "spec.notBefore", window) {
		return nil
	}
	s, path, _, err := f.object(id)
	if err != nil {
		f.errs = append(f.errs, err)
		return nil
	}
	s.steps = append(s.steps, step{path: path, fields: []splice.Field{{Name: "notAfter", Value: f.until.Format(time.RFC3339)}}})
	what := findings.Ends(f.until)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(who))) {
		f.told(id, "", name, what)
	}
	return []directory.Change{directory.Upsert(after)}
}

// ends says whether an end at the moment is one: it is none of what is over before, and what begins later is refused.
func (f *forgetting) ends(id directory.ID, field string, window directory.Window) bool {
	switch {
	case !window.NotAfter.IsZero() && !window.NotAfter.After(f.until):
		return false
	case !window.NotBefore.Before(f.until):
		f.refuse(id, field, "it begins only on %s, after its end would be; delete it, or give a later --until", findings.Day(window.NotBefore))
		return false
	}
	return true
}

// endEntries gives the entries by which a group lists the people an end (R12a). Those that keep somebody out stay.
func (f *forgetting) endEntries(r *directory.Group) []directory.Change {
	c := *r
	c.Members = slices.Clone(r.Members)
	type entry struct{ name, id string }
	ending := map[entry]bool{}
	for i := range c.Members {
		m := &c.Members[i]
		if !f.people[m.Name] || m.State != directory.MemberActive {
			continue
		}
		field := fmt.Sprintf("spec.members[%d]", i)
		if window, _ := f.w.Snapshot.WindowOf(m.Term, m.Window); !f.ends(r.ID(), field, window) {
			continue
		}
		m.Window.NotAfter = f.until
		ending[entry{m.Name, m.ID}] = true
		f.told(r.ID(), field, m.Name, findings.Ends(f.until))
	}
	if len(ending) == 0 {
		return nil
	}
	end := splice.Field{Name: "notAfter", Value: f.until.Format(time.RFC3339)}
	meant := func(n *node.Node) bool {
		return ending[entry{node.Text(node.Get(n, "name")), node.Text(node.Get(n, "id"))}]
	}
	return f.entries(&c, membersPath, meant, func(s *step, i int) {
		s.updates = append(s.updates, splice.Update{Index: i, Field: end})
	})
}

// tests takes the people out of the tests beside the manifests; a test that says nothing without them goes.
func (f *forgetting) tests(ctx context.Context) error {
	for _, folder := range f.w.folders {
		if folder.source.FS == nil {
			continue
		}
		suites, err := assertions.Read(ctx, folder.source)
		if err != nil {
			return fmt.Errorf("the tests beside the manifests could not be read, and may name somebody: %w", err)
		}
		for _, t := range suites {
			if err := f.suite(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// suite takes the people out of one AccessTest.
func (f *forgetting) suite(t *assertions.AccessTest) error {
	gone := make([]map[string][]int, len(t.Spec.Tests))
	any := false
	for _, who := range slices.Sorted(maps.Keys(f.people)) {
		for _, m := range t.Naming(who) {
			if gone[m.Test] == nil {
				gone[m.Test] = map[string][]int{}
			}
			gone[m.Test][m.List] = append(gone[m.Test][m.List], m.Index)
			any = true
			f.out.What = append(f.out.What, Forgotten{
				Person: who, Of: assertions.Kind + " " + t.Metadata.Name, What: offTheList, At: t.Place(m.Field),
			})
		}
	}
	if !any {
		return nil
	}
	s, err := f.sheets.sheet(t.Position.File)
	if err != nil {
		return err
	}
	path, _, err := find(&s.File, t.Position, assertions.Kind)
	if err != nil {
		return err
	}
	var empty []int
	for i, lists := range gone {
		counts := map[string]int{}
		for list, entries := range lists {
			counts[list] = len(entries)
		}
		if len(lists) > 0 && !t.Spec.Tests[i].Says(counts) {
			empty = append(empty, i)
			continue
		}
		for _, list := range slices.Sorted(maps.Keys(lists)) {
			s.steps = append(s.steps, step{path: path, list: []string{"spec", fmt.Sprintf("tests[%d]", i), list}, gone: lists[list]})
		}
	}
	switch {
	case len(empty) == len(t.Spec.Tests):
		s.steps = append(s.steps, step{path: path, whole: true})
	case len(empty) > 0: // last, so that the numbers of the others hold
		s.steps = append(s.steps, step{path: path, list: []string{"spec", "tests"}, gone: empty})
	}
	return nil
}
