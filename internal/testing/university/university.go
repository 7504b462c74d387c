package university

import (
	"fmt"
	"math/rand/v2"
	"testing/fstest"
	"time"

	"provost.dev/provost/internal/manifest/generate"
)

// Namespace is where everything of the university lies.
const Namespace = "university"

// Options say which university.
type Options struct {
	// People is how many students and staff there are; at least 100.
	People int
	// Seed decides who they are. The same one gives the same university.
	Seed uint64
	// Semester counts from 0, the winter of 2026. With each, windows follow; with each second one, the oldest intake leaves
	// and a new one comes.
	Semester int
}

// University is one that has been drawn.
type University struct {
	Options
	faculties  []*faculty
	programmes []*programme
	courses    []*course
	staff      []*person
	files      []generate.File
}

// Intakes is how many years of students there are at a time.
const Intakes = 4

// faculty is a campus of the organisation, with whoever works there.
type faculty struct {
	id, title string
	staff     []*person
	courses   []*course
}

// programme is what students study, each intake a group that selects them.
type programme struct {
	id, title string
	faculty   *faculty
	courses   int
}

type person struct {
	id, name, mail string
	faculty        *faculty
	programme      *programme
	intake         int // the year
	post           string
}

// Fewest is how many people the smallest university has.
const Fewest = 100

// New draws a university.
func New(o Options) (*University, error) {
	if o.People < Fewest || o.Semester < 0 {
		return nil, fmt.Errorf("a university has %d people or more, and semesters count from 0", Fewest)
	}
	u := &University{Options: o}
	u.found()
	u.hire()
	u.offer()
	u.write()
	return u, nil
}

// dice is a source of chance for one matter, so that what is drawn for one depends on no other.
func (u *University) dice(matter uint64) *rand.Rand { return rand.New(rand.NewPCG(u.Seed, matter)) }

// How much there is of everything for so many people. At 600 there are 40 courses, and at 20,000 a thousand, 160 groups
// that select and 4,000 bindings.
func (u *University) numFaculties() int  { return min(max(u.People/1500, 2), len(fields)) }
func (u *University) numProgrammes() int { return max(u.People/500, 3) }
func (u *University) numCourses() int    { return 10 + u.People/20 }
func (u *University) numStaff() int      { return u.People * 8 / 100 }

// year is the one in which the newest intake began.
func (u *University) year() int { return 2026 + u.Semester/2 }

// term is what the semester is called, and when its courses are held.
func (u *University) term() (title string, from, end time.Time) {
	y := u.year()
	if u.Semester%2 == 0 {
		return fmt.Sprintf("Winter %d", y), first(y, time.October), first(y+1, time.April)
	}
	return fmt.Sprintf("Summer %d", y+1), first(y+1, time.April), first(y+1, time.October)
}

func first(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }

// Files are the manifests, as provost fmt leaves them.
func (u *University) Files() []generate.File { return u.files }

// FS is the same as a folder.
func (u *University) FS() fstest.MapFS {
	out := fstest.MapFS{}
	for _, f := range u.files {
		out[f.Name] = &fstest.MapFile{Data: f.Text, Mode: 0o644}
	}
	return out
}

func (u *University) file(name string, documents ...generate.Document) {
	u.files = append(u.files, generate.File{Name: name, Text: generate.YAML(documents...)})
}

// object is one of the university's namespace.
func object(kind, name string, spec ...generate.Field) generate.Document {
	return generate.Document{Kind: kind, Namespace: Namespace, Name: name, Spec: spec}
}

func field(name string, value any) generate.Field { return generate.Field{Name: name, Value: value} }

func ref(kind, name string) generate.Map {
	return generate.Map{field("kind", kind), field("name", name)}
}

func named(name string) generate.Map { return generate.Map{field("name", name)} }
