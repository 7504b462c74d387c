package directory_test

const twoCampuses = `
	organisation/acme
	organisation/other
	campus/north under organisation/acme
	course/physics-1 under campus/north
	course/physics-2 under campus/north
	course/hers under campus/north private dana
	course/elsewhere under organisation/other
	course/alone
	in board: ann
`

// A role of the organisation is given at its courses, and an Override there is their default (R35).
var rolesFromAbove = []ruleCase{
	{"R35", "an examiner of the organisation, at every course that belongs to it", twoCampuses + `
		role examiner for course at organisation/acme: view_course grade_submissions
		bind @board examiner at course/physics-1
		bind @board examiner at course/hers
		bind @board examiner at course/elsewhere
		bind @board examiner at course/alone
		bind @board examiner at organisation/acme
		? ann at course/physics-1 = view_course grade_submissions
		? ann at course/physics-2 = nothing
		? ann at course/hers = nothing
		? ann at course/elsewhere = nothing
		? ann at course/alone = nothing
		? ann at organisation/acme = nothing
		campus/north under organisation/other
		? ann at course/physics-1 = nothing
		campus/north under organisation/acme
		course/physics-1 under campus/north public
		? ann at course/physics-1 = nothing
		course/physics-1 under campus/north
		? ann at course/physics-1 = view_course grade_submissions
		delete role examiner
		? ann at course/physics-1 = nothing
	`},
	{"R35", "the board at all courses, with a role of the organisation", twoCampuses + `
		role examiner for course at organisation/acme: grade_submissions
		bind @board examiner at every course under organisation/acme
		? ann at course/physics-1 = grade_submissions
		? ann at course/physics-2 = grade_submissions
		? ann at course/hers = nothing
		in board: ben
		? ben at course/physics-2 = grade_submissions
		role examiner for course at organisation/acme: view_course
		? ann at course/physics-1 = view_course
	`},
	{"R35", "instructors do not grade, but in physics-1", twoCampuses + `
		bind ann course-instructor at course/physics-1
		bind ann course-instructor at course/physics-2
		bind ann course-instructor at course/hers
		override mild of course-instructor at organisation/acme: view_course
		? ann at course/physics-1 = view_course
		? ann at course/physics-2 = view_course
		? ann at course/hers = course-instructor
		override graders of course-instructor at course/physics-1: view_course grade_submissions
		? ann at course/physics-1 = view_course grade_submissions
		? ann at course/physics-2 = view_course
		override strict of course-instructor at campus/north: deliver_course
		? ann at course/physics-1 = view_course grade_submissions
		? ann at course/physics-2 = deliver_course
		delete override graders
		? ann at course/physics-1 = deliver_course
		override second of course-instructor at campus/north: view_course deliver_course
		override strict of course-instructor at campus/north: deliver_course grade_submissions
		? ann at course/physics-1 = deliver_course
		delete override strict
		delete override second
		? ann at course/physics-1 = view_course
		delete override mild
		? ann at course/physics-1 = course-instructor
	`},
	{"R35", "an Override of what a selection gives", twoCampuses + `
		bind @board course-instructor at every course under campus/north
		? ann at course/physics-1 = course-instructor
		override mild of course-instructor at organisation/acme: view_course
		? ann at course/physics-1 = view_course
		override graders of course-instructor at course/physics-2: grade_submissions
		? ann at course/physics-1 = view_course
		? ann at course/physics-2 = grade_submissions
	`},
	{"R35", "a role that asks for one at the nearest entity of its level", twoCampuses + `
		module/m under course/physics-1
		rule module-author requires organisation-member at parent deny
		bind ann module-author at module/m
		? ann at module/m = nothing
		bind ann organisation-member at organisation/other
		? ann at module/m = nothing
		bind ann organisation-member at organisation/acme
		? ann at module/m = module-author
		campus/north under organisation/other
		? ann at module/m = module-author
		delete bind ann organisation-member at organisation/other
		? ann at module/m = nothing
	`},
}
