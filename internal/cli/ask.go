package cli

import (
	"context"
	"fmt"
	"time"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/directory"
)

// never is a moment for questions in which the clock plays no part.
var never time.Time

// question is an open source and what a command needs to ask it.
type question struct {
	*Options
	namer
	source Source
	now    time.Time
	style  printers.Style
}

// ask opens the source and hands it to a command.
func (o *Options) ask(ctx context.Context, answer func(q *question) error) error {
	source, err := o.Open(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	now, err := o.Now()
	if err != nil {
		return err
	}
	return answer(&question{
		Options: o, source: source, now: now, style: printers.NewStyle(o.Out),
		namer: namer{snapshot: source.Snapshot(), namespace: o.Namespace(), source: source.Name()},
	})
}

// print writes to standard output.
func (q *question) print(format string, args ...any) {
	_, _ = fmt.Fprintf(q.Out, format, args...)
}

// cite is the place of a field of a record as text, or "" where there is no file.
func (q *question) cite(id directory.ID, field string) string {
	return q.source.Locate(id, field).String()
}

// object names a record with the place of a field of it.
func (q *question) object(id directory.ID, field string) ObjectData {
	return objectData(id, q.source.Locate(id, field))
}
