package directory_test

// selections are the examples of R34.
var selections = []ruleCase{
	{"R34", "all entities of the level at and below one, now and later", `
		organisation/acme
		campus/north under organisation/acme
		course/algebra under campus/north
		course/rhetoric under organisation/acme
		bind helen course-coach at every course under campus/north
		? who view_course at course/algebra = helen
		? who view_course at course/rhetoric = nothing
		course/new under campus/north
		? who view_course at course/new = helen
		? helen at campus/north = nothing
		module/new under course/new
		? helen at module/new = nothing
		bind mia campus-coach at every campus under campus/north
		? who view_campus at campus/north = mia
	`},
	{"R34", "what moves gets and loses it at once", `
		organisation/acme
		campus/north under organisation/acme
		campus/south under organisation/acme
		course/algebra under campus/north
		bind helen course-coach at every course under campus/north
		bind sue course-coach at every course under campus/south
		? who view_course at course/algebra = helen
		course/algebra under campus/south
		? who view_course at course/algebra = sue
		campus/south
		? who view_course at course/algebra = nothing
		campus/south under organisation/acme
		delete campus/south
		? who view_course at course/algebra = nothing
		campus/south under organisation/acme
		? who view_course at course/algebra = sue
	`},
	{"R34", "only what belongs to the organisation that owns what it looks under", `
		organisation/acme
		campus/north under organisation/acme
		course/algebra under campus/north
		course/mine under campus/north private alice
		course/open under campus/north public
		bind helen course-coach at every course under campus/north
		? who view_course at course/algebra = helen
		? who view_course at course/mine = nothing
		? who view_course at course/open = nothing
		campus/north under organisation/acme private alice
		? who view_course at course/algebra = nothing
		campus/north under organisation/acme
		course/mine under campus/north
		? who view_course at course/mine = helen
		delete organisation/acme
		? who view_course at course/algebra = nothing
	`},
	{"R34", "a selection waits for what it looks under and for its groups", `
		group desk
		in desk: helen
		enrol desk course-coach at every course under campus/north
		course/algebra under campus/north
		? who view_course at course/algebra = nothing
		campus/north
		? who view_course at course/algebra = nothing
		organisation/acme
		campus/north under organisation/acme
		? who view_course at course/algebra = helen
		not in desk: helen
		? who view_course at course/algebra = nothing
	`},
	{"R34", "an Override at one entity, a Custom role of one, and a rule between roles hold there", `
		organisation/acme
		course/algebra under organisation/acme
		course/rhetoric under organisation/acme
		bind ina course-instructor at every course under organisation/acme
		override mild of course-instructor at course/algebra: view_course
		? ina at course/algebra = view_course
		? ina at course/rhetoric = course-instructor
		role ta at course/rhetoric: grade_submissions
		bind tom ta at every course under organisation/acme
		? roles tom at course/rhetoric = ta
		? roles tom at course/algebra = nothing
		bind ina course-student at course/rhetoric
		rule course-student excludes course-instructor deny
		? roles ina at course/rhetoric = course-instructor course-student(withheld)
		delete override mild
		? ina at course/algebra = course-instructor
	`},
	{"R34", "templates of a selection give the roles of its level", `
		organisation/acme
		course/algebra under organisation/acme
		bind ina %teachers at every course under organisation/acme
		? roles ina at course/algebra = nothing
		template teachers: course-instructor campus-coach
		? roles ina at course/algebra = course-instructor
		template teachers: course-author
		? roles ina at course/algebra = course-author
	`},
	{"R37", "a selection by attributes follows them", `
		organisation/acme
		course/algebra under organisation/acme
		course/lab under organisation/acme kind=sandbox room=1 room=2
		bind ina course-instructor at every course under organisation/acme: kind=sandbox,test
		bind sue course-coach at every course under organisation/acme: kind!=sandbox
		bind tom course-student at every course under organisation/acme: room=2
		? who view_course at course/lab = ina tom
		? who view_course at course/algebra = sue
		course/algebra under organisation/acme kind=test
		? who view_course at course/algebra = ina sue
		course/lab under organisation/acme
		? who view_course at course/lab = sue
	`},
	{"R34", "a selection counts in its window, and a denied person stays denied", `
		organisation/acme
		course/algebra under organisation/acme
		bind ina course-instructor at every course under organisation/acme from +1h until +2h
		? ina at course/algebra = nothing
		now +1h
		? ina at course/algebra = course-instructor
		deny ina at organisation/acme: grade_submissions
		? denied ina at course/algebra = grade_submissions
		now +2h
		? roles ina at course/algebra = nothing
	`},
}
