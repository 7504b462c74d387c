package directory_test

// bindingsToDenies are the examples of R7 to R11, and R29.
var bindingsToDenies = []ruleCase{
	{"R7", "whatever is missing gives nothing until it appears", `
		bind alice @cohort ta at course/algebra
		? alice at course/algebra = nothing
		role ta at course/algebra: view_course
		? alice at course/algebra = nothing
		course/algebra
		? who view_course at course/algebra = alice
		group cohort
		in cohort: bob
		? who view_course at course/algebra = alice bob
		delete course/algebra
		? alice at course/algebra = nothing
	`},
	{"R7", "notBefore is inclusive, notAfter exclusive", `
		course/algebra
		bind alice course-student at course/algebra from +1h until +2h
		? alice at course/algebra = nothing
		now +1h
		? alice at course/algebra = course-student
		now +1h59m59s
		? alice at course/algebra = course-student
		now +2h
		? alice at course/algebra = nothing
	`},
	{"R7", "a window that ends before it begins is never open", `
		course/algebra
		bind alice course-student at course/algebra from +2h until +1h
		bind bob course-student at course/algebra from 0s until 0s
		? who view_course at course/algebra = nothing
		now +1h30m
		? who view_course at course/algebra = nothing
		now +3h
		? who view_course at course/algebra = nothing
	`},
	{"R7", "a template gives its roles of the entity's level", `
		course/algebra
		campus/north
		template teachers: course-instructor course-author campus-coach no-such-role
		bind alice %teachers at course/algebra
		bind alice %teachers at campus/north
		? roles alice at course/algebra = course-instructor course-author
		? roles alice at campus/north = campus-coach
	`},
	{"R7", "a template of the own namespace comes before one of the system namespace", `
		course/algebra
		bind alice %teachers at course/algebra
		use provost-system
		template teachers: course-student
		use acme
		? roles alice at course/algebra = course-student
		template teachers: course-coach
		? roles alice at course/algebra = course-coach
		delete template teachers
		? roles alice at course/algebra = course-student
	`},
	{"R7", "a template may list a Custom role of the entity", `
		course/algebra
		course/logic
		role ta at course/algebra: view_submissions
		template helpers: ta course-student
		bind alice %helpers at course/algebra
		bind alice %helpers at course/logic
		? roles alice at course/algebra = ta course-student
		? roles alice at course/logic = course-student
	`},
	{"R8", "the union over all bindings, direct and through groups", `
		course/algebra
		group cohort
		in cohort: alice
		bind alice course-student at course/algebra
		bind @cohort alice course-coach at course/algebra
		enrol cohort course-author at course/algebra
		? alice at course/algebra = course-student + course-coach + course-author
		delete bind alice course-student at course/algebra
		? alice at course/algebra = course-coach + course-author
	`},
	{"R9", "a PermissionOverride replaces the roles, and gives where there are none", `
		course/algebra
		bind alice course-superadmin at course/algebra
		exactly alice at course/algebra: view_course
		exactly bob at course/algebra: grade_submissions
		? alice at course/algebra = view_course
		? bob at course/algebra = grade_submissions
		? who grade_submissions at course/algebra = bob
	`},
	{"R9", "it may be time-bound", `
		course/algebra
		bind alice course-student at course/algebra
		exactly alice at course/algebra from +1h until +2h: grade_submissions
		? alice at course/algebra = course-student
		now +1h
		? alice at course/algebra = grade_submissions
		now +2h
		? alice at course/algebra = course-student
	`},
	{"R9", "two in force for one pair: their intersection", `
		course/algebra
		exactly alice at course/algebra: view_course grade_submissions
		exactly alice at course/algebra until +1h: grade_submissions manage_wallet
		? alice at course/algebra = grade_submissions
		now +1h
		? alice at course/algebra = view_course grade_submissions
	`},
	{"R9", "nothing is granted at an entity that does not exist", `
		exactly alice at course/algebra: view_course
		? alice at course/algebra = nothing
		course/algebra
		? alice at course/algebra = view_course
	`},
	{"R10", "a deny wins over everything", `
		course/algebra
		bind alice course-superadmin at course/algebra
		exactly alice at course/algebra: *
		deny alice: manage_wallet
		? denied alice at course/algebra = manage_wallet
		? who manage_wallet at course/algebra = nothing
		deny everyone: *
		? alice at course/algebra = nothing
	`},
	{"R10", "it takes from the members of groups", `
		course/algebra
		group staff(contractors)
		in contractors: alice
		in staff: bob
		bind alice bob course-instructor at course/algebra
		deny @contractors: grade_submissions
		? who grade_submissions at course/algebra = bob
		deny @staff: grade_submissions
		? who grade_submissions at course/algebra = nothing
	`},
	{"R10", "without subjects it concerns nobody", `
		course/algebra
		bind alice course-student at course/algebra
		deny: *
		? alice at course/algebra = course-student
	`},
	{"R10", "an ID means the permission at every level that has it", `
		course/algebra
		organisation/acme
		bind alice course-superadmin at course/algebra
		bind alice organisation-superadmin at organisation/acme
		deny alice: manage_wallet
		? who manage_wallet at course/algebra = nothing
		? who manage_wallet at organisation/acme = nothing
	`},
	{"R10", "scopes: namespaces", `
		course/algebra
		bind alice course-student at course/algebra
		use beta
		course/logic
		bind alice course-student at course/logic
		deny alice within beta gamma: *
		? alice at course/logic = nothing
		use acme
		? alice at course/algebra = course-student
	`},
	{"R10", "scopes: an entity with what lies below, though it does not exist itself", `
		course/algebra under campus/north
		module/sets under course/algebra
		bind alice module-superadmin at module/sets
		deny alice at campus/north: *
		? alice at module/sets = nothing
		delete course/algebra
		? alice at module/sets = *
	`},
	{"R10", "scopes: an entity alone", `
		campus/north
		course/algebra under campus/north
		bind alice campus-admin at campus/north
		bind alice course-admin at course/algebra
		deny alice at campus/north only: *
		? alice at campus/north = nothing
		? alice at course/algebra = course-admin
	`},
	{"R10", "scopes: where both are given, both must hold", `
		course/algebra
		bind alice course-student at course/algebra
		deny alice at course/algebra within beta: *
		? alice at course/algebra = course-student
		deny alice at course/algebra within beta acme: *
		? alice at course/algebra = nothing
	`},
	{"R10", "it may be time-bound", `
		course/algebra
		bind alice course-student at course/algebra
		deny everyone from +1h until +2h: *
		? alice at course/algebra = course-student
		now +1h
		? alice at course/algebra = nothing
		now +2h
		? alice at course/algebra = course-student
	`},
	{"R11", "who is suspended has no permission and stays a member by name", `
		course/algebra
		group cohort
		in cohort: alice
		bind @cohort course-student at course/algebra
		exactly alice at course/algebra: *
		person alice suspended
		? alice at course/algebra = nothing
		? who view_course at course/algebra = nothing
		? members cohort = alice
		person alice
		? alice at course/algebra = *
	`},
	{"R11", "people: Declared takes permissions from whoever is not declared", `
		course/algebra
		bind alice bob course-student at course/algebra
		person bob
		? who view_course at course/algebra = alice bob
		platform declared
		? who view_course at course/algebra = bob
		person alice
		? who view_course at course/algebra = alice bob
		delete person bob
		? who view_course at course/algebra = alice
		delete platform
		? who view_course at course/algebra = alice bob
	`},
	{"R29", "the clock alone starts and ends what is time-bound, rules included", `
		course/algebra
		rule course-author requires course-student deny
		bind alice course-author at course/algebra
		bind alice course-student at course/algebra from +1h until +3h
		deny alice from +2h until +4h: view_course
		? alice at course/algebra = nothing
		now +1h
		? alice at course/algebra = course-author + course-student
		now +2h
		? who view_course at course/algebra = nothing
		? who edit_course_content at course/algebra = alice
		now +3h
		? alice at course/algebra = nothing
		now +4h
		? alice at course/algebra = nothing
	`},
}
