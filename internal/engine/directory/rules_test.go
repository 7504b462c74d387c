package directory_test

import (
	"slices"
	"testing"
)

// ruleCase is one small example of a rule; package script describes the language.
type ruleCase struct{ rule, about, script string }

// TestRules holds the engine, and the oracle, to each rule.
func TestRules(t *testing.T) {
	for _, c := range slices.Concat(entitiesAndRoles, bindingsToDenies, groupsAndEnrolments, selections) {
		t.Run(c.rule+" "+c.about, func(t *testing.T) { play(t, c.script) })
	}
}

// entitiesAndRoles are the examples of R1 to R6.
var entitiesAndRoles = []ruleCase{
	{"R1", "a parent of a level under which an entity may not stand is none", `
		module/sets
		course/algebra under module/sets
		bind alice course-student at course/algebra
		deny alice at module/sets: *
		? alice at course/algebra = course-student
	`},
	{"R1", "a session and a task may stand under several levels", `
		organisation/acme
		course/algebra under organisation/acme
		module/sets under course/algebra
		session/monday under module/sets
		task/essay under session/monday
		bind alice task-superadmin at task/essay
		deny alice at organisation/acme: *
		? alice at task/essay = nothing
	`},
	{"R1", "what is said of an entity is about the own namespace", `
		course/algebra
		use beta
		bind alice course-student at course/algebra
		? alice at course/algebra = nothing
		course/algebra
		? alice at course/algebra = course-student
		use acme
		? alice at course/algebra = nothing
	`},
	{"R2", "an entity is the organisation's where there is one above, and public elsewhere", `
		organisation/acme
		campus/north under organisation/acme
		course/algebra under campus/north
		course/logic
		? owner organisation/acme = organisation
		? owner course/algebra = organisation
		? owner course/logic = public
		course/logic private alice
		? owner course/logic = alice
		course/algebra under campus/north public
		? owner course/algebra = public
	`},
	{"R3", "permissions do not flow down", `
		organisation/acme
		campus/north under organisation/acme
		course/algebra under campus/north
		bind alice campus-superadmin at campus/north
		bind alice organisation-superadmin at organisation/acme
		? alice at campus/north = *
		? alice at course/algebra = nothing
	`},
	{"R4", "a system role is bindable at every entity of its level and nowhere else", `
		course/algebra
		campus/north
		bind alice course-student at campus/north
		bind alice course-student at course/algebra
		? alice at campus/north = nothing
		? alice at course/algebra = course-student
	`},
	{"R4", "a Custom role is bindable at its entity only", `
		course/algebra
		course/logic
		role ta at course/algebra: view_course grade_submissions
		bind alice ta at course/algebra
		bind alice ta at course/logic
		? alice at course/algebra = view_course grade_submissions
		? alice at course/logic = nothing
	`},
	{"R4", "the wildcard is every permission of the level", `
		course/algebra
		role all at course/algebra: *
		bind alice all at course/algebra
		? alice at course/algebra = course-superadmin
	`},
	{"R4", "an unknown permission gives nothing, the others of the list count", `
		course/algebra
		role ta at course/algebra: view_course view_campus no_such_thing
		bind alice ta at course/algebra
		? alice at course/algebra = view_course
	`},
	{"R4", "an Override counts for every binding of the role at the entity, and nowhere else", `
		course/algebra
		course/logic
		bind alice @staff course-instructor at course/algebra
		bind alice course-instructor at course/logic
		group staff
		in staff: bob
		override mild of course-instructor at course/algebra: view_course
		? alice at course/algebra = view_course
		? bob at course/algebra = view_course
		? alice at course/logic = course-instructor
		delete override mild
		? bob at course/algebra = course-instructor
	`},
	{"R4", "an Override is not bound and replaces no role of another level", `
		course/algebra
		override mild of course-instructor at course/algebra: *
		override wild of campus-admin at course/algebra: *
		bind alice mild at course/algebra
		? alice at course/algebra = nothing
		bind bob course-student at course/algebra
		? bob at course/algebra = course-student
	`},
	{"R4", "a Custom role with a system role's name is never meant", `
		course/algebra
		role course-student at course/algebra: *
		bind alice course-student at course/algebra
		? alice at course/algebra = course-student
	`},
	{"R5", "two Overrides of one role at one entity: their intersection", `
		course/algebra
		bind alice course-instructor at course/algebra
		override one of course-instructor at course/algebra: view_course deliver_course
		override two of course-instructor at course/algebra: view_course moderate_course
		? alice at course/algebra = view_course
		override three of course-instructor at course/algebra: moderate_course
		? alice at course/algebra = nothing
		delete override two
		delete override three
		? alice at course/algebra = view_course deliver_course
	`},
	{"R6", "requires with Warn reports and takes nothing", `
		course/algebra
		rule course-author requires course-student warn
		bind alice course-author at course/algebra
		? roles alice at course/algebra = course-author(warned)
		? alice at course/algebra = course-author
	`},
	{"R6", "requires with Deny withholds until the other role is held", `
		course/algebra
		role ta at course/algebra: grade_submissions
		rule ta requires course-student deny
		bind alice ta at course/algebra
		? roles alice at course/algebra = ta(withheld)
		bind alice course-student at course/algebra until +1h
		? alice at course/algebra = course-student + grade_submissions
		now +1h
		? alice at course/algebra = nothing
	`},
	{"R6", "a withheld role is held all the same: the order does not matter", `
		course/algebra
		rule course-author requires course-coach deny
		rule course-coach requires course-student deny
		bind alice course-author at course/algebra
		bind alice course-coach at course/algebra
		? roles alice at course/algebra = course-author course-coach(withheld)
	`},
	{"R6", "at the parent: unmet without a parent, or with a missing one", `
		course/algebra under campus/north
		rule course-author requires campus-member at parent deny
		bind alice campus-member at campus/north
		bind alice course-author at course/algebra
		? alice at course/algebra = nothing
		campus/north
		? alice at course/algebra = course-author
		course/algebra
		? alice at course/algebra = nothing
	`},
	{"R6", "an exclusion that one role declares withholds that role alone", `
		course/algebra
		rule course-student excludes course-instructor deny
		bind alice course-student at course/algebra
		bind alice course-instructor at course/algebra
		? roles alice at course/algebra = course-student(withheld) course-instructor
		? alice at course/algebra = course-instructor
	`},
	{"R6", "exclusion is about one entity", `
		course/algebra
		course/logic
		rule course-student excludes course-instructor deny
		bind alice course-student at course/algebra
		bind alice course-instructor at course/logic
		? alice at course/algebra = course-student
	`},
	{"R6", "a PermissionOverride is no role, and suspension takes none away", `
		course/algebra
		rule course-author requires course-student deny
		bind alice course-author at course/algebra
		exactly alice at course/algebra: *
		? roles alice at course/algebra = course-author(withheld)
		bind alice course-student at course/algebra
		deny alice: *
		? roles alice at course/algebra = course-author course-student
	`},
	{"R6", "the rules of a system role hold also where it is overridden", `
		course/algebra
		rule course-author requires course-student deny
		override mild of course-author at course/algebra: view_course
		bind alice course-author at course/algebra
		? alice at course/algebra = nothing
	`},
}
