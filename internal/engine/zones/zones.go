// Package zones holds the world's time zones as the IANA database tells of them, in the one edition that belongs to the
// release. What a day begins with must not hang on the machine that asks (R0), so that neither the machine's database nor
// its ZONEINFO and TZ are looked at. The database is in the public domain (README.md).
//
// The rules are in docs/concepts.md#r0.
package zones

import (
	"archive/zip"
	_ "embed" // the database
	"io"
	"strings"
	"sync"
	"time"
)

// Edition is the edition of the IANA database that archive holds.
const Edition = "2025c"

//go:embed zoneinfo.zip
var archive string

// files are the zones of the archive by their names.
var files = sync.OnceValue(func() map[string]*zip.File {
	r, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		panic("the time zones of the release cannot be read: " + err.Error()) // it was built with them
	}
	out := make(map[string]*zip.File, len(r.File))
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") {
			out[f.Name] = f
		}
	}
	return out
})

// loaded keeps every *time.Location that was asked for, by name. A name that there is no zone of is not kept.
var loaded sync.Map

// Load is the time zone of a name of the IANA database, such as "Europe/Berlin"; ok is false where there is none.
// Names are told apart by case.
func Load(name string) (zone *time.Location, ok bool) {
	if l, ok := loaded.Load(name); ok {
		return l.(*time.Location), true
	}
	f := files()[name]
	if f == nil {
		return nil, false
	}
	l, err := read(f)
	if err != nil {
		panic("the time zone " + name + " of the release cannot be read: " + err.Error())
	}
	is, _ := loaded.LoadOrStore(name, l)
	return is.(*time.Location), true
}

func read(f *zip.File) (*time.Location, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(f.Name, data)
}

// Names are those of all zones, in no order.
func Names() []string {
	out := make([]string, 0, len(files()))
	for name := range files() {
		out = append(out, name)
	}
	return out
}
