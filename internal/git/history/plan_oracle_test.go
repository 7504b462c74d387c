package history

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
)

// evaluation is everything that anybody may do, worked out by the oracle. The
// oracle asks every record about every person at every entity, which takes
// minutes for an organisation of this size; so each entity is evaluated in a
// world of its own, of the records that may bear on it, and evaluated anew when
// one of these is another one.
type evaluation struct {
	now     time.Time
	slices  map[directory.EntityKey][]directory.Record
	answers map[directory.EntityKey]map[string]catalogue.Set
	redone  int
}

// cut lists the records that may bear on access to each entity: all but the bindings of other
// entities, and the groups that no binding of the entity can reach, up or down.
func cut(records []directory.Record) map[directory.EntityKey][]directory.Record {
	var common []directory.Record
	tree := map[directory.Key][]directory.Record{} // by the topmost group
	top := map[directory.Key]directory.Key{}
	groups := map[directory.Key]*directory.Group{}
	for _, r := range records {
		if g, ok := r.(*directory.Group); ok {
			groups[g.Key] = g
		}
	}
	for k := range groups {
		at, steps := k, 0
		for groups[at] != nil && groups[at].Parent.Name != "" && steps < 100 {
			at, steps = groups[at].Parent, steps+1
		}
		top[k] = at
	}
	bindings := map[directory.EntityKey][]directory.Record{}
	reach := map[directory.EntityKey]map[directory.Key]bool{}
	needs := func(e directory.EntityKey, g directory.Key) {
		if reach[e] == nil {
			reach[e] = map[directory.Key]bool{}
		}
		reach[e][top[g]] = true
	}
	var entities []directory.EntityKey
	for _, r := range records {
		switch r := r.(type) {
		case *directory.Group:
			tree[top[r.Key]] = append(tree[top[r.Key]], r)
			for _, x := range r.Enrolments {
				needs(x.Entity.In(r.Key.Namespace), r.Key)
			}
		case *directory.RoleBinding:
			e := r.Entity.In(r.Key.Namespace)
			bindings[e] = append(bindings[e], r)
			for _, s := range r.Subjects {
				if s.Kind == directory.KindGroup {
					needs(e, directory.Key{Namespace: s.Namespace, Name: s.Name})
				}
			}
		case *directory.Person: // of this organisation everybody is declared, and nobody is selected or suspended
		case *directory.Entity:
			entities = append(entities, r.Key)
			common = append(common, r)
		default:
			common = append(common, r)
		}
	}
	out := map[directory.EntityKey][]directory.Record{}
	for _, e := range entities {
		own := slices.Concat(common, bindings[e])
		for k := range groups { // in no order: the slice is compared as a set
			if reach[e][k] && top[k] == k {
				own = append(own, tree[k]...)
			}
		}
		out[e] = own
	}
	return out
}

func sameRecords(a, b []directory.Record) bool {
	if len(a) != len(b) {
		return false
	}
	is := make(map[directory.Record]bool, len(b))
	for _, r := range b {
		is[r] = true
	}
	return !slices.ContainsFunc(a, func(r directory.Record) bool { return !is[r] })
}

// after evaluates a state, and says what became of everybody since the one before.
func (v *evaluation) after(records []directory.Record) map[oracle.Pair][2]catalogue.Set {
	out := map[oracle.Pair][2]catalogue.Set{}
	now := cut(records)
	answers := map[directory.EntityKey]map[string]catalogue.Set{}
	for e, own := range now {
		if old, known := v.slices[e]; known && sameRecords(old, own) {
			answers[e] = v.answers[e]
			continue
		}
		v.redone++
		answers[e] = map[string]catalogue.Set{}
		w := oracle.New(own...)
		for _, person := range w.People() {
			if set := w.Permissions(person, e, v.now); set != 0 {
				answers[e][person] = set
			}
		}
	}
	differ := func(e directory.EntityKey, person string) {
		was, is := v.answers[e][person], answers[e][person]
		if was != is {
			out[oracle.Pair{Person: person, Entity: e}] = [2]catalogue.Set{is &^ was, was &^ is}
		}
	}
	for e, people := range v.answers {
		for person := range people {
			differ(e, person)
		}
	}
	for e, people := range answers {
		for person := range people {
			differ(e, person)
		}
	}
	v.slices, v.answers = now, answers
	return out
}

