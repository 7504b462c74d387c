package cel

import "testing"

func TestTerm(t *testing.T) {
	day := func(first, last string) string { return `{firstDay: "` + first + `", lastDay: "` + last + `"}` }
	const form = "must be a date of the calendar, as year, month and day, for example 2027-02-01"
	table{kind: "Term", name: "autumn-2026", cases: []testCase{
		{about: "as in the documentation", spec: `{displayName: Autumn, firstDay: "2026-10-01", lastDay: "2027-03-31", timeZone: Europe/Berlin}`},
		{about: "one day", spec: day("2026-10-01", "2026-10-01")},
		{about: "a leap day", spec: day("2028-02-29", "2400-02-29")},
		{about: "no days", spec: `{}`, refused: "spec.firstDay: Required value"},
		{about: "the end before the beginning", spec: day("2026-10-02", "2026-10-01"), refused: "lastDay must not be before firstDay"},
		{about: "30 February", spec: day("2027-02-30", "2027-03-31"), refused: form},
		{about: "29 February of no leap year", spec: day("2027-02-29", "2027-03-31"), refused: form},
		{about: "29 February of 2100", spec: day("2100-02-29", "2100-03-31"), refused: form},
		{about: "31 November", spec: day("2026-10-01", "2026-11-31"), refused: form},
		{about: "the 13th month", spec: day("2026-13-01", "2027-01-31"), refused: form},
		{about: "a moment", spec: day("2026-10-01T00:00:00Z", "2027-01-31"), refused: "spec.firstDay: Too long"},
		{about: "a short day", spec: day("2026-10-1", "2027-01-31"), refused: form},
		{about: "zones of several parts", spec: `{firstDay: "2026-10-01", lastDay: "2027-03-31", timeZone: America/Argentina/Buenos_Aires}`},
		{about: "a zone with a blank", spec: `{firstDay: "2026-10-01", lastDay: "2027-03-31", timeZone: "Europe/ Berlin"}`,
			refused: "must be the name of a time zone of the IANA database"},
		{about: "a zone out of the database", spec: `{firstDay: "2026-10-01", lastDay: "2027-03-31", timeZone: ../etc/passwd}`,
			refused: "must be the name of a time zone of the IANA database"},
	}}.run(t)
}

// A term is of the own namespace or, explicitly, of the system's (R33).
func TestTermReferences(t *testing.T) {
	const head, elsewhere = "entityRef: {kind: Course, name: c}\nroleRef: {name: r}\nsubjects: []\n",
		"must be provost-system, or left out for a term of the own namespace"
	table{kind: "RoleBinding", name: "b", cases: []testCase{
		{about: "of the own namespace", spec: head + "termRef: {name: autumn}"},
		{about: "of the system's", spec: head + "termRef: {name: autumn, namespace: provost-system}"},
		{about: "of another one", spec: head + "termRef: {name: autumn, namespace: beta}", refused: elsewhere},
		{about: "without a name", spec: head + "termRef: {}", refused: "spec.termRef.name: Required value"},
		{about: "by a plain name", spec: head + "termRef: autumn", refused: "spec.termRef"},
	}}.run(t)
	table{kind: "Group", name: "g", cases: []testCase{
		{about: "of an entry", spec: `{members: [{name: alice, termRef: {name: autumn}}]}`},
		{about: "of an entry, elsewhere", spec: `{members: [{name: alice, termRef: {name: autumn, namespace: beta}}]}`, refused: elsewhere},
		{about: "of an enrolment, elsewhere", refused: elsewhere,
			spec: `{enrolments: [{name: e, entityRef: {kind: Course, name: c}, roleRef: {name: r}, termRef: {name: autumn, namespace: beta}}]}`},
	}}.run(t)
	table{kind: "Course", name: "c", cases: []testCase{
		{about: "of a course", spec: `{termRef: {name: autumn}}`},
		{about: "of a course, elsewhere", spec: `{termRef: {name: autumn, namespace: beta}}`, refused: elsewhere},
	}}.run(t)
}
