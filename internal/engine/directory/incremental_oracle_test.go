package directory_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// tightness is how much deltas name against how much changes.
type tightness struct{ changes, named, changed, records, alteredRecords int }

// TestIncremental makes many small changes to a world. After each one the engine
// agrees with the oracle, and its Delta leaves out nobody for whom something changed
// and no record of which a fact changed. In the end it is where a rebuild is,
// and a snapshot taken on the way still says what it said.
func TestIncremental(t *testing.T) {
	t.Parallel()
	var n counts
	var tight tightness
	for _, seed := range seeds(50) {
		d := worlds.NewDice(seed)
		start := oracle.After(nil, sets(worlds.Random(d))...)
		m := worlds.NewMutator(d)
		var steps [][]oracle.Change // each is one Apply
		records := start
		for range need.AtMost(100, 20) {
			var batch []oracle.Change
			for range 1 + max(0, d.IntN(8)-4) {
				c := m.Change(records)
				batch = append(batch, c)
				records = oracle.After(records, c)
			}
			steps = append(steps, batch)
		}
		if replay(start, steps, &n, &tight) == "" {
			continue
		}
		differs := func(start []directory.Record, steps [][]oracle.Change) string {
			return replay(start, steps, new(counts), new(tightness))
		}
		steps = worlds.Drop(steps, func(steps [][]oracle.Change) bool { return differs(start, steps) != "" })
		for i := range steps {
			steps[i] = worlds.Drop(steps[i], func(batch []oracle.Change) bool {
				with := slices.Clone(steps)
				with[i] = batch
				return differs(start, with) != ""
			})
		}
		start = worlds.Shrink(start, func(start []directory.Record) bool { return differs(start, steps) != "" })
		t.Fatalf("seed %d: %s\nbeginning with\n%s\nafter\n%s", seed, differs(start, steps), worlds.Dump(start), dumpSteps(steps))
	}
	t.Logf("%v", &n)
	t.Logf("%d changes; people and namespaces: %d changed, %d named (%.2f for one); records: %d changed, %d named (%.2f for one)",
		tight.changes, tight.changed, tight.named, float64(tight.named)/float64(tight.changed),
		tight.alteredRecords, tight.records, float64(tight.records)/float64(tight.alteredRecords))
}

// replay makes the changes one by one; "" where all is well.
func replay(start []directory.Record, steps [][]oracle.Change, n *counts, tight *tightness) (difference string) {
	defer func() {
		if r := recover(); r != nil {
			difference = fmt.Sprintf("panic: %v", r)
		}
	}()
	live := directory.New()
	live.Apply(changes(sets(start))...)
	times := []time.Time{worlds.Now.Add(-time.Hour), worlds.Now, worlds.Now.Add(time.Hour)}
	records, now := start, worlds.Now
	before := tableOf(oracle.New(records...), now)
	var kept *directory.Snapshot
	var keptTable *table
	for i, step := range steps {
		old := live.Snapshot()
		if i == len(steps)/3 {
			kept, keptTable = old, before
		}
		delta := live.Apply(changes(step)...)
		previous := records
		records = oracle.After(records, step...)
		after := tableOf(oracle.New(records...), now)
		if d := compare(live.Snapshot(), after, n); d != "" {
			return fmt.Sprintf("after change %d: %s", i, d)
		}
		if d := namesAll(delta.Keys(), before, after, tight); d != "" {
			return fmt.Sprintf("after change %d: %s", i, d)
		}
		if d := namesAllSources(delta.Keys(), old, live.Snapshot(), before, after); d != "" {
			return fmt.Sprintf("after change %d: %s", i, d)
		}
		ids := idsOf(slices.Concat(previous, records)...)
		if d := namesAllRecords(delta, statusOfAll(old, ids, now), statusOfAll(live.Snapshot(), ids, now), tight); d != "" {
			return fmt.Sprintf("after change %d: %s", i, d)
		}
		tight.changes++
		if before = after; i%8 == 7 { // the next changes are judged at another time
			now = times[i/8%len(times)]
			before = tableOf(oracle.New(records...), now)
		}
	}
	if kept != nil {
		if d := compare(kept, keptTable, n); d != "" {
			return "a snapshot changed after it was taken: " + d
		}
	}
	return sameStatusEverywhere(live.Snapshot(), directory.Build(records...), records, worlds.Now)
}

// dumpSteps writes changes, with an empty line between one Apply and the next.
func dumpSteps(steps [][]oracle.Change) string {
	var out []string
	for _, batch := range steps {
		out = append(out, worlds.DumpChanges(batch))
	}
	return strings.Join(out, "\n")
}

// namesAll checks that every person and namespace whose access changed is among the keys.
func namesAll(keys func(func(string, string) bool), before, after *table, tight *tightness) string {
	named := map[[2]string]bool{}
	for person, namespace := range keys {
		if named[[2]string{person, namespace}] {
			return fmt.Sprintf("Delta.Keys yields %s in %s twice", person, namespace)
		}
		named[[2]string{person, namespace}] = true
	}
	tight.named += len(named)
	pairs := maps.Clone(before.access)
	maps.Copy(pairs, after.access)
	changed := map[[2]string]bool{}
	for pair := range pairs {
		b, a := before.access[pair], after.access[pair]
		if sayable(b) || sayable(a) {
			if !sameAccess(b, a) {
				changed[[2]string{pair.Person, pair.Entity.Namespace}] = true
			}
		}
		if key := [2]string{pair.Person, pair.Entity.Namespace}; changed[key] && !named[key] {
			return fmt.Sprintf("%s at %s changed and is not named: %s", pair.Person, pair.Entity, differing(b, a))
		}
	}
	tight.changed += len(changed)
	return ""
}

// namesAllSources checks that everybody is named whose access has other sources
// now, though it may be the same: status says through what each permission came.
func namesAllSources(keys func(func(string, string) bool), old, new *directory.Snapshot, before, after *table) string {
	named := map[[2]string]bool{}
	for person, namespace := range keys {
		named[[2]string{person, namespace}] = true
	}
	for pair := range union(before.access, after.access) {
		b, a := sources(old.Explain(pair.Person, pair.Entity, after.now)), sources(new.Explain(pair.Person, pair.Entity, after.now))
		if !slices.Equal(b, a) && !named[[2]string{pair.Person, pair.Entity.Namespace}] {
			return fmt.Sprintf("%s at %s has other sources and is not named: %v, before %v", pair.Person, pair.Entity, a, b)
		}
	}
	return ""
}

// sources are the grants in force with their paths, and what restricts them, in order.
func sources(x directory.Explanation) []string {
	var out []string
	for _, g := range x.Grants {
		if g.State == directory.GrantInForce {
			out = append(out, fmt.Sprint(g.Source, g.Enrolment, g.Subject, g.Path.Groups, g.Role))
		}
	}
	for _, o := range x.Overrides {
		out = append(out, o.Source.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// namesAllRecords checks that every record of which a fact changed is named.
func namesAllRecords(delta directory.Delta, before, after map[directory.ID]any, tight *tightness) string {
	named := map[directory.ID]bool{}
	for id := range delta.Records() {
		if named[id] {
			return fmt.Sprintf("Delta.Records yields %s twice", id)
		}
		named[id] = true
	}
	tight.records += len(named)
	for id, b := range before {
		a := after[id]
		if sameStatus(b, a) {
			continue
		}
		tight.alteredRecords++
		if !named[id] {
			return fmt.Sprintf("facts of %s changed and it is not named: %s", id, differing(b, a))
		}
	}
	return ""
}
