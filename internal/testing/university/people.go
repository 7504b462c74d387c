package university

import (
	"fmt"
	"slices"
	"strconv"

	"provost.dev/provost/internal/manifest/generate"
)

// hire draws the staff: a dean and an office a faculty, and whoever teaches.
func (u *University) hire() {
	dice := u.dice(1)
	for i := range u.numStaff() {
		p := draw(dice, i)
		p.faculty, p.post = u.faculties[i%len(u.faculties)], "teaching"
		switch i / len(u.faculties) {
		case 0:
			p.post = "dean"
		case 1, 2:
			p.post = "office"
		}
		p.faculty.staff = append(p.faculty.staff, p)
		u.staff = append(u.staff, p)
	}
}

// at are the staff of a faculty with a post.
func (f *faculty) at(post string) (out []*person) {
	for _, p := range f.staff {
		if p.post == post {
			out = append(out, p)
		}
	}
	return out
}

// students are those of an intake of a programme. Who they are depends on the two alone, and on how many there are.
func (u *University) students(p *programme, year int) []*person {
	k := slices.Index(u.programmes, p)*1000 + year - 2000
	all, groups := u.People-u.numStaff(), len(u.programmes)*Intakes
	n := all / groups
	if slices.Index(u.programmes, p) == 0 && year == u.year() {
		n += all % groups // the newest intake of the first programme has the rest
	}
	dice := u.dice(uint64(10_000 + k)) //nolint:gosec // small and not negative
	out := make([]*person, n)
	for i := range out {
		out[i] = draw(dice, k*1000+i)
		out[i].programme, out[i].intake = p, year
	}
	return out
}

// intakes are the years in which those who study now began, the oldest first.
func (u *University) intakes() []int {
	var out []int
	for i := range Intakes {
		out = append(out, u.year()-Intakes+1+i)
	}
	return out
}

func (u *University) writePeople() {
	for _, f := range u.faculties {
		var all []generate.Document
		for _, p := range f.staff {
			all = append(all, p.document(generate.Map{field("faculty", f.id), field("post", p.post), field("role", "staff")}))
		}
		u.file("people/staff-"+f.id+".yaml", all...)
	}
	for _, p := range u.programmes {
		for _, year := range u.intakes() {
			var all []generate.Document
			for _, s := range u.students(p, year) {
				all = append(all, s.document(generate.Map{
					field("intake", strconv.Itoa(year)), field("programme", p.id), field("role", "student"),
				}))
			}
			u.file(fmt.Sprintf("people/%s-%d.yaml", p.id, year), all...)
		}
	}
}

func (p *person) document(attributes generate.Map) generate.Document {
	for i, a := range attributes {
		attributes[i].Value = []string{a.Value.(string)}
	}
	return generate.Document{Kind: "Person", Name: p.id, Spec: []generate.Field{
		field("displayName", p.name), field("email", p.mail), field("attributes", attributes),
	}}
}
