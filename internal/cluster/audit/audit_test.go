package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/cluster/audit"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	noon   = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	alice  = audit.Subject{UID: "4711", Person: "alice", Namespace: "acme"}
)

// owed is a write after which alice may view two courses and grade at none.
func owed() *audit.Pending {
	at := noon.Add(-time.Second)
	return &audit.Pending{
		Generation: 3, Time: noon,
		Changes: []audit.Delta{
			{Entities: []string{"Course/algebra-1", "Course/algebra-2"}, Gained: []string{"view_course"}, Cause: 0},
			{Entities: []string{"Course/geometry"}, Lost: []string{"grade_submissions"}, Cause: 1},
			{Entities: []string{"Campus/north"}, Lost: []string{"view_campus"}, Cause: 2},
		},
		Causes: []audit.Cause{
			{Type: audit.CauseChange, Objects: []audit.Object{
				{Kind: "Group", Namespace: "acme", Name: "development", UID: "1", Action: audit.Changed,
					ChangedBy: "dana@example.org", ChangedAt: "2027-01-01T11:59:58Z", ChangedRevision: "main@sha1:0a1b"},
				{Kind: "RoleBinding", Namespace: "acme", Name: "old", UID: "2", Action: audit.Deleted},
			}},
			{Type: audit.CauseDeletion, Objects: []audit.Object{
				{Kind: "RoleBinding", Namespace: "acme", Name: "graders", UID: "3", Action: audit.Deleted,
					ChangedBy: "dana@example.org", ChangedAt: "2026-12-01T08:00:00Z", DeletedBy: "erin@example.org"},
			}},
			{Type: audit.CauseClock, Objects: []audit.Object{
				{Kind: "RoleBinding", Namespace: "acme", Name: "term", Action: audit.Closed, At: &at},
			}},
		},
	}
}

func has(entity string) []string {
	if strings.HasPrefix(entity, "Course/algebra") {
		return []string{"view_course"}
	}
	return nil
}

// The form of the records is what others build on: it may grow and not change.
func TestSchema(t *testing.T) {
	var out bytes.Buffer
	log := audit.New(&out)
	records := owed().Records(alice, has)
	records = append(records,
		audit.NewNamespaceGone("acme", "0815", noon),
		audit.NewChange("CREATE", audit.Object{Kind: "RoleBinding", Namespace: "acme", Name: "exam", UID: "4"}, 1, "erin@example.org", "", noon),
		audit.NewDeletion(audit.Object{Kind: "RoleBinding", Namespace: "acme", Name: "graders", UID: "3"},
			audit.Deleter{Requester: "erin@example.org", Revision: "main@sha1:0a1b"}, noon),
		audit.NewDeletion(audit.Object{Kind: "Course", Namespace: "acme", Name: "algebra-1", UID: "5"},
			audit.Deleter{Unattributed: audit.NotAsked}, noon))
	if err := log.Write(records...); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "records.jsonl")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), out.String()); d != "" {
		t.Errorf("the records are not what they were (-update writes them anew):\n%s", d)
	}
}

