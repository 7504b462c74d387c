package status_test

import "testing"

func TestEntities(t *testing.T) {
	const algebra = "{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Campus, name: north}}}"
	const own = "{kind: Course, metadata: {name: own}, spec: {ownership: Private, owner: zoe}}"
	runAll(t, []says{
		{"in order", "campus/north", algebra, "Ready=True/Succeeded Stalled=- parent=Campus/north people=0 children=0"},
		{"without its parent", "", algebra, "Ready=False/ParentNotFound Stalled=- parent=Campus/north"},
		{"below what cannot be a parent", "task/essay", "{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Task, name: essay}}}",
			"Ready=False/Invalid Stalled=True/Invalid"},
		{"with people, each counted once",
			"campus/north\nbind ann bob course-student at course/algebra\nbind ann course-instructor at course/algebra", algebra,
			"Ready=True/Succeeded people=2 roles=course-instructor:1,course-student:2"},
		{"with what stands below it", "campus/north\nmodule/sets under course/algebra\nmodule/maps under course/algebra", algebra,
			"Ready=True/Succeeded children=2"},
		{"an owner who need not be declared", "", own, "Ready=True/Succeeded"},
		{"an owner who must be", "platform declared", own, "Ready=False/PersonNotDeclared Stalled=-"},
		{"an owner who is", "platform declared\nperson zoe", own, "Ready=True/Succeeded"},
	})
}

func TestPeople(t *testing.T) {
	const ann = "{kind: Person, metadata: {name: ann}}"
	const suspended = "{kind: Person, metadata: {name: ann}, spec: {state: Suspended}}"
	const bound = "course/algebra\nbind ann course-student at course/algebra"
	runAll(t, []says{
		{"nobody's", "", ann, "Ready=True/Succeeded groups=0 namespaces="},
		{"with access", bound + "\nin qa: ann", ann, "Ready=True/Succeeded groups=1 namespaces=acme"},
		{"suspended", bound, suspended, "Ready=True/Suspended Stalled=- namespaces=acme"},
	})
}

func TestGroups(t *testing.T) {
	const team = "{kind: Group, metadata: {name: team}, spec: {parentRef: {name: guild}, members: [{name: ann}, {name: bob, state: Removed}]}}"
	const abroad = "{kind: Group, metadata: {name: team}, spec: {parentRef: {name: guild, namespace: beta}}}"
	enrols := func(more string) string {
		return "{kind: Group, metadata: {name: team}, spec: {members: [{name: ann}], enrolments: [" +
			"{name: all, entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}" + more + "}]}}"
	}
	const warns = "\n---\n{kind: Platform, metadata: {name: platform}, spec: {justification: Warn}}"
	runAll(t, []says{
		{"a parent and members", "group guild", team,
			"Ready=True/Succeeded parent=guild path=guild,team depth=1 declared=1 memberCount=1 members=ann"},
		{"an entry that is over and one that is to come", "now +1h",
			"{kind: Group, metadata: {name: team}, spec: {members: [{name: ann, notAfter: \"2027-01-01T00:30:00Z\"}, " +
				"{name: bob, notBefore: \"2027-01-01T02:00:00Z\"}, {name: cy, notAfter: \"2027-01-01T03:00:00Z\"}]}}",
			"Ready=True/Succeeded declared=1 memberCount=1 members=cy"},
		{"without its parent", "", team, "Ready=False/ParentNotFound Stalled=- path=team depth=0"},
		{"not admitted", "group beta/guild\nnamespace acme", abroad,
			"Ready=False/ParentNotAllowed Stalled=True/ParentNotAllowed parent=beta/guild path=team"},
		{"admitted", "group beta/guild\nadmit beta/guild: all\nnamespace acme", abroad, "Ready=True/Succeeded path=beta/guild,team"},
		{"on a cycle", "group guild under team", team, "Ready=False/Cycle Stalled=True/Cycle path=team depth=0"},
		{"below a cycle", "group guild under other\ngroup other under guild", team, "Ready=False/Cycle Stalled=True/Cycle"},
		{"an enrolment", "course/algebra", enrols(""), "Ready=True/Succeeded ReviewDue=- Unjustified=- RuleUnmet=-"},
		{"an enrolment of what is not there", "", enrols(""), "Ready=False/EntityNotFound Stalled=-"},
		{"one to be reviewed", "course/algebra\nnow +1h", enrols(`, reviewBy: "2027-01-01T00:30:00Z"`),
			"ReviewDue=True/ReviewByPassed Ready=True/Succeeded"},
		{"one to be reviewed later", "course/algebra\nnow +1h", enrols(`, reviewBy: "2027-01-01T02:00:00Z"`), "ReviewDue=-"},
		{"one that is over, of which nobody asks anything", "course/algebra\nnow +1h",
			enrols(`, reviewBy: "2027-01-01T00:30:00Z", notAfter: "2027-01-01T00:40:00Z"`) + warns,
			"Ready=True/Succeeded ReviewDue=- Unjustified=-"},
		{"without a justification", "course/algebra", enrols("") + warns, "Unjustified=True/JustificationMissing Ready=True/Succeeded"},
		{"with one", "course/algebra", enrols(", justification: a term") + warns, "Unjustified=-"},
		{"people who must be declared", "platform declared", "{kind: Group, metadata: {name: team}, spec: {members: [{name: ann}]}}",
			"UndeclaredPeople=True/NotDeclared Ready=True/Succeeded"},
		{"a rule that only warns",
			"course/algebra\nrule course-student excludes course-instructor warn\nbind ann course-instructor at course/algebra", enrols(""),
			"RuleUnmet=True/Warned Ready=True/Succeeded"},
	})
}

