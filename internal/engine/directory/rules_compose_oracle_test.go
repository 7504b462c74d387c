package directory_test

import "testing"

// groupsOfGroups are the examples of R36.
var groupsOfGroups = []ruleCase{
	{"R36", "include declares the members of others, as Learners", `
		group staff(deans)
		in staff: alice:admin
		in deans: dora
		group building(internal)
		include internal: staff
		? members internal = alice dora
		? members building = alice dora
		in internal: bob:instructor
		? members internal = alice bob:instructor dora
	`},
	{"R36", "include counts as declared in a Listed group", `
		group staff
		in staff: alice
		group internal(night)
		listed internal
		include internal: staff
		in night: alice bob
		? members internal = alice
		? members night = alice
	`},
	{"R36", "require blocks who is not a member of each, there and below, and not above", `
		group building(lab(bench))
		group trained
		group vetted
		in lab: alice bob
		in bench: carol
		in trained: alice carol
		in vetted: alice
		require lab: trained vetted
		? members lab = alice
		? members bench = nothing
		? members building = alice carol
	`},
	{"R36", "a group below declares whom compose keeps out, and he passes above", `
		group building(internal(desk))
		group contractors
		exclude internal: contractors
		in internal: bob
		in desk: bob
		in contractors: bob
		? members internal = nothing
		? members desk = nothing
		? members building = bob
		not in desk: bob
		? members building = nothing
	`},
	{"R36", "windows of what is named are followed", `
		group staff
		group contractors
		group internal
		in staff: alice bob
		in contractors from +1h until +2h: alice
		include internal: staff
		exclude internal: contractors
		? members internal = alice bob
		now +1h
		? members internal = bob
		now +2h
		? members internal = alice bob
	`},
	{"R36", "what is missing adds nobody, and leaves nobody where it restricts", `
		group staff
		in staff: alice
		group a(below)
		group b
		group c
		in a: carol
		in below: carol
		in b: carol
		include a: staff gone
		? members a = alice carol
		require a: gone
		? members a = nothing
		? members below = nothing
		include b: staff
		exclude b: gone
		? members b = nothing
		include c: staff
		exclude c: b
		? members c = nothing
		delete group b
		? members c = nothing
		exclude c:
		? members c = alice
	`},
	{"R36", "a group below one that is excluded may miss somebody too", `
		group staff
		in staff: alice bob
		group contractors(agency)
		in agency: bob
		include agency: gone
		group internal
		include internal: staff
		exclude internal: contractors
		? members internal = nothing
		include agency:
		? members internal = alice
	`},
	{"R36", "an unsettled group gives what is certain", `
		group staff
		in staff: alice
		include staff: gone
		group a
		include a: staff
		group b
		in b: alice bob
		require b: staff
		? members a = alice
		? members b = alice
	`},
	{"R36", "a deny of an unsettled group reaches everybody whom it might have", `
		course/algebra
		group staff
		in staff: alice bob
		group all(internal)
		in internal: carol
		in all: alice:removed
		include internal: staff
		exclude internal: gone
		bind alice bob carol dora course-student at course/algebra
		deny @all: *
		? members all = nothing
		? who view_course at course/algebra = dora
		exclude internal:
		? who view_course at course/algebra = alice dora
	`},
	{"R36", "exclude of a group that hangs on attributes keeps out whoever has no Person", `
		group contractors(agency)
		select agency: type=contractor
		group staff
		in staff: alice bob
		group internal
		include internal: staff
		exclude internal: contractors
		? members internal = nothing
		person alice type=employee
		? members internal = alice
		person alice suspended type=contractor
		? members internal = nothing
		person alice suspended type=employee
		? members internal = alice
	`},
	{"R36", "groups whose parents go round exclude everybody", `
		group a
		group b
		group staff
		in staff: alice
		group c
		include c: staff
		exclude c: a
		? members c = alice
		group a under b
		group b under a
		? members c = nothing
	`},
}

func TestCase7StaffWithoutContractors(t *testing.T) {
	play(t, `
		group staff
		in staff: alice bob
		person alice
		person bob
		group contractors
		group internal
		include internal: staff
		exclude internal: contractors
		course/algebra
		bind @internal course-student at course/algebra
		? who view_course at course/algebra = alice bob
		in contractors from +1h until +2h: alice
		now +1h
		? who view_course at course/algebra = bob
		now +2h
		? who view_course at course/algebra = alice bob
		not in contractors: alice
		select contractors: type=contractor
		person alice type=contractor
		? who view_course at course/algebra = bob
		delete person alice
		? who view_course at course/algebra = bob
	`)
}

func TestCase8Circles(t *testing.T) {
	play(t, `
		group a
		group b
		in a: alice
		in b: alice
		exclude a: b
		exclude b: a
		? members a = nothing
		? members b = nothing
		? circle a = a b
		? circle b = a b
		group staff
		group contractors
		group agency
		group internal
		in staff: alice bob
		in agency: bob
		include contractors: agency
		include agency: contractors
		include internal: staff
		exclude internal: contractors
		? members internal = nothing
		? circle internal = nothing
		? circle agency = agency contractors
		? members agency = bob
		include agency:
		? members internal = alice
		group staff(contractors)
		exclude staff: contractors
		? circle contractors = contractors
		? circle staff = contractors
		? members staff = nothing
		? members contractors = nothing
		? members internal = nothing
		exclude staff:
		? members internal = alice
	`)
}

func TestCase9KeptOutAndNotAbove(t *testing.T) {
	play(t, `
		group building(internal)
		group contractors
		in internal: alice bob
		in contractors: bob
		exclude internal: contractors
		? members internal = alice
		? members building = alice
	`)
}
