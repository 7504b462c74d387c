package authority_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
)

var update = flag.Bool("update", false, "write the answers into the tables; read them before you commit them")

// TestTable is who may change what, row by row, with the exact reasons.
func TestTable(t *testing.T) {
	t.Parallel()
	all, err := tables.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, table := range all {
		for _, s := range table.Sections {
			before := directory.Build(s.Records...)
			for _, r := range s.Rows {
				count++
				who := authority.Requester{User: r.User, Groups: r.Groups}
				v := judge(before, who, authority.Change{Before: r.Before, After: r.After}, tables.Now)
				got := v.Missing
				if v.Allowed {
					got = []string{tables.Allowed}
				}
				if *update {
					r.Want = got
				}
				if !slices.Equal(got, r.Want) {
					t.Errorf("%s: %s\n%s\ngot\n\t%s\nwant\n\t%s", table.File, s.Title, r.Line,
						strings.Join(got, "\n\t"), strings.Join(r.Want, "\n\t"))
				}
			}
		}
		if *update {
			if err := table.Write(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if count < 120 {
		t.Errorf("%d rows: there are to be 120 at least", count)
	}
	t.Logf("%d rows", count)
}
