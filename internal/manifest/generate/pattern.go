package generate

// Pattern is a kind of organisation: what its templates and groups are called, and what they give.
type Pattern struct {
	Name, Title string
	Templates   []template
	// grants names the template of each default group.
	grants map[string]string
	// employees are the default groups that stand below the group employees.
	employees []string
}

type template struct {
	name, title, comment string
	roles                []string
}

// defaultGroup is one of the groups with which every organisation begins.
type defaultGroup struct{ name, title, purpose, comment string }

// DefaultGroups are their names, in order.
func DefaultGroups() []string {
	var out []string
	for _, g := range defaultGroups {
		out = append(out, g.name)
	}
	return out
}

var defaultGroups = []defaultGroup{
	{"administrators", "Administrators", "PlatformStaff", "Run the organisation: people, roles, content, settings. Keep the list short."},
	{"managers", "Managers", "Team", "Answer for results, and see the figures."},
	{"employees", "Employees", "Team", "Everybody on the staff. The groups below pass their members up, so list people where they work."},
	{"instructors", "Instructors", "Team", "Teach. What they do in a course is bound there."},
	{"learners", "Learners", "Cohort", "Learn. Give each intake or class a group of its own with parentRef: {name: learners}."},
	{"teaching-assistants", "Teaching Assistants", "Team", "Help to teach; bound at the courses in which they assist."},
	{"moderators", "Moderators", "Moderators", "Keep discussions civil; bound at the campuses that they look after."},
	{"mentors", "Mentors", "Team", "Look after newcomers; bound at campuses and courses."},
	{"community-leaders", "Community Leaders", "Community", "Speak for the community and bring people together."},
	{"content-creators", "Content Creators", "Team", "Write courses; bound at the campuses for which they write."},
	{"technical-support", "Technical Support", "PlatformStaff",
		"Help people with the platform. Access to what others write is bound where it is needed, for as long as it is needed."},
	{"content-reviewers", "Content Reviewers", "Team", "Read what is written before it is taught; bound where they review."},
}

// Patterns are the kinds of organisation that are known.
func Patterns() []Pattern { return []Pattern{education, corporate, community} }

// What administrators, authors and mentors do is the same everywhere.
var (
	administrator = template{"administrator", "Administrator", "Everything but money and the role of Superadmin.",
		[]string{"organisation-admin", "campus-admin", "course-admin", "module-admin", "session-admin", "task-admin"}}
	author = template{"author", "Author", "Writes content. Whoever teaches too is bound to both templates: roles add up.",
		[]string{"campus-author", "course-author", "module-author", "session-author", "task-author"}}
	mentor = template{"mentor", "Mentor", "Looks after people rather than content.",
		[]string{"campus-mentor", "course-coach", "session-coach"}}
	moderator = template{"moderator", "Moderator", "Campuses have the role; in a session the facilitator's is the nearest.",
		[]string{"campus-moderator", "session-facilitator"}}
	reviewer = template{"reviewer", "Reviewer", "Sees what is handed in and answers it.",
		[]string{"course-coach", "task-reviewer"}}
	analyst = template{"manager", "Manager", "Sees people and figures, and changes nothing. The role may export data.",
		[]string{"organisation-analyst", "campus-coach"}}
	member = template{"member", "Member", "Belongs, and sees the library.",
		[]string{"organisation-member", "campus-member"}}
)

var education = Pattern{
	Name: "education", Title: "educational institution",
	Templates: []template{
		administrator, analyst, member,
		{"lecturer", "Lecturer", "Teaches and grades. Bound at a course it gives course-instructor, at a task task-reviewer.",
			[]string{"campus-member", "course-instructor", "module-instructor", "session-instructor", "task-reviewer"}},
		{"teaching-assistant", "Teaching Assistant",
			"Assists in a course. A course that wants its assistants to grade gives itself a Custom role.",
			[]string{"course-coach", "session-facilitator", "task-reviewer"}},
		{"learner", "Learner", "The same template serves a course, its modules, its sessions and its tasks.",
			[]string{"organisation-member", "campus-member", "course-student", "module-student", "session-participant", "task-student"}},
		author, mentor, moderator, reviewer,
	},
	grants: map[string]string{
		"administrators": "administrator", "managers": "manager", "employees": "member", "instructors": "lecturer", "learners": "learner",
		"teaching-assistants": "teaching-assistant", "moderators": "moderator", "mentors": "mentor", "content-creators": "author",
		"content-reviewers": "reviewer",
	},
	employees: []string{"administrators", "managers", "instructors", "technical-support"},
}

var corporate = Pattern{
	Name: "corporate", Title: "corporate training",
	Templates: []template{
		administrator, analyst, member,
		{"trainer", "Trainer", "Delivers training. Sessions are where most of it happens.",
			[]string{"campus-member", "course-instructor", "module-instructor", "session-instructor", "task-reviewer"}},
		{"co-trainer", "Co-trainer", "Assists a trainer.",
			[]string{"course-coach", "session-facilitator"}},
		{"trainee", "Trainee", "What a trainee is at each level.",
			[]string{"organisation-member", "campus-member", "course-student", "module-student", "session-participant", "task-student"}},
		author, mentor, moderator, reviewer,
	},
	grants: map[string]string{
		"administrators": "administrator", "managers": "manager", "employees": "member", "instructors": "trainer", "learners": "trainee",
		"teaching-assistants": "co-trainer", "moderators": "moderator", "mentors": "mentor", "content-creators": "author",
		"content-reviewers": "reviewer",
	},
	employees: []string{"administrators", "managers", "instructors", "content-creators", "technical-support"},
}

var community = Pattern{
	Name: "community", Title: "community",
	Templates: []template{
		administrator, analyst, member,
		{"guide", "Guide", "Runs a course or an event for the others.",
			[]string{"campus-member", "course-instructor", "module-instructor", "session-instructor", "session-organiser"}},
		{"helper", "Helper", "Lends a hand at events.",
			[]string{"course-coach", "session-facilitator"}},
		{"participant", "Participant", "Takes part. Guests of the organisation see it and its profile, and not the library.",
			[]string{"organisation-guest", "campus-member", "course-student", "module-student", "session-participant", "task-student"}},
		{"community-leader", "Community Leader", "Brings people and events together.",
			[]string{"organisation-coach", "campus-mentor", "session-organiser"}},
		author, mentor, moderator, reviewer,
	},
	grants: map[string]string{
		"administrators": "administrator", "managers": "manager", "employees": "member", "instructors": "guide", "learners": "participant",
		"teaching-assistants": "helper", "moderators": "moderator", "mentors": "mentor", "community-leaders": "community-leader",
		"content-creators": "author", "content-reviewers": "reviewer",
	},
	employees: []string{"administrators", "managers", "technical-support"},
}
