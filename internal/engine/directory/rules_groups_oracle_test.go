package directory_test

// groupsAndEnrolments are the examples of R12 to R20.
var groupsAndEnrolments = []ruleCase{
	{"R12", "only Active declares", `
		group cohort
		in cohort: alice bob:pending carol:inactive dora:removed
		? members cohort = alice
		in cohort: bob
		? members cohort = alice bob
	`},
	{"R12a", "an entry declares and blocks while its window is open", `
		organisation/acme
		group staff(team)
		in team from +1h until +2h: alice
		in team: bob
		in staff from +1h until +2h: bob:removed
		enrol staff organisation-member at organisation/acme
		? members staff = bob
		? groups bob = staff team
		now +1h
		? members staff = alice
		? groups bob = nothing
		? alice at organisation/acme = organisation-member
		now +2h
		? members staff = bob
		? alice at organisation/acme = nothing
	`},
	{"R12a", "several entries of one person, and the highest role of the open ones", `
		group team
		in team until +1h: alice:instructor
		in team from +1h until +3h: alice
		in team from +2h: alice:admin
		? members team = alice:instructor
		now +1h
		? members team = alice
		now +2h
		? members team = alice:admin
		in team from +3h: alice:removed
		now +3h
		? members team = nothing
	`},
	{"R12a", "what is never open does not declare, and blocks all the same", `
		group team
		in team: alice bob
		in team from +2h until +1h: alice:removed carol
		now +90m
		? members team = bob
	`},
	{"R12a", "a Listed group blocks whom no open entry of it declares", `
		group class(pairs)
		listed class
		in pairs: alice
		in class until +1h: alice
		? members pairs = alice
		now +1h
		? members pairs = nothing
	`},
	{"R12", "a selector adds the declared, active people whose attributes match", `
		group cohort
		select cohort: team=a,b !left
		person alice team=a
		person bob team=c
		person carol team=b left=yes
		person dora suspended team=a
		person erin
		? members cohort = alice
		person bob team=b
		? members cohort = alice bob
		delete person alice
		? members cohort = bob
	`},
	{"R12", "NotIn and DoesNotExist match where the attribute is absent", `
		person alice
		person bob team=a
		group one
		select one: team!=a
		group two
		select two: !team
		group three
		select three: team
		? members one = alice
		? members two = alice
		? members three = bob
	`},
	{"R12", "an empty selector adds nobody", `
		person alice
		group cohort
		select cohort:
		? members cohort = nothing
	`},
	{"R12", "Pending does not keep a selector from declaring", `
		person alice team=a
		group cohort
		in cohort: alice:pending
		select cohort: team=a
		? members cohort = alice
	`},
	{"R13", "up: declared in a group is a member of every group above", `
		group corporate(engineering(development qa) sales)
		in development: alice
		in qa: bob
		? members corporate = alice bob
		? members engineering = alice bob
		? members qa = bob
		? members sales = nothing
	`},
	{"R14", "down: Removed clears the subtree and touches nothing above", `
		group corporate(engineering(development(backend) qa) sales)
		in backend: alice
		in sales: alice
		in engineering: alice:removed
		? groups alice = corporate sales
		in corporate: alice:removed
		? groups alice = nothing
		in corporate: alice
		? groups alice = corporate sales
	`},
	{"R14", "a selector still declares whom the list removes: the groups above keep the person", `
		person alice team=a
		group corporate(engineering)
		select engineering: team=a
		in engineering: alice:removed
		? members engineering = nothing
		? members corporate = alice
	`},
	{"R15", "a Listed group blocks everyone whom it does not declare", `
		group corporate(engineering(development))
		listed engineering
		in development: alice bob
		in engineering: alice
		? members development = alice
		? members engineering = alice
		? members corporate = alice bob
		not in engineering: alice
		? members development = nothing
		? members corporate = alice bob
		cascading engineering
		? members development = alice bob
	`},
	{"R15", "a Listed group counts its selector", `
		person alice team=a
		group cohort(evening)
		listed cohort
		select cohort: team=a
		in evening: alice bob
		? members evening = alice
	`},
	{"R16", "roles within a group stay in it", `
		group corporate(engineering(development))
		in development: alice:admin
		in engineering: bob:instructor
		in corporate: bob:admin
		? members development = alice:admin
		? members engineering = alice bob:instructor
		? members corporate = alice bob:admin
	`},
	{"R17", "a missing parent makes a top-level group, until it appears", `
		group development under engineering
		in development: alice
		? parent development = missing
		? members engineering = nothing
		group engineering
		in engineering: alice:removed
		? parent development = ok
		? members development = nothing
		delete group engineering
		? members development = alice
	`},
	{"R17", "groups on a cycle, or below one, keep their own and pass nothing up", `
		group a(b(c(a)))
		group d under b
		group e under d
		in a: alice
		in b: bob
		in d: dora
		in e: erin
		? members a = alice
		? members b = bob
		? members d = dora
		? members e = erin
		? cycle e = a c b
		? cycle b = a c b
		group a
		? members a = alice bob dora erin
		? cycle e = nothing
	`},
	{"R17", "what blocks above a cycle's group still blocks", `
		group a(b(a))
		group c under b
		in c: alice bob carol
		in a: alice:removed
		in b: bob:removed carol
		? members c = carol
		listed a
		? members c = nothing
		? members b = nothing
	`},
	{"R17", "a group that is its own parent is a cycle", `
		group a(a)
		in a: alice
		group b under a
		in b: bob
		? cycle a = a
		? cycle b = a
		? members a = alice
	`},
	{"R18", "a parent in another namespace must admit", `
		group staff
		in staff: alice:removed
		use beta
		group team under acme/staff
		in team: alice bob
		? parent team = refused
		? members team = alice bob
		? members acme/staff = nothing
		use acme
		admit staff: all
		? members staff = bob
		? members beta/team = bob
		admit staff: tier=gold
		? parent beta/team = refused
		namespace beta tier=gold
		? parent beta/team = ok
		delete namespace beta
		? parent beta/team = refused
		admit staff: kubernetes.io/metadata.name=beta
		? parent beta/team = ok
		admit staff: same
		? parent beta/team = refused
	`},
	{"R18", "an edge that is not in effect is no part of a cycle", `
		group staff under beta/team
		in staff: alice
		use beta
		group team under acme/staff
		? cycle team = nothing
		admit team: all
		? parent acme/staff = ok
		? members team = alice
		use acme
		admit staff: all
		? cycle staff = acme/staff beta/team
	`},
	{"R19", "an enrolment has the effect of a binding", `
		course/algebra
		course/logic
		group cohort(evening)
		in evening: alice
		template helpers: course-student course-coach
		enrol cohort %helpers at course/algebra
		enrol cohort course-student at course/logic from +1h until +2h
		? alice at course/algebra = course-student + course-coach
		? alice at course/logic = nothing
		now +1h
		? alice at course/logic = course-student
		now +2h
		? alice at course/logic = nothing
	`},
	{"R19", "an enrolment is at entities of the group's namespace", `
		course/algebra
		use beta
		group cohort
		in cohort: alice
		enrol cohort course-student at course/algebra
		use acme
		? alice at course/algebra = nothing
		bind @beta/cohort course-student at course/algebra
		? alice at course/algebra = course-student
	`},
	{"R20", "a group by itself grants nothing, and people may be in many", `
		course/algebra
		group one
		group two
		in one: alice:admin
		in two: alice
		? groups alice = one two
		? alice at course/algebra = nothing
	`},
}
