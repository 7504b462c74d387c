// Package tables reads tables of who may change what, for the tests of whatever
// answers that: the judgement by itself, and an API server with the webhooks.
//
// A table is a file of sections, each with a world and rows. The world is
// described in the language of package script, and a little more:
//
//	== what the section shows
//	like school            the lines of the file school.world
//	campus/north under organisation/acme
//	NAME = bind bob course-student at course/algebra   a name for what the line declares
//	learners cohort        its learners may create sub-groups ("no learners cohort": they may not)
//	user ann is alice bob  the user name of these people ("-": none); without this it is the person's own name
//	platform admins person:root user:kim usergroup:ops appliers flux-system/flux matchnames groups subgroups declared
//	--
//	mia: new = bind bob course-student at course/algebra
//	=> allowed
//	kim [ops]: delete RoleBinding new
//	=> needs manage_course_users at course algebra, to delete the binding
//
// A row is a user name, with the groups of the user in brackets, and a line of
// the language that changes the world; "delete KIND NAME" deletes. After "=>"
// stands "allowed", or every reason why not, one a line and in order.
package tables