func TestRoles(t *testing.T) {
	role := func(spec string) string { return "{kind: Role, metadata: {name: helper}, spec: {" + spec + "}}" }
	const at = "entityRef: {kind: Course, name: algebra}, "
	custom := role("level: Course, type: Custom, " + at + "permissions: [view_course, grade_submissions]")
	over := role("level: Course, type: Override, overrides: course-student, " + at + "permissions: [view_course]")
	runAll(t, []says{
		{"a Custom role", "course/algebra\nbind ann helper at course/algebra", custom,
			"Ready=True/Succeeded permissions=grade_submissions,view_course permissionCount=2 bindings=1 people=1"},
		{"without its entity", "", custom, "Ready=False/EntityNotFound Stalled=-"},
		{"for the courses of a campus",
			"organisation/acme\ncampus/north under organisation/acme\ncourse/algebra under campus/north\nbind ann helper at course/algebra",
			role("level: Course, type: Custom, entityRef: {kind: Campus, name: north}, permissions: [view_course]"),
			"Ready=True/Succeeded permissions=view_course permissionCount=1 bindings=1 people=1"},
		{"of a level above its entity's",
			"campus/north", role("level: Organisation, type: Custom, entityRef: {kind: Campus, name: north}, permissions: []"),
			"Ready=False/Invalid Stalled=True/Invalid"},
		{"permissions that do not exist", "course/algebra", role("level: Course, type: Custom, " + at + "permissions: [fly, view_course, swim]"),
			"Ready=False/UnknownPermission Stalled=True/UnknownPermission permissions=view_course"},
		{"rules about roles that do not exist", "course/algebra",
			role("level: Course, type: Custom, " + at + "permissions: [], requires: [{role: course-nobody}]"), "Ready=False/RoleNotFound Stalled=-"},
		{"an Override", "course/algebra\nbind ann bob course-student at course/algebra", over, "Ready=True/Succeeded bindings=1 people=2"},
		{"an Override of nothing", "course/algebra", role("level: Course, type: Override, overrides: course-nobody, " + at + "permissions: []"),
			"Ready=False/NotSystemRole Stalled=True/NotSystemRole"},
		{"one of two Overrides", "course/algebra\noverride less of course-student at course/algebra: view_course", over,
			"Ready=False/Conflict Stalled=True/Conflict"},
		{"one that says that it is the system's", "", role("level: Course, type: System, permissions: []"),
			"Ready=False/Invalid Stalled=True/Invalid"},
		{"a system role", "course/algebra\nbind ann course-student at course/algebra",
			"{kind: Role, metadata: {name: course-student, namespace: provost-system}, spec: {level: Course, type: System, permissions: []}}",
			"Ready=True/Succeeded bindings=1 people=1"},
	})
}

