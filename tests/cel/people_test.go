package cel

import (
	"fmt"
	"strings"
	"testing"
)

func TestPerson(t *testing.T) {
	table{kind: "Person", name: "alice", cases: []testCase{
		{about: "nothing said"},
		{about: "everything said",
			spec: `{displayName: Alice, email: alice@example.org, username: "oidc:alice", state: Suspended, attributes: {department: [physics], example.org/year: ["2"]}}`},
		{about: "longest name", name: strings.Repeat("a", 63)},
		{about: "name with dots", name: "a.n-other"},
		{about: "name too long", name: strings.Repeat("a", 64), refused: "the name of a person has at most 63 characters"},
		{about: "name in capitals", name: "Alice", refused: "a lowercase RFC 1123 subdomain"},
		{about: "no such state", spec: "{state: Gone}", refused: `supported values: "Active", "Suspended"`},
		{about: "two addresses", spec: `{email: "alice@example.org, bob@example.org"}`, refused: "must be one e-mail address"},
		{about: "no address", spec: `{email: alice}`, refused: "must be one e-mail address"},
		{about: "attribute with blanks and marks", spec: `{attributes: {department: [Computer Science, "Física, Química & Co."], ort: [Zürich, 東京]}}`},
		{about: "attribute with a control character", spec: `{attributes: {department: ["a\tb"]}}`, refused: "a value is a text without control"},
		{about: "attribute with a character that is not shown", spec: `{attributes: {department: ["phys\u200dics"]}}`,
			refused: "a value is a text without control"},
		{about: "attribute with a blank of another kind", spec: `{attributes: {department: ["Computer\u00a0Science"]}}`,
			refused: "a value is a text without control"},
		{about: "attribute with a blank at its end", spec: `{attributes: {department: ["physics "]}}`, refused: "a value is a text without control"},
		{about: "attribute without a value", spec: `{attributes: {department: []}}`, refused: "should have at least 1 items"},
		{about: "attribute with a value twice", spec: `{attributes: {department: [physics, physics]}}`, refused: "Duplicate value"},
		{about: "attribute with too many values", spec: `{attributes: {department: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q]}}`,
			refused: "must have at most 16 items"},
		{about: "attribute with the longest value", spec: `{attributes: {department: ["` + strings.Repeat("ü", 256) + `"]}}`},
		{about: "attribute with too long a value", spec: `{attributes: {department: ["` + strings.Repeat("ü", 257) + `"]}}`,
			refused: "may not be more than 256"},
		{about: "attribute with a text alone", spec: `{attributes: {department: physics}}`, refused: "spec.attributes.department"},
		{about: "attribute that is a number", spec: `{attributes: {year: [2]}}`, refused: "spec.attributes.year"},
		{about: "attribute with a bad key", spec: `{attributes: {"-x": [value]}}`, refused: "a key has at most 63 letters"},
		{about: "attribute with a long key", spec: `{attributes: {"` + strings.Repeat("x", 64) + `": [value]}}`,
			refused: "a key has at most 63 letters"},
	}}.run(t)
}

