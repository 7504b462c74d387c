package cli

import (
	"context"
	"fmt"
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/cli/whyview"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// never is a moment for questions in which the clock plays no part.
var never time.Time

// question is an open source and what a command needs to ask it.
type question struct {
	*Options
	namer
	cite.Records
	now   time.Time
	style printers.Style
}

// ask opens the source and hands it to a command.
func (o *Options) ask(ctx context.Context, answer func(q *question) error) error {
	source, err := o.Open(ctx)
	if err != nil {
		return err
	}
	return o.askOf(source, answer)
}

// askAbout is ask for what one person may do at one entity, and for nothing beyond: of a cluster no more is read than that needs.
func (o *Options) askAbout(ctx context.Context, person, entity string, answer func(q *question) error) error {
	namespace, word, name, ok := splitEntity(entity, o.Namespace())
	level, known := catalogue.ParseLevel(word)
	if !ok || !known {
		return o.ask(ctx, answer)
	}
	source, err := o.OpenAbout(ctx, source.About{Person: person, Level: level, Namespace: namespace, Name: name})
	if err != nil {
		return err
	}
	return o.askOf(source, answer)
}

// askOf hands a source to a command, and closes it.
func (o *Options) askOf(source source.Source, answer func(q *question) error) error {
	defer source.Close()
	now, err := o.Now()
	if err != nil {
		return err
	}
	return answer(&question{
		Options: o, now: now, style: printers.NewStyle(o.Out),
		Records: cite.Records{Snapshot: source.Snapshot(), Locate: source.Locate},
		namer:   namer{snapshot: source.Snapshot(), namespace: o.Namespace(), source: source.Name()},
	})
}

// print writes to standard output.
func (q *question) print(format string, args ...any) {
	_, _ = fmt.Fprintf(q.Out, format, args...)
}

// explain says why somebody may do what at an entity; with a permission, why that.
func (q *question) explain(person string, e directory.EntityKey, p *catalogue.Permission) *why.Explanation {
	return why.Explain(q.Records, person, e, p, q.now)
}

// view is an explanation as it is shown.
func (q *question) view(x *why.Explanation) *whyview.View {
	return &whyview.View{Explanation: x, Style: q.style}
}
