package worlds_test

import (
	"go/parser"
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

func TestSeedIsWorld(t *testing.T) {
	one, two := worlds.Random(worlds.NewDice(7)), worlds.Random(worlds.NewDice(7))
	if worlds.Dump(one) != worlds.Dump(two) {
		t.Error("the same seed made two worlds")
	}
	if worlds.Dump(one) == worlds.Dump(worlds.Random(worlds.NewDice(8))) {
		t.Error("two seeds made the same world")
	}
}

// Worlds are of use only where much happens in them.
func TestWorldsAreDense(t *testing.T) {
	seen := map[string]int{}
	pairs, granted := 0, 0
	for seed := range uint64(300) {
		records := worlds.Random(worlds.NewDice(seed))
		w := oracle.New(records...)
		for _, person := range w.People() {
			for _, e := range w.Entities() {
				a := w.Access(person, e, worlds.Now)
				pairs++
				if a.Effective != 0 {
					granted++
				}
				count(seen, a)
			}
		}
		for _, k := range w.GroupKeys() {
			f := w.Group(k, worlds.Now)
			seen["cycle"] += min(1, len(f.Cycle))
			seen["below a cycle"] += bit(len(f.Cycle) > 0 && !f.OnCycle)
			seen["missing parent"] += bit(f.ParentState == directory.ParentNotFound)
			seen["parent not allowed"] += bit(f.ParentState == directory.ParentNotAllowed)
			seen["deep"] += bit(len(f.Path) > 3)
			seen["members"] += f.MemberCount
			seen["circle of compositions"] += bit(f.Circle != nil)
			seen["unsettled"] += bit(f.Unsettled)
			for _, r := range f.References {
				seen["reference in effect"] += bit(r.State == directory.ReferenceOK)
				seen["missing reference"] += bit(r.State == directory.ReferenceMissing)
			}
		}
		seen["records"] += len(records)
	}
	t.Logf("%d pairs, %d of them with permissions; %v", pairs, granted, seen)
	if granted*10 < pairs {
		t.Errorf("%d of %d pairs have a permission: too few", granted, pairs)
	}
	for _, what := range []string{
		"withheld", "warned", "overridden role", "two overrides of a role", "custom role", "several roles",
		"overridden", "overridden to nothing", "denied", "suspended with roles", "undeclared with roles",
		"unmet at the parent", "excluded", "cycle", "below a cycle", "missing parent", "parent not allowed", "deep",
		"circle of compositions", "unsettled", "reference in effect", "missing reference",
	} {
		if seen[what] < 20 {
			t.Errorf("%s: seen %d times only", what, seen[what])
		}
	}
}

func count(seen map[string]int, a directory.Access) {
	seen["several roles"] += bit(len(a.Roles) > 1)
	seen["overridden"] += bit(a.Overridden)
	seen["overridden to nothing"] += bit(a.Overridden && a.FromRoles != 0 && a.Effective == 0)
	seen["denied"] += bit(a.Denied != 0)
	seen["suspended with roles"] += bit(a.SubjectState == directory.SubjectSuspended && len(a.Roles) > 0)
	seen["undeclared with roles"] += bit(a.SubjectState == directory.SubjectUndeclared && len(a.Roles) > 0)
	for _, r := range a.Roles {
		seen["withheld"] += bit(r.Withheld)
		seen["warned"] += bit(!r.Withheld && len(r.Unmet) > 0)
		seen["overridden role"] += bit(len(r.Overridden) == 1)
		seen["two overrides of a role"] += bit(len(r.Overridden) > 1)
		seen["custom role"] += bit(r.Role.Namespace != "")
		for _, u := range r.Unmet {
			seen["unmet at the parent"] += bit(u.AtParent)
			seen["excluded"] += bit(u.Excludes != "")
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestDumpIsGo(t *testing.T) {
	for seed := range uint64(50) {
		d := worlds.NewDice(seed)
		records := worlds.Random(d)
		text := "[]directory.Record{\n" + worlds.Dump(records) + "}"
		if _, err := parser.ParseExpr(text); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		change := "[]oracle.Change{\n" + worlds.DumpChanges([]oracle.Change{worlds.NewMutator(d).Change(records)}) + "}"
		if _, err := parser.ParseExpr(change); err != nil {
			t.Fatalf("%v in\n%s", err, change)
		}
	}
}

func TestNoiseCancels(t *testing.T) {
	for seed := range uint64(50) {
		d := worlds.NewDice(seed)
		records := oracle.After(nil, sets(worlds.Random(d))...) // each ID once
		m := worlds.NewMutator(d)
		after := records
		for range 20 {
			after = oracle.After(after, m.Noise(after)...)
		}
		if got, want := sorted(after), sorted(records); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func sets(records []directory.Record) []oracle.Change {
	var out []oracle.Change
	for _, r := range records {
		out = append(out, oracle.Set(r))
	}
	return out
}

func sorted(records []directory.Record) string {
	records = slices.Clone(records)
	slices.SortFunc(records, func(a, b directory.Record) int { return a.ID().Compare(b.ID()) })
	return worlds.Dump(records)
}

func TestShrink(t *testing.T) {
	// What "fails" here is that there is something to say about alice.
	fails := func(records []directory.Record) bool {
		return len(oracle.New(records...).AccessOf("alice", worlds.Now)) > 0
	}
	records := worlds.Random(worlds.NewDice(0))
	for seed := uint64(1); !fails(records); seed++ {
		records = worlds.Random(worlds.NewDice(seed))
	}
	small := worlds.Shrink(records, fails)
	if !fails(small) || len(small) > 4 {
		t.Errorf("of %d records these are left:\n%s", len(records), worlds.Dump(small))
	}
	t.Logf("\n%s", worlds.Dump(small))
}
