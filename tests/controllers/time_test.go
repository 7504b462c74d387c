package controllers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"

	"provost.dev/provost/internal/testing/testenv"
)

// at is a moment some seconds from now, to the second as objects hold it.
func at(seconds int) string {
	return time.Now().Add(time.Duration(seconds) * time.Second).UTC().Format(time.RFC3339)
}

// What begins and ends by the clock is seen in statuses without anybody writing
// anything (R29). The moments are close, and the test waits for what has to
// come of them; that it has not come before is for the engine's tests to say,
// which have a clock of their own.
func TestWindows(t *testing.T) {
	env, _ := start(t)
	end, later := at(6), at(3600)
	read := func(moment string) string { return strings.Replace(moment, "T", "_", 1) } // the column UNTIL is for people
	walk(t, env,
		step{name: "a grant, an override and a deny that end", apply: school + fmt.Sprintf(`
---
kind: RoleBinding
metadata: {name: students}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: dana}], notAfter: %[1]q}
---
kind: RoleBinding
metadata: {name: observers}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Person, name: erin}]}
---
kind: PermissionOverride
metadata: {name: erin}
spec: {person: erin, entityRef: {kind: Course, name: algebra}, permissions: [view_course], reason: Visiting, notAfter: %[1]q}
---
kind: RoleBinding
metadata: {name: soon}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: fred}], notBefore: %[1]q, notAfter: %[2]q}
---
kind: SystemDeny
metadata: {name: passing}
spec: {subjects: [{kind: Person, name: gina}], permissions: ["*"], reason: Break, notAfter: %[1]q}
---
kind: Group
metadata: {name: visiting}
spec: {members: [{name: hugo, notAfter: %[1]q}, {name: iris, notBefore: %[1]q, notAfter: %[2]q}]}
---
kind: RoleBinding
metadata: {name: visitors}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Group, name: visiting}]}`, end, later), expect: `
RoleBinding/acme/students     Ready=True/Expired permissions= until=` + read(end) + `
RoleBinding/acme/soon         Ready=True/Succeeded nextTransition=` + later + ` until=` + read(later) + `
PermissionOverride/acme/erin  Ready=True/Expired until=` + read(end) + `
SystemDeny/passing            Ready=True/Expired
EffectivePermissions/acme/dana  absent
EffectivePermissions/acme/erin  roles[Course/algebra]=course-instructor customised=
EffectivePermissions/acme/fred  roles[Course/algebra]=course-student until[Course/algebra]=` + later + `
Group/acme/visiting             Ready=True/Succeeded members=iris
EffectivePermissions/acme/hugo  absent
EffectivePermissions/acme/iris  roles[Course/algebra]=course-student until[Course/algebra]=` + later},
	)
	requireEvent(t, env, "RoleBinding", "students", "Expired")
	requireEvent(t, env, "RoleBinding", "soon", "Succeeded")
}

func TestReviewAndJustification(t *testing.T) {
	env, _ := start(t)
	binding := func(extra string) string {
		return fmt.Sprintf(`
kind: RoleBinding
metadata: {name: students}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: dana}]%s}
---
kind: Group
metadata: {name: cohort}
spec:
  members: [{name: erin}]
  enrolments:
  - {name: first, entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}%s}`, extra, extra)
	}
	walk(t, env,
		step{name: "review comes due by itself and revokes nothing (R31)", apply: school + "---" + binding(fmt.Sprintf(", reviewBy: %q", at(4))),
			expect: `
RoleBinding/acme/students  Ready=True/Succeeded ReviewDue=True/ReviewByPassed
Group/acme/cohort          Ready=True/Succeeded ReviewDue=True/ReviewByPassed
EffectivePermissions/acme/dana  roles[Course/algebra]=course-student
EffectivePermissions/acme/erin  roles[Course/algebra]=course-student`},
		step{name: "a later review", apply: binding(fmt.Sprintf(", reviewBy: %q", at(3600))), expect: `
RoleBinding/acme/students  ReviewDue=-
Group/acme/cohort          ReviewDue=-`},
		step{name: "the Platform asks for a justification",
			apply: `{kind: Platform, metadata: {name: platform}, spec: {justification: Required}}`, expect: `
RoleBinding/acme/students  Ready=True/Succeeded Unjustified=True/JustificationMissing
Group/acme/cohort          Ready=True/Succeeded Unjustified=True/JustificationMissing
EffectivePermissions/acme/dana  roles[Course/algebra]=course-student`},
		step{name: "it is given", apply: binding(", justification: Autumn term"), expect: `
RoleBinding/acme/students  Unjustified=-
Group/acme/cohort          Unjustified=-`},
		step{name: "it is no longer asked for", apply: binding("") + `
---
{kind: Platform, metadata: {name: platform}, spec: {}}`, expect: `
RoleBinding/acme/students  Unjustified=-
Platform/platform          Ready=True/Succeeded observedGeneration=2`},
	)
	requireEvent(t, env, "RoleBinding", "students", "ReviewByPassed")
	requireEvent(t, env, "Group", "cohort", "JustificationMissing")
}

// requireEvent waits for an event about an object.
func requireEvent(t *testing.T, env *testenv.Env, kind, name, reason string) {
	t.Helper()
	for range 100 {
		list := &eventsv1.EventList{}
		if err := env.Client.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		for _, e := range list.Items {
			if e.Regarding.Kind == kind && e.Regarding.Name == name && e.Reason == reason {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("no event %s about %s %s", reason, kind, name)
}