func TestRoleTemplates(t *testing.T) {
	template := func(roles string) string {
		return "{kind: RoleTemplate, metadata: {name: staff}, spec: {roles: [" + roles + "]}}"
	}
	runAll(t, []says{
		{"a template", "course/algebra\nbind ann %staff at course/algebra", template("{name: course-author}, {name: campus-member}"),
			"Ready=True/Succeeded roleCount=2 bindings=1 people=1"},
		{"a template of roles that do not exist", "", template("{name: course-author}, {name: course-nobody}"),
			"Ready=False/RoleNotFound Stalled=- roleCount=1"},
	})
}

func TestRoleBindings(t *testing.T) {
	binding := func(role, who, more string) string {
		return "{kind: RoleBinding, metadata: {name: b}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: " + role + ", subjects: [" +
			who + "]" + more + "}}"
	}
	const student, template = "{name: course-student}", "{kind: RoleTemplate, name: staff}"
	const ann = "{kind: Person, name: ann}"
	plain := binding(student, ann, "")
	const warns = "\n---\n{kind: Platform, metadata: {name: platform}, spec: {justification: Required}}"
	const glass = `{kind: RoleBinding, metadata: {name: b, labels: {provost.dev/break-glass: ""}, annotations: {provost.dev/changed-by: root}}, spec: ` +
		`{entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: ann}], ` +
		`justification: fire, notAfter: "2027-01-01T02:00:00Z"}}`
	runAll(t, []says{
		{"in effect", "course/algebra", plain,
			"Ready=True/Succeeded Stalled=- role=course-student entity=Course/algebra people=1 until= nextTransition="},
		{"without its entity", "", plain, "Ready=False/EntityNotFound Stalled=- permissions= people=1"},
		{"of a role that does not exist", "course/algebra", binding("{name: helper}", ann, ""),
			"Ready=False/RoleNotFound Stalled=- permissions="},
		{"of another level's role", "course/algebra", binding("{name: campus-member}", ann, ""),
			"Ready=False/WrongLevel Stalled=True/WrongLevel"},
		{"of another entity's role", "course/algebra\ncourse/maths\nrole helper at course/maths: view_course", binding("{name: helper}", ann, ""),
			"Ready=False/RoleNotFound Stalled=-"},
		{"of an Override", "course/algebra\noverride less of course-student at course/algebra: view_course", binding("{name: less}", ann, ""),
			"Ready=False/Invalid Stalled=True/Invalid"},
		{"whose role is overridden", "course/algebra\noverride less of course-student at course/algebra: view_course", plain,
			"Ready=True/Succeeded permissions=view_course"},
		{"of a template", "course/algebra\ntemplate staff: course-author campus-member", binding(template, ann, ""),
			"Ready=True/Succeeded role=RoleTemplate/staff"},
		{"of a template that does not exist", "course/algebra", binding(template, ann, ""), "Ready=False/RoleTemplateNotFound Stalled=-"},
		{"of a template without a role of the level", "course/algebra\ntemplate staff: campus-member", binding(template, ann, ""),
			"Ready=False/WrongLevel Stalled=True/WrongLevel"},
		{"for groups that do not exist", "course/algebra", binding(student, ann+", {kind: Group, name: qa}, {kind: Group, name: dev}", ""),
			"Ready=False/GroupNotFound Stalled=- people=1"},
		{"to come", "course/algebra", binding(student, ann, `, notBefore: "2027-01-01T02:00:00Z"`),
			"Ready=True/Scheduled permissions= nextTransition=2027-01-01T02:00:00Z until="},
		{"begun", "course/algebra\nnow +3h", binding(student, ann, `, notBefore: "2027-01-01T02:00:00Z", notAfter: "2027-01-01T04:00:00Z"`),
			"Ready=True/Succeeded nextTransition=2027-01-01T04:00:00Z until=2027-01-01_04:00:00Z"},
		{"over, whatever it names", "now +3h", binding("{name: helper}", ann, `, notAfter: "2027-01-01T02:00:00Z"`) + warns,
			"Ready=True/Expired permissions= nextTransition= Unjustified=-"},
		{"to be reviewed", "course/algebra\nnow +1h", binding(student, ann, `, reviewBy: "2027-01-01T00:30:00Z"`),
			"ReviewDue=True/ReviewByPassed Ready=True/Succeeded"},
		{"without a justification", "course/algebra", plain + warns, "Unjustified=True/JustificationMissing Ready=True/Succeeded"},
		{"with one", "course/algebra", binding(student, ann, ", justification: a term") + warns, "Unjustified=-"},
		{"of a term that is open", "course/algebra\nterm autumn 2026-10-01 2027-03-31 Europe/Berlin",
			binding(student, ann, ", termRef: {name: autumn}"),
			"Ready=True/Succeeded permissions=view_course,view_course_details,view_library nextTransition=2027-03-31T22:00:00Z " +
				"until=2027-03-31_22:00:00Z"},
		{"of a term to come", "course/algebra\nterm autumn 2027-02-01 2027-03-31", binding(student, ann, ", termRef: {name: autumn}"),
			"Ready=True/Scheduled permissions= nextTransition=2027-02-01T00:00:00Z"},
		{"of a term that does not exist", "course/algebra", binding(student, ann, ", termRef: {name: autumn}"),
			"Ready=False/TermNotFound Stalled=- permissions= nextTransition= until="},
		{"of a term of which nothing is left", "course/algebra\nterm autumn 2026-02-01 2026-03-31",
			binding(student, ann, `, termRef: {name: autumn}, notBefore: "2026-05-01T00:00:00Z"`),
			"Ready=False/NeverOpen Stalled=True/NeverOpen until="},
		{"for an emergency", "course/algebra", glass, "BreakGlass=True/Emergency Ready=True/Succeeded"},
		{"of people who must be declared", "platform declared\ncourse/algebra", plain, "UndeclaredPeople=True/NotDeclared Ready=True/Succeeded"},
		{"under a rule that withholds",
			"campus/north\ncourse/algebra under campus/north\nrule course-student requires campus-member at parent deny", plain,
			"RuleUnmet=True/Withheld Ready=True/Succeeded"},
	})
}

