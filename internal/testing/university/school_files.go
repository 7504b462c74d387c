package university

import (
	"fmt"
	"strings"
	"time"
)

// Format is a form in which student information systems hand out what they know.
type Format string

// The forms.
const (
	OneRoster11 Format = "oneroster-1.1" // 1EdTech OneRoster 1.1, CSV binding
	OneRoster12 Format = "oneroster-1.2" // 1EdTech OneRoster 1.2, CSV binding
	SDS21       Format = "sds-2.1"       // Microsoft School Data Sync, CSV V2.1
	Plain       Format = "csv"           // tables of a site's own
)

// Formats are all of them.
var Formats = []Format{OneRoster11, OneRoster12, SDS21, Plain}

// Table is a file of rows, the first of which names the columns.
type Table struct {
	Name string
	Rows [][]string
}

func (t *Table) add(cells ...string) { t.Rows = append(t.Rows, cells) }

func table(name, header string) *Table {
	return &Table{Name: name + ".csv", Rows: [][]string{strings.Split(header, ",")}}
}

const day = "2006-01-02"

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(day)
}

// Tables are the files of a form, whole: all that is known, and not what changed.
func (s *School) Tables(f Format) []*Table {
	switch f {
	case OneRoster11, OneRoster12:
		return s.oneRoster(f == OneRoster12)
	case SDS21:
		return s.sds()
	default:
		return s.plain()
	}
}

// oneRoster are the files of OneRoster. Version 1.2 has the roles in a file of their own.
func (s *School) oneRoster(two bool) []*Table {
	manifest := table("manifest", "propertyName,value")
	manifest.add("manifest.version", "1.0")
	manifest.add("oneroster.version", map[bool]string{false: "1.1", true: "1.2"}[two])
	modified := s.Today.Format(time.RFC3339)

	sessions := table("academicSessions", "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear")
	for _, x := range s.Sessions {
		sessions.add(x.ID, "active", modified, x.Title, "semester", date(x.First), date(x.Last), "", x.Last.Format("2006"))
	}
	orgs := table("orgs", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId")
	for _, o := range s.Orgs {
		orgs.add(o.ID, "active", modified, o.Name, o.Type, "", o.Parent)
	}
	courses := table("courses",
		"sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"+
			"orgSourcedId,subjects,subjectCodes")
	for _, c := range s.Courses {
		courses.add(c.ID, "active", modified, "", c.Title, c.Code, "", c.Org, "", "")
	}
	classes := table("classes",
		"sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"+
			"schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods")
	for _, c := range s.Classes {
		classes.add(c.ID, "active", modified, c.Title, "", c.Course, c.Code, "scheduled", "", c.Org, c.Session, "", "", "")
	}
	enrolments := table("enrollments",
		"sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate")
	orgOf := map[string]string{}
	for _, c := range s.Classes {
		orgOf[c.ID] = c.Org
	}
	for _, e := range s.Enrolments {
		role, primary := e.Role, "false"
		switch {
		case role == "teacher":
			primary = "true"
		case role == "aide" && two:
			role = "teacher" // 1.2 has no aide among the roles of a class
		}
		enrolments.add(e.ID, "active", modified, e.Class, orgOf[e.Class], e.User, role, primary, date(e.First), date(e.Last))
	}
	out := []*Table{manifest, sessions, orgs, courses, classes, enrolments}
	if two {
		out = append(out, s.users12(modified)...)
	} else {
		out = append(out, s.users11(modified))
	}
	for _, t := range out[1:] {
		manifest.add("file."+strings.TrimSuffix(t.Name, ".csv"), "bulk")
	}
	for _, absent := range []string{"categories", "classResources", "courseResources", "demographics", "lineItems", "resources", "results"} {
		manifest.add("file."+absent, "absent")
	}
	manifest.add("source.systemName", "Campus")
	return out
}

func (s *School) users11(modified string) *Table {
	users := table("users",
		"sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"+
			"identifier,email,sms,phone,agentSourcedIds,grades,password")
	for _, u := range s.Users {
		users.add(u.ID, "active", modified, fmt.Sprint(u.Enabled), u.Org, u.Role, u.Login, "", u.Given, u.Family, "", u.Cohort, u.Email, "", "",
			"", "", secret)
	}
	return users
}

func (s *School) users12(modified string) []*Table {
	users := table("users",
		"sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,"+
			"phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,"+
			"preferredFamilyName,primaryOrgSourcedId,pronouns")
	roles := table("roles",
		"sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId")
	profiles := table("userProfiles",
		"sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,credentialType,username,password")
	for _, u := range s.Users {
		users.add(u.ID, "active", modified, fmt.Sprint(u.Enabled), u.Login, "", u.Given, u.Family, "", u.Cohort, u.Email, "", "", "", "", secret,
			"", "", "", "", "",
			u.Org, "")
		roles.add("r-"+u.ID, "active", modified, u.ID, "primary", u.Role, "", "", u.Org, "p-"+u.ID)
		profiles.add("p-"+u.ID, "active", modified, u.ID, "login", "campus", "portal", "", "password", u.Login, secret)
	}
	return []*Table{users, roles, profiles}
}

// secret stands where a system hands out passwords, so that a test sees where it gets to.
const secret = "correct-horse"

func (s *School) sds() []*Table {
	sessions := table("academicSessions", "sourcedId,title,type,schoolYear,startDate,endDate")
	for _, x := range s.Sessions {
		sessions.add(x.ID, x.Title, "semester", x.Last.Format("2006"), date(x.First), date(x.Last))
	}
	orgs := table("orgs", "sourcedId,name,type,parentSourcedId")
	for _, o := range s.Orgs {
		orgs.add(o.ID, o.Name, o.Type, o.Parent)
	}
	users := table("users", "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms")
	roles := table("roles", "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate")
	for _, u := range s.Users {
		users.add(u.ID, u.Login, u.Given, u.Family, secret, "", u.Email, "", "")
		roles.add(u.ID, u.Org, u.Role, "", "", "true", "", "")
	}
	courses := table("courses", "sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade")
	for _, c := range s.Courses {
		courses.add(c.ID, c.Org, c.Title, c.Code, "", "", "")
	}
	classes := table("classes", "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId")
	for _, c := range s.Classes {
		classes.add(c.ID, c.Org, c.Title, c.Session, c.Course)
	}
	enrolments := table("enrollments", "classSourcedId,userSourcedId,role")
	for _, e := range s.Enrolments {
		enrolments.add(e.Class, e.User, e.Role)
	}
	return []*Table{sessions, orgs, users, roles, courses, classes, enrolments}
}

// plain is one table of people and one of who is in what, with words of the site's own.
func (s *School) plain() []*Table {
	people := table("people", "Number,Account,First name,Surname,Mail,Status,Cohort")
	for _, u := range s.Users {
		people.add(u.ID, u.Login, u.Given, u.Family, u.Email, u.Role, u.Cohort)
	}
	list := table("participants", "Number,Class,Part,From,Until")
	sessions := map[string]Session{}
	for _, x := range s.Sessions {
		sessions[x.ID] = x
	}
	in := map[string]Session{}
	for _, c := range s.Classes {
		in[c.ID] = sessions[c.Session]
	}
	for _, e := range s.Enrolments {
		first, last := e.First, e.Last
		if first.IsZero() {
			first = in[e.Class].First
		}
		if last.IsZero() {
			last = in[e.Class].Last
		}
		list.add(e.User, e.Class, e.Role, date(first), date(last))
	}
	return []*Table{people, list}
}
