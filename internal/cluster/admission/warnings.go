package admission

import (
	"fmt"
	"slices"
	"strings"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// mostWarnings keeps what a request answers readable; API servers cut long
// warnings off.
const mostWarnings = 10

// collector says what of a change will not take effect, and why.
type collector struct {
	before        *directory.Snapshot
	after         *directory.Snapshot
	request       *request
	now           time.Time
	justification provostv1.JustificationPolicy

	out []string
}

func (a *collector) say(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(a.out, text) {
		a.out = append(a.out, text)
	}
}

// warnings are what to tell of a change that is allowed.
func (a *collector) warnings() []string {
	a.putBack()
	if a.request.is != nil {
		a.after, _ = a.before.With(directory.Upsert(a.request.is))
		question := findings.Question{Snapshot: a.after, Now: a.now, Justification: string(a.justification)}
		for _, said := range question.Of(a.request.is) {
			a.say("%s", said.Line())
		}
		switch r := a.request.is.(type) {
		case *directory.RoleBinding:
			a.withheld(r)
		case *directory.Group:
			a.stillMembers(r)
		}
	}
	return a.first()
}

// first are the first warnings, and how many more there are.
func (a *collector) first() []string {
	if more := len(a.out) - mostWarnings; more > 0 {
		return append(a.out[:mostWarnings], fmt.Sprintf("and %d more: see the conditions of the object", more))
	}
	return a.out
}

// putBack tells somebody at a keyboard that a GitSync owns the object (rule R31).
func (a *collector) putBack() {
	o := a.request.before
	if o == nil || strings.HasPrefix(a.request.UserInfo.Username, "system:serviceaccount:") {
		return
	}
	if owner := o.GetLabels()[provostv1.GitSyncLabel]; owner != "" {
		a.say("the GitSync %s keeps this object as its repository has it and will put it back: change it there",
			strings.Replace(owner, ".", "/", 1))
	}
}

// withheld warns about role rules that keep a binding from giving the people
// whom it names what it says, or that take another role from them (rule R6).
func (a *collector) withheld(r *directory.RoleBinding) {
	places := []directory.EntityKey{r.Entity.In(r.Key.Namespace)}
	if r.Selects != nil {
		places, _ = a.after.Choose(r.Key.Namespace, r.Selects)
	}
	for _, entity := range places {
		a.withheldAt(r, entity)
	}
}

func (a *collector) withheldAt(r *directory.RoleBinding, entity directory.EntityKey) {
	for _, s := range r.Subjects {
		if s.Kind != directory.KindPerson || len(a.out) >= mostWarnings || !r.Window.Contains(a.now) {
			continue
		}
		before := a.before.Access(s.Name, entity, a.now).Roles
		for _, h := range a.after.Access(s.Name, entity, a.now).Roles {
			already := slices.ContainsFunc(before, func(b directory.HeldRole) bool { return b.Role == h.Role && b.Withheld })
			if h.Withheld && !already {
				a.say("role %s is withheld from %s: it %s", h.Role.Name, s.Name, findings.Unmet(h.Unmet, directory.Deny))
			}
		}
	}
}