// What is kept on an object comes back as it was, long or short.
func TestPendingSurvives(t *testing.T) {
	long := owed()
	for i := range 5000 {
		long.Changes[0].Entities = append(long.Changes[0].Entities, fmt.Sprintf("Course/c-%05d", i))
	}
	for _, p := range []*audit.Pending{owed(), long} {
		text, err := p.Text()
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 100_000 {
			t.Errorf("%d bytes are too many for an annotation", len(text))
		}
		back, err := audit.ParsePending(text)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p.Records(alice, has), back.Records(alice, has)); d != "" {
			t.Error(d)
		}
	}
	if text, _ := (&audit.Pending{Generation: 1}).Text(); text != audit.Recorded() {
		t.Errorf("nothing owed is %q", text)
	}
	if p, err := audit.ParsePending(audit.Recorded()); p != nil || err != nil {
		t.Error(p, err)
	}
	for _, bad := range []string{"{", "gzip:!", "gzip:AAAA"} {
		if _, err := audit.ParsePending(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestTooLongForAnAnnotation(t *testing.T) {
	p := owed()
	for i := range 20_000 {
		id := fmt.Sprintf("%x", i*7919*104729)
		p.Changes[0].Entities = append(p.Changes[0].Entities, "Course/"+strings.Repeat(id, 3)+fmt.Sprint(i*i))
	}
	if _, err := p.Text(); !errors.Is(err, audit.ErrTooLong) {
		t.Errorf("%v", err)
	}
}

func TestReplay(t *testing.T) {
	var out bytes.Buffer
	log := audit.New(&out)
	first := owed().Records(alice, has)
	write := func(records ...audit.Record) {
		t.Helper()
		if err := log.Write(records...); err != nil {
			t.Fatal(err)
		}
	}
	write(first...)
	write(first...) // as after a restart
	out.WriteString(`{"schema":"provost.dev/audit/v1","kind":"Acc`)
	out.WriteString("\n")
	next := owed()
	next.Generation = 4
	next.Changes = []audit.Delta{{Entities: []string{"Course/algebra-1"}, Lost: []string{"view_course"}}}
	write(next.Records(alice, func(string) []string { return nil })...)
	s, err := audit.Replay(&out)
	if err != nil {
		t.Fatal(err)
	}
	if s.Repeats != len(first) || s.Torn != 1 {
		t.Errorf("%d repeats, %d torn", s.Repeats, s.Torn)
	}
	if got := s.Entities("alice", "acme"); !slices.Equal(got, []string{"Course/algebra-2"}) {
		t.Errorf("access at %v", got)
	}
	if got := s.Permissions("alice", "acme", "Course/algebra-2"); !slices.Equal(got, []string{"view_course"}) {
		t.Errorf("may %v", got)
	}
	s.Add(audit.NewNamespaceGone("acme", "1", noon))
	s.Each(func(person, namespace string, _ map[string][]string) {
		t.Errorf("%s still has access in %s", person, namespace)
	})
}

func TestAnotherSchemaIsRefused(t *testing.T) {
	_, err := audit.Replay(strings.NewReader(`{"schema":"provost.dev/audit/v9","kind":"Access","id":"1"}`))
	if err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%v", err)
	}
}

// Many write at once, files are changed for new ones meanwhile, and every record is there once.
func TestFilesRotate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log", "audit.log")
	log, err := audit.Open(audit.Options{Path: path, MaxSize: 1}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 40
	big := strings.Repeat("x", 8000)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r := audit.NewChange("UPDATE", audit.Object{Kind: "Group", Name: big, UID: fmt.Sprintf("%d/%d", w, i)}, 2, "dana", "", noon)
				if err := log.Write(r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.log"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%v %v", files, err)
	}
	ids := map[string]bool{}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			r := audit.Record{}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			ids[r.ID] = true
		}
	}
	if len(ids) != writers*each {
		t.Errorf("%d records of %d", len(ids), writers*each)
	}
}

// A process that is killed within a line leaves a line that the next one ends.
func TestATornLineIsEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	if err := os.WriteFile(path, []byte(`{"schema":"provost.dev/audit/v1","ki`), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(audit.Options{Path: path}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Write(owed().Records(alice, has)...); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s, err := audit.Replay(f)
	if err != nil || s.Torn != 1 || len(s.Entities("alice", "acme")) != 2 {
		t.Errorf("%+v %v", s, err)
	}
}

// failing is a stream that breaks off in the middle of what it is given, some times.
type failing struct {
	bytes.Buffer
	times int
}

func (f *failing) Write(p []byte) (int, error) {
	if f.times > 0 {
		f.times--
		n, _ := f.Buffer.Write(p[:len(p)/2])
		return n, errors.New("no space left")
	}
	return f.Buffer.Write(p)
}

func TestAFailureIsToldAndMended(t *testing.T) {
	out := &failing{times: 2}
	log := audit.New(out)
	records := owed().Records(alice, has)
	for range 2 {
		if err := log.Write(records...); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Fatalf("%v", err)
		}
	}
	if err := log.Write(records...); err != nil {
		t.Fatal(err)
	}
	s, err := audit.Replay(out)
	if err != nil || len(s.Entities("alice", "acme")) != 2 {
		t.Errorf("%+v %v\n%s", s, err, out)
	}
}

func TestOpen(t *testing.T) {
	if log, err := audit.Open(audit.Options{}, io.Discard); log != nil || err != nil {
		t.Error("a log is written without being asked for")
	}
	_, err := audit.Open(audit.Options{Path: t.TempDir()}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "cannot be written to") {
		t.Errorf("%v", err)
	}
	var nobody *audit.Log
	if err := nobody.Close(); err != nil {
		t.Error(err)
	}
}

// Of several deletions that brought a loss about, whoever made one of them is not named for all.
func TestRequesterOfDeletions(t *testing.T) {
	for _, test := range []struct {
		by   []string
		want string
	}{
		{[]string{"dana"}, "dana"}, {[]string{"dana", "dana"}, "dana"}, {[]string{"dana", "erin"}, ""},
		{[]string{"", "dana"}, ""}, {[]string{"dana", ""}, ""}, {[]string{"dana", "erin", "dana"}, ""}, {[]string{""}, ""},
	} {
		cause := audit.Cause{Type: audit.CauseDeletion}
		for i, by := range test.by {
			cause.Objects = append(cause.Objects, audit.Object{Kind: "Group", Name: fmt.Sprint(i), Action: audit.Deleted, DeletedBy: by})
		}
		p := &audit.Pending{Changes: []audit.Delta{{Entities: []string{"Course/c"}}}, Causes: []audit.Cause{cause}}
		if got := p.Records(alice, has)[0].Requester; got != test.want {
			t.Errorf("deleted by %q: %q is named, want %q", test.by, got, test.want)
		}
	}
}