func TestTerms(t *testing.T) {
	term := func(more string) string {
		return "{kind: Term, metadata: {name: autumn}, spec: {firstDay: \"2026-10-01\", lastDay: \"2027-03-31\"" + more + "}}"
	}
	const naming = `course/algebra
		bind ann course-student at course/algebra during autumn
		bind bob course-student at course/algebra during autumn
		in g during autumn: carol dora:removed
		enrol g course-student at course/algebra during autumn`
	runAll(t, []says{
		{"open", naming, term(", timeZone: Europe/Berlin"),
			"Ready=True/Succeeded Stalled=- state=Open timeZone=Europe/Berlin opens=2026-09-30T22:00:00Z closes=2027-03-31T22:00:00Z " +
				"bindings=2 enrolments=1 entries=2 courses=0"},
		{"to come", "now -3000h", term(""), "Ready=True/Scheduled state=NotYet timeZone=UTC opens=2026-10-01T00:00:00Z"},
		{"over", "now +3000h", term(""), "Ready=True/Expired state=Over closes=2027-04-01T00:00:00Z"},
		{"in the zone of the Platform", "platform open zone Asia/Tokyo", term(""), "state=Open timeZone=Asia/Tokyo opens=2026-09-30T15:00:00Z"},
		{"in a zone that there is not", naming, term(", timeZone: Mars/Phobos"),
			"Ready=False/UnknownTimeZone Stalled=True/UnknownTimeZone state= opens= closes= bindings=2"},
	})
}

