// Package script is the small language in which tests describe a world and ask
// about it. A script is a list of lines; "#" begins a comment. Names without a
// namespace are of the current one, which is "acme" until "use" says otherwise.
//
// Lines that declare (saying the same thing again replaces it):
//
//	course/algebra under campus/north         an entity; also "private OWNER", "public", and attributes: kind=lab
//	group corporate(engineering(qa) sales)    groups and who stands below whom
//	group team under beta/staff               a parent in another namespace
//	listed qa        cascading qa             how the group treats people whom it does not declare
//	in qa: alice bob:removed carol:instructor entries of the group's list
//	in qa from -1h until +2h: alice           entries with a window, beside those that there are
//	not in qa: alice                          entries deleted
//	select qa: team=a,b role!=x left !left    the member selector; nothing after the colon is the empty one
//	include lab: staff    require lab: trained    exclude lab: guests      what it is made of; nothing after the colon is nothing
//	visible course/algebra: public            who may know of it: members, organisation or public
//	visible qa: organisation staff            and who of a group sees its members: members, staff or organisation
//	admit staff: all                          who may stand below: same, all, or a selector over labels
//	bind alice @qa course-student at course/algebra from -1h until +2h
//	in qa from -1h during autumn: alice       entries with a term, cut by the window; so for "bind" and "enrol"
//	bind alice ta at every course under campus/north: kind=lab      what selects entities of a level, by attributes
//	                                          or not; also with "enrol"
//	enrol qa %teachers at course/algebra      "%" before a role's name makes it a template's
//	role ta at course/algebra: view_course    a Custom role
//	role ta for course at organisation/acme: view_course     one for all courses below
//	override mild of course-instructor at course/algebra: view_course
//	rule course-author requires campus-member at parent deny
//	rule course-student excludes course-instructor warn
//	template teachers: course-instructor ta
//	exactly alice at course/algebra: view_course        a PermissionOverride
//	deny alice @qa at course/algebra only within acme: grade_submissions
//	person alice suspended team=a team=b      attributes, with one value or several
//	platform declared zone Asia/Tokyo         or "platform open"
//	term autumn 2026-10-01 2027-01-01 Europe/Berlin     a Term; without a zone it has the Platform's
//	namespace beta tier=gold                  a Namespace with labels
//	use beta                                  the current namespace from here on
//	delete LINE                               what LINE declares (up to its colon) is gone
//	now +3h                                   the clock, counted from the script's beginning
//
// Lines that ask; the answer after "=" is compared as a set:
//
//	? alice at course/algebra = course-student + grade_submissions
//	? roles alice at course/algebra = course-student course-author(withheld)
//	? denied alice at course/algebra = grade_submissions
//	? who view_course at course/algebra = alice bob
//	? members qa = alice bob        ? groups alice = qa engineering
//	? cycle qa = engineering qa     ? circle qa = qa    ? parent qa = ok | none | missing | refused
//	? owner course/algebra = organisation | public | alice
//
// In answers a permission set is written as permission IDs and system roles,
// joined by blanks or "+"; "nothing" is the empty answer.
package script