// pairs is what the rows of a plan say of each person at each entity.
func pairs(p *plan.Plan) map[oracle.Pair][2]catalogue.Set {
	out := map[oracle.Pair][2]catalogue.Set{}
	for _, r := range p.Rows {
		if !r.From.IsZero() {
			continue
		}
		for _, who := range r.People {
			for _, e := range r.Entities {
				k := oracle.Pair{Person: who, Entity: e}
				out[k] = [2]catalogue.Set{out[k][0] | r.Gained, out[k][1] | r.Lost}
			}
		}
	}
	return out
}

// TestPlanIsTheDifference holds the plan of each commit of a real organisation against the
// difference of two full evaluations by the oracle.
func TestPlanIsTheDifference(t *testing.T) {
	t.Parallel()
	need.Time(t)
	repo, all := realOrganisation(t)
	stride := 8 // each is compared with the one looked at before
	if need.Long() {
		stride = 1
	}
	all = slices.DeleteFunc(slices.Clone(all), func(c *gitrepo.Commit) bool { return slices.Index(all, c)%stride != 0 })
	v := &evaluation{now: time.Date(2027, time.March, 1, 12, 0, 0, 0, time.UTC)}
	w := NewWorld(manifest.Options{})
	rows, most, differing := 0, 0, 0
	for step, err := range w.Walk(t.Context(), repo, "", all) {
		if err != nil {
			t.Fatal(err)
		}
		p := step.Plan(v.now)
		want, got := v.after(step.After.Records()), pairs(p)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: (-oracle +plan)\n%s", step.Tree.Name, diff)
		}
		checkCounts(t, p, want)
		if len(want) > 0 {
			differing++
		}
		if step.Commit().Hash != all[0].Hash {
			rows, most = rows+len(p.Rows), max(most, len(p.Rows))
		}
	}
	t.Logf("%d commits, %d with differences, %d rows, at most %d in one; %d evaluations of an entity", len(all), differing, rows, most,
		v.redone)
	// The slices hold what bears on an entity: without them the oracle says the same.
	whole := oracle.New(w.Snapshot().Records()...)
	for i, e := range whole.Entities() {
		if i%80 != 0 {
			continue
		}
		for j, person := range whole.People() {
			if j%5 != 0 {
				continue
			}
			if got, want := v.answers[e][person], whole.Permissions(person, e, v.now); got != want {
				t.Errorf("the slice of %s says %b of %s, and all records say %b", e, got, person, want)
			}
		}
	}
}

// checkCounts holds the numbers of a plan against the pairs.
func checkCounts(t *testing.T, p *plan.Plan, want map[oracle.Pair][2]catalogue.Set) {
	t.Helper()
	people, entities := map[string]bool{}, map[directory.EntityKey]bool{}
	gained, lost, sensitive := 0, 0, 0
	for k, sets := range want {
		people[k.Person], entities[k.Entity] = true, true
		gained, lost = gained+sets[0].Len(), lost+sets[1].Len()
		sensitive += ((sets[0] | sets[1]) & k.Entity.Level.Sensitive()).Len()
	}
	c := p.Counts
	if c.People != len(people) || c.Entities != len(entities) || c.Gained != gained || c.Lost != lost ||
		c.SensitiveGained+c.SensitiveLost != sensitive {
		t.Errorf("the counts are %+v; want %d people, %d entities, %d gained, %d lost, %d sensitive", c, len(people), len(entities), gained, lost,
			sensitive)
	}
}