func TestPermissionOverrides(t *testing.T) {
	override := func(name, more string) string {
		return "{kind: PermissionOverride, metadata: {name: " + name +
			"}, spec: {person: ann, entityRef: {kind: Course, name: algebra}, reason: r, " + more + "}}"
	}
	plain := override("p", "permissions: [view_course]")
	runAll(t, []says{
		{"in effect",
			"course/algebra\nbind ann course-student at course/algebra\noverride less of course-student at course/algebra: grade_submissions", plain,
			"Ready=True/Succeeded entity=Course/algebra permissionCount=1 replaced=grade_submissions"},
		{"without its entity", "", plain, "Ready=False/EntityNotFound Stalled=-"},
		{"of somebody who must be declared", "platform declared\ncourse/algebra", plain, "Ready=False/PersonNotDeclared Stalled=-"},
		{"of somebody suspended", "person ann suspended\ncourse/algebra", plain, "Ready=True/Succeeded"},
		{"permissions that do not exist", "course/algebra", override("p", "permissions: [fly]"),
			"Ready=False/UnknownPermission Stalled=True/UnknownPermission"},
		{"one of two", "course/algebra", plain + "\n---\n" + override("q", "permissions: []"), "Ready=False/Conflict Stalled=True/Conflict"},
		{"to come", "course/algebra", override("p", `permissions: [], notBefore: "2027-01-01T02:00:00Z"`), "Ready=True/Scheduled until="},
		{"over", "now +3h", override("p", `permissions: [], notAfter: "2027-01-01T02:00:00Z"`), "Ready=True/Expired until=2027-01-01_02:00:00Z"},
	})
}

func TestSystemDenies(t *testing.T) {
	deny := func(spec string) string {
		return "{kind: SystemDeny, metadata: {name: d}, spec: {reason: audit, " + spec + "}}"
	}
	const ann = "subjects: [{kind: Person, name: ann}], permissions: [view_course]"
	const guests = "subjects: [{kind: Group, name: guests, namespace: acme}], permissions: [view_course]"
	const known = "course/algebra\nbind ann course-student at course/algebra"
	runAll(t, []says{
		{"in effect", known, deny(ann), "Ready=True/Succeeded Stalled=- people=1 permissionCount=1 UnknownPeople=-"},
		{"of somebody whom nothing else names", "", deny(ann), "UnknownPeople=True/NotNamed Ready=True/Succeeded UndeclaredPeople=-"},
		{"of somebody who must be declared", "platform declared\n" + known, deny(ann),
			"Ready=True/Succeeded UndeclaredPeople=True/NotDeclared UnknownPeople=-"},
		{"of a group that does not exist", "namespace acme", deny(guests), "Ready=False/GroupNotFound Stalled=-"},
		{"at an entity that does not exist", known, deny(ann + ", scope: {entityRef: {kind: Course, name: maths, namespace: acme}}"),
			"Ready=False/EntityNotFound Stalled=-"},
		{"permissions that do not exist, and holes besides",
			"namespace acme", deny(`subjects: [{kind: Group, name: guests, namespace: acme}], permissions: [fly, view_course]`),
			"Ready=False/UnknownPermission Stalled=True/UnknownPermission permissionCount=1"},
		{"to come", known, deny(ann + `, notBefore: "2027-01-01T02:00:00Z"`), "Ready=True/Scheduled"},
		{"over, whatever it names", "now +3h", deny(guests + `, notAfter: "2027-01-01T02:00:00Z"`), "Ready=True/Expired"},
	})
}

func TestPlatforms(t *testing.T) {
	runAll(t, []says{
		{"counts", "course/algebra\ncourse/maths\nin qa: ann", "{kind: Platform, metadata: {name: platform}}",
			"Ready=True/Succeeded revision=v1.2.3 counts.courses=2 counts.groups=1 counts.tasks=0"},
		{"rules for roles that are none",
			"", "{kind: Platform, metadata: {name: platform}, spec: {roleRules: [{role: helper, requires: [{role: campus-member}]}]}}",
			"Ready=False/NotSystemRole Stalled=True/NotSystemRole"},
		{"administrators who must be declared", "",
			"{kind: Platform, metadata: {name: platform}, spec: {people: Declared, administrators: [{kind: Person, name: root}]}}",
			"UndeclaredPeople=True/NotDeclared Ready=True/Succeeded"},
	})
}
