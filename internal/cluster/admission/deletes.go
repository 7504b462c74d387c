package admission

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/words"
)

// deletes says what comes of a deletion (rules R26-R28), and tells whoever keeps
// records of the manager's own, about which nobody else is asked. It never refuses.
type deletes struct {
	Options
	decoder *decoder
}

// Handle implements admission.Handler.
func (h *deletes) Handle(ctx context.Context, req admission.Request) admission.Response {
	r, err := h.decoder.read(req)
	if err != nil || r.before == nil {
		return admission.Allowed("")
	}
	if r.UserInfo.Username == ManagerUser {
		h.asked(ctx, r)
		return admission.Allowed("")
	}
	if r.was == nil || h.Ready() != nil {
		return admission.Allowed("")
	}
	a := collector{before: h.Directory.Snapshot(), request: r, now: h.Clock.Now()}
	return admission.Allowed("").WithWarnings(a.deletion()...)
}

// deletion are the warnings about a deletion.
func (a *collector) deletion() []string {
	a.putBack()
	a.after, _ = a.before.With(directory.Delete(a.request.was.ID()))
	switch r := a.request.was.(type) {
	case *directory.Role:
		a.roleGoes(r)
	case *directory.RoleTemplate:
		if n := a.before.Template(r.Key, a.now).Bindings; n > 0 {
			a.say("%s: they grant nothing through it from now on", refer(n, "template "+r.Key.Name))
		}
	case *directory.Term:
		a.termGoes(r)
	case *directory.Group:
		a.holes(r.ID())
		a.groupGoes(r)
	case *directory.Entity:
		a.holes(r.ID())
		if children := a.before.Children(r.Key); len(children) > 0 {
			a.say("below %s stand %s: it grants nothing from now on, and goes when they are deleted or moved", findings.EntityName(r.Key),
				findings.Names(children, findings.EntityName))
		}
	}
	return a.first()
}

// termGoes tells of what names a term (R33).
func (a *collector) termGoes(r *directory.Term) {
	f := a.before.Term(r.Key)
	if n := f.Bindings + f.Enrolments; n > 0 {
		a.say("%s: they grant nothing from now on", refer(n, "term "+r.Key.Name))
	}
	if f.Entries > 0 {
		a.say("%s of groups name term %s: of these the Active ones do not count from now on, and the Removed ones always do",
			words.Count(f.Entries, "entry", "entries"), r.Key.Name)
	}
}

func (a *collector) roleGoes(r *directory.Role) {
	n := a.before.Role(r.Key, a.now).Bindings
	switch {
	case n == 0:
	case r.Type == directory.RoleOverride:
		a.say("%s: they give the system role's own permissions from now on",
			refer(n, r.Overrides+" at "+findings.EntityName(r.Entity.In(r.Key.Namespace))))
	default:
		a.say("%s: they grant nothing from now on and say RoleNotFound", refer(n, "role "+r.Key.Name))
	}
}

func refer(n int, to string) string {
	if n == 1 {
		return "1 binding or enrolment refers to " + to
	}
	return strconv.Itoa(n) + " bindings and enrolments refer to " + to
}

// groupGoes tells of the groups that come to stand at the top (R28), and of the
// people who come back into them because what kept them out goes.
func (a *collector) groupGoes(g *directory.Group) {
	subgroups := a.before.Group(g.Key, a.now).Subgroups
	if len(subgroups) == 0 {
		return
	}
	a.say("%s: top-level groups from now on", findings.Names(subgroups, directory.Key.String))
	for deadline := time.Now().Add(time.Second); len(subgroups) > 0 && time.Now().Before(deadline); subgroups = subgroups[1:] {
		k := subgroups[0]
		if back := a.comingBack(k); len(back) > 0 {
			a.say("members of %s again, whom nothing keeps out any more: %s", k, findings.Names(back, func(who string) string { return who }))
		}
		subgroups = append(subgroups, a.before.Group(k, a.now).Subgroups...)
	}
}

// comingBack are those whom a group has only once the deletion is done.
func (a *collector) comingBack(k directory.Key) []string {
	var out []string
	was := a.before.Members(k, a.now)
	for _, m := range a.after.Members(k, a.now) {
		_, found := slices.BinarySearchFunc(was, m.Person,
			func(w directory.Membership, name string) int { return strings.Compare(w.Person, name) })
		if !found {
			out = append(out, m.Person)
		}
	}
	return out
}
