package cel

import "testing"

// Which parents a level may have (rule R1).
func TestParents(t *testing.T) {
	allowed := map[string][]string{
		"Campus":  {"Organisation"},
		"Course":  {"Campus", "Organisation"},
		"Module":  {"Course"},
		"Session": {"Module", "Course"},
		"Task":    {"Module", "Session", "Course"},
	}
	messages := map[string]string{
		"Campus":  "the parent of a Campus is an Organisation",
		"Course":  "the parent of a Course is a Campus or an Organisation",
		"Module":  "the parent of a Module is a Course",
		"Session": "the parent of a Session is a Module or a Course",
		"Task":    "the parent of a Task is a Module, a Session or a Course",
	}
	for kind, parents := range allowed {
		good := map[string]bool{}
		for _, parent := range parents {
			good[parent] = true
		}
		cases := table{kind: kind, name: "x", cases: []testCase{
			{about: "stands on its own"},
			{about: "stands on its own with an empty spec", spec: "{}"},
			{about: "parent without a name", spec: "parentRef: {kind: " + parents[0] + "}", refused: "spec.parentRef.name: Required value"},
			{about: "parent without a kind", spec: "parentRef: {name: above}", refused: "spec.parentRef.kind: Required value"},
			{about: "parent is no level", spec: "parentRef: {kind: Group, name: above}", refused: "spec.parentRef.kind: Unsupported value"},
			{about: "parent in another namespace", spec: "parentRef: {kind: " + parents[0] + ", name: above, namespace: other}",
				refused: "unknown field \"spec.parentRef.namespace\""},
		}}
		for _, parent := range []string{"Organisation", "Campus", "Course", "Module", "Session", "Task"} {
			tc := testCase{about: "parent is a " + parent, spec: "parentRef: {kind: " + parent + ", name: above}"}
			if !good[parent] {
				tc.refused = messages[kind]
			}
			cases.cases = append(cases.cases, tc)
		}
		t.Run(kind, cases.run)
	}
}

// Whose an entity is (rule R2).
func TestOwnership(t *testing.T) {
	for _, kind := range []string{"Organisation", "Campus", "Course", "Module", "Session", "Task"} {
		t.Run(kind, table{kind: kind, name: "x", cases: []testCase{
			{about: "nothing said"},
			{about: "everything said", spec: "{displayName: Algebra I, description: Sums., ownership: Organisation, visibility: Public}"},
			{about: "private with its owner", spec: "{ownership: Private, owner: a.n-other}"},
			{about: "public", spec: "{ownership: Public}"},
			{about: "private without owner", spec: "{ownership: Private}", refused: "ownership Private needs owner: name the person whose it is"},
			{about: "owner of a public one", spec: "{ownership: Public, owner: alice}", refused: "owner goes with ownership Private only"},
			{about: "owner alone", spec: "{owner: alice}", refused: "owner goes with ownership Private only"},
			{about: "owner is an e-mail address", spec: "{ownership: Private, owner: alice@example.org}",
				refused: "an e-mail address goes into spec.email of the Person"},
			{about: "no such ownership", spec: "{ownership: Mine}", refused: `supported values: "Organisation", "Private", "Public"`},
			{about: "no such visibility", spec: "{visibility: Hidden}", refused: `supported values: "Members", "Organisation", "Public"`},
			{about: "empty display name", spec: `{displayName: ""}`, refused: "spec.displayName in body should be at least 1 chars long"},
			{about: "misspelt field", spec: `{displayname: X}`, refused: `did you mean "displayName"?`},
		}}.run)
	}
	t.Run("an organisation has no parent", table{kind: "Organisation", name: "x", cases: []testCase{
		{about: "parent", spec: "{parentRef: {kind: Organisation, name: above}}", refused: `unknown field "spec.parentRef"`},
	}}.run)
}

func TestSessionTimes(t *testing.T) {
	table{kind: "Session", name: "x", cases: []testCase{
		{about: "begins and ends", spec: `{startsAt: "2027-03-01T09:00:00Z", endsAt: "2027-03-01T10:00:00Z"}`},
		{about: "begins", spec: `{startsAt: "2027-03-01T09:00:00Z"}`},
		{about: "ends across zones", spec: `{startsAt: "2027-03-01T09:00:00+02:00", endsAt: "2027-03-01T08:00:00Z"}`},
		{about: "ends before it begins", spec: `{startsAt: "2027-03-01T09:00:00Z", endsAt: "2027-03-01T08:00:00Z"}`,
			refused: "endsAt must be later than startsAt"},
		{about: "ends when it begins", spec: `{startsAt: "2027-03-01T09:00:00Z", endsAt: "2027-03-01T09:00:00Z"}`,
			refused: "endsAt must be later than startsAt"},
		{about: "a day is no time", spec: `{startsAt: "2027-03-01"}`, refused: "spec.startsAt"},
		{about: "lower case", spec: `{startsAt: "2027-03-01t09:00:00z"}`, refused: "spec.startsAt"},
		{about: "no zone", spec: `{startsAt: "2027-03-01T09:00:00"}`, refused: "spec.startsAt"},
		{about: "no such day", spec: `{startsAt: "2027-02-30T09:00:00Z"}`, refused: "spec.startsAt"},
		{about: "leap second", spec: `{startsAt: "2027-02-28T23:59:60Z"}`, refused: "spec.startsAt"},
	}}.run(t)
	table{kind: "Task", name: "x", cases: []testCase{
		{about: "due", spec: `{dueAt: "2027-03-01T09:00:00Z"}`},
		{about: "due some day", spec: `{dueAt: tomorrow}`, refused: "spec.dueAt"},
	}}.run(t)
}