func TestGroup(t *testing.T) {
	table{kind: "Group", name: "development", cases: []testCase{
		{about: "nothing said"},
		{about: "as in the documentation", spec: `
displayName: Development
purpose: Team
membership: Cascading
parentRef: {name: engineering}
members: [{name: alice, role: Admin}, {name: bob}, {name: carol, state: Pending}]
enrolments: [{name: onboarding, entityRef: {kind: Course, name: onboarding}, roleRef: {name: course-student}}]`},
		{about: "parent elsewhere of the same name", spec: `{parentRef: {name: development, namespace: corporate}}`},
		{about: "own parent", spec: `{parentRef: {name: development}}`, refused: "a group cannot be its own parent"},
		{about: "member with a window", spec: `{members: [{name: alice, notBefore: "2027-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:01Z"}]}`},
		{about: "member with a window backwards",
			spec:    `{members: [{name: alice, notBefore: "2027-01-02T00:00:00Z", notAfter: "2027-01-01T00:00:00Z"}]}`,
			refused: "notAfter must be later than notBefore"},
		{about: "member until a day", spec: `{members: [{name: alice, notAfter: "2027-01-01"}]}`, refused: "spec.members[0].notAfter"},
		{about: "member with several entries", spec: `{members: [{name: alice}, {name: alice, id: leave, state: Removed}]}`},
		{about: "member with an entry twice", spec: `{members: [{name: alice, id: leave}, {name: alice, id: leave, state: Removed}]}`,
			refused: "spec.members[1]: Duplicate value"},
		{about: "member with an id of capitals", spec: `{members: [{name: alice, id: Leave}]}`, refused: "spec.members[0].id"},
		{about: "member twice", spec: `{members: [{name: alice}, {name: bob}, {name: alice, state: Removed}]}`,
			refused: "spec.members[2]: Duplicate value"},
		{about: "member without a name", spec: `{members: [{role: Admin}]}`, refused: "spec.members[0].name: Required value"},
		{about: "member by address", spec: `{members: [{name: alice@example.org}]}`,
			refused: "an e-mail address goes into spec.email of the Person"},
		{about: "member in capitals", spec: `{members: [{name: bob}, {name: Alice}]}`, refused: "spec.members[1].name: Invalid value"},
		{about: "member by a plain string", spec: `{members: [alice]}`, refused: "spec.members[0]"},
		{about: "no such state", spec: `{members: [{name: alice, state: Gone}]}`,
			refused: `supported values: "Active", "Pending", "Inactive", "Removed"`},
		{about: "no such role", spec: `{members: [{name: alice, role: Owner}]}`, refused: `supported values: "Learner", "Instructor", "Admin"`},
		{about: "no such purpose", spec: `{purpose: Fun}`, refused: "spec.purpose: Unsupported value"},
		{about: "no such membership", spec: `{membership: Strict}`, refused: `supported values: "Cascading", "Listed"`},
		{about: "selector by labels", spec: `{memberSelector: {matchLabels: {department: physics}}}`},
		{about: "selector by expressions",
			spec: `{memberSelector: {matchExpressions: [{key: department, operator: In, values: [physics, chemistry]}, {key: year, operator: Exists}]}}`},
		{about: "empty selector", spec: `{memberSelector: {}}`, refused: "an empty selector would choose everyone"},
		{about: "selector of empty parts", spec: `{memberSelector: {matchLabels: {}, matchExpressions: []}}`,
			refused: "an empty selector would choose everyone"},
		{about: "In without values", spec: `{memberSelector: {matchExpressions: [{key: department, operator: In}]}}`,
			refused: "In and NotIn need values"},
		{about: "Exists with values", spec: `{memberSelector: {matchExpressions: [{key: department, operator: Exists, values: [x]}]}}`,
			refused: "Exists and DoesNotExist take none"},
		{about: "no such operator", spec: `{memberSelector: {matchExpressions: [{key: department, operator: Like, values: [x]}]}}`,
			refused: "Unsupported value"},
		{about: "made of others", spec: `{compose: {include: [staff, guests], require: [staff], exclude: [contractors]}}`},
		{about: "made of nothing", spec: `{compose: {}}`, refused: "name groups in include, require or exclude"},
		{about: "made of an empty list", spec: `{compose: {include: []}}`, refused: "spec.compose.include"},
		{about: "made of itself", spec: `{compose: {include: [development]}}`, refused: "a group cannot be made of itself"},
		{about: "requires itself", spec: `{compose: {require: [development]}}`, refused: "a group cannot require itself"},
		{about: "excludes itself", spec: `{compose: {exclude: [development]}}`, refused: "a group cannot exclude itself"},
		{about: "included twice", spec: `{compose: {include: [staff, staff]}}`, refused: "spec.compose.include[1]: Duplicate value"},
		{about: "included and excluded", spec: `{compose: {include: [staff], exclude: [staff]}}`, refused: "a group is in include and in exclude"},
		{about: "required and excluded", spec: `{compose: {require: [staff], exclude: [staff]}}`, refused: "a group is in require and in exclude"},
		{about: "made of a group elsewhere", spec: `{compose: {include: [corporate/staff]}}`, refused: "spec.compose.include[0]"},
		{about: "made of too many", spec: `{compose: {include: [` + many(33) + `]}}`, refused: "must have at most 32 items"},
		{about: "seen by the organisation, and its members by the staff", spec: `{visibility: Organisation, memberVisibility: Staff}`},
		{about: "public, with members whom the organisation sees", spec: `{visibility: Public, memberVisibility: Organisation}`},
		{about: "no such visibility", spec: `{visibility: Staff}`, refused: `supported values: "Members", "Organisation", "Public"`},
		{about: "no such visibility of members", spec: `{memberVisibility: Public}`, refused: `supported values: "Staff", "Members", "Organisation"`},
		{about: "members seen by whom the group does not exist for", spec: `{memberVisibility: Organisation}`,
			refused: "set visibility to Organisation or Public too"},
		{about: "the same said", spec: `{visibility: Members, memberVisibility: Organisation}`, refused: "set visibility to Organisation or Public too"},
		{about: "sub-groups from everywhere", spec: `{allowedSubgroups: {namespaces: {from: All}}}`},
		{about: "sub-groups by selector", spec: `{allowedSubgroups: {namespaces: {from: Selector, selector: {matchLabels: {tier: partner}}}}}`},
		{about: "sub-groups from the own namespace", spec: `{allowedSubgroups: {namespaces: {}}}`},
		{about: "selector without from", spec: `{allowedSubgroups: {namespaces: {selector: {matchLabels: {tier: partner}}}}}`,
			refused: "selector goes with from: Selector"},
		{about: "from Selector without selector", spec: `{allowedSubgroups: {namespaces: {from: Selector}}}`, refused: "from: Selector needs it"},
		{about: "enrolment with its terms",
			spec: `{enrolments: [{name: a, entityRef: {kind: Course, name: c}, roleRef: {kind: RoleTemplate, name: t}, notBefore: "2027-01-01T00:00:00Z", notAfter: "2027-02-01T00:00:00Z", reviewBy: "2027-01-15T00:00:00Z", justification: Spring}]}`},
		{about: "enrolment twice",
			spec: `{enrolments: [{name: a, entityRef: {kind: Course, name: c}, roleRef: {name: r}}, {name: a, entityRef: {kind: Course, name: d}, roleRef: {name: r}}]}`, refused: "spec.enrolments[1]: Duplicate value"},
		{about: "enrolment that ends before it begins",
			spec: `{enrolments: [{name: a, entityRef: {kind: Course, name: c}, roleRef: {name: r}, notBefore: "2027-02-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z"}]}`, refused: "notAfter must be later than notBefore"},
		{about: "enrolment at many entities", spec: `{enrolments: [{name: a, entitySelector: {level: Course, under: {kind: Campus, name: north}}, roleRef: {name: r}}]}`},
		{about: "enrolment at none", spec: `{enrolments: [{name: a, roleRef: {name: r}}]}`, refused: "an enrolment is at one entity or at many"},
		{about: "enrolment in another namespace",
			spec: `{enrolments: [{name: a, entityRef: {kind: Course, name: c, namespace: other}, roleRef: {name: r}}]}`, refused: "unknown field"},
		{about: "enrolment without a role", spec: `{enrolments: [{name: a, entityRef: {kind: Course, name: c}}]}`,
			refused: "spec.enrolments[0].roleRef: Required value"},
	}}.run(t)
}

// many are so many names.
func many(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprint("group-", i))
	}
	return strings.Join(out, ", ")
}
