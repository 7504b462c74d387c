package university

import (
	"fmt"
	"strconv"

	"provost.dev/provost/internal/manifest/generate"
)

// found draws faculties and programmes.
func (u *University) found() {
	for i := range u.numFaculties() {
		u.faculties = append(u.faculties, &faculty{id: fields[i].id, title: fields[i].title})
	}
	for i := range u.numProgrammes() {
		f, round := i%len(u.faculties), i/len(u.faculties)
		subjects := fields[f].subjects
		s := subjects[round%len(subjects)]
		p := &programme{id: s, title: title(s), faculty: u.faculties[f]}
		if part := round / len(subjects); part > 0 {
			p.id, p.title = fmt.Sprintf("%s-%d", s, part+1), fmt.Sprintf("%s %s", p.title, roman(part+1))
		}
		u.programmes = append(u.programmes, p)
	}
}

func (u *University) writeFaculties() {
	u.file("platform.yaml", generate.Document{Kind: "Platform", Name: "platform", Spec: []generate.Field{
		field("administrators", []generate.Map{ref("Person", u.staff[0].id), ref("UserGroup", "system:masters")}),
	}})
	u.file("namespace.yaml", generate.Document{APIVersion: "v1", Kind: "Namespace", Name: Namespace})
	u.file("organisation.yaml",
		object("Organisation", Namespace, field("displayName", "The University"), field("visibility", "Public")),
		binding("rectorate", ref("Organisation", Namespace), "organisation-admin", ref("Person", u.staff[0].id), ref("Person", u.staff[1].id)),
		group("staff", "All staff", choose("role", "staff")),
		binding("staff", ref("Organisation", Namespace), "organisation-member", ref("Group", "staff")),
		group("students", "All students", choose("role", "student")),
		binding("students", ref("Organisation", Namespace), "organisation-guest", ref("Group", "students")),
		object("RoleTemplate", "course-lead", field("roles", []generate.Map{named("course-author"), named("course-instructor")})),
	)
	for _, f := range u.faculties {
		at := ref("Campus", f.id)
		office, staff := f.id+"-office", f.id+"-staff"
		var runs []generate.Document // what the office runs itself
		for _, c := range f.courses[:min(10, len(f.courses))] {
			runs = append(runs, binding(office+"-"+c.id, ref("Course", c.id), "course-admin", ref("Group", office)))
		}
		u.file("faculties/"+f.id+".yaml", append([]generate.Document{
			object("Campus", f.id, field("displayName", f.title), field("visibility", "Organisation"),
				field("parentRef", ref("Organisation", Namespace))),
			binding(f.id+"-dean", at, "campus-admin", ref("Person", f.at("dean")[0].id)),
			group(office, f.title+", office", choose("faculty", f.id, "post", "office")),
			binding(office, at, "campus-moderator", ref("Group", office)),
			group(staff, f.title+", staff", choose("faculty", f.id, "role", "staff")),
			binding(staff, at, "campus-member", ref("Group", staff)),
			group(f.board(), f.title+", exam board", field("members", members(f.examiners(u.Semester)))),
		}, runs...)...)
	}
	for _, p := range u.programmes {
		var all []generate.Document
		for _, year := range u.intakes() {
			all = append(all, group(p.intake(year), fmt.Sprintf("%s, intake %d", p.title, year),
				choose("programme", p.id, "intake", strconv.Itoa(year))))
		}
		u.file("programmes/"+p.id+".yaml", all...)
	}
}

// intake names the group of those who began a programme in a year.
func (p *programme) intake(year int) string { return fmt.Sprintf("%s-%d", p.id, year) }

func (f *faculty) board() string { return f.id + "-exam-board" }

// examiners are five who teach; with each semester, another one takes the place of the longest.
func (f *faculty) examiners(semester int) []*person {
	teaching := f.at("teaching")
	var out []*person
	for i := range min(5, len(teaching)) {
		out = append(out, teaching[(semester+i)%len(teaching)])
	}
	return out
}

func members(people []*person) []generate.Map {
	var out []generate.Map
	for _, p := range people {
		out = append(out, named(p.id))
	}
	return out
}

func group(name, shown string, more ...generate.Field) generate.Document {
	return object("Group", name, append([]generate.Field{field("displayName", shown)}, more...)...)
}

// choose selects the people with the given attributes: names and values in turn.
func choose(pairs ...string) generate.Field {
	var m generate.Map
	for i := 0; i < len(pairs); i += 2 {
		m = append(m, field(pairs[i], pairs[i+1]))
	}
	return field("memberSelector", generate.Map{field("matchLabels", m)})
}

func binding(name string, at generate.Map, role string, subjects ...generate.Map) generate.Document {
	return object("RoleBinding", name, field("entityRef", at), field("roleRef", named(role)), field("subjects", subjects))
}
