package catalogue

import "strings"

// Level is one of the six kinds of entity (R1), from the widest to the narrowest.
type Level uint8

// The levels. Their order is that of the hierarchy.
const (
	Organisation Level = iota
	Campus
	Course
	Module
	Session
	Task

	// LevelCount is the number of levels, for arrays indexed by Level.
	LevelCount = 6
)

var levelNames = [LevelCount]string{"Organisation", "Campus", "Course", "Module", "Session", "Task"}

// parents lists what an entity of each level may stand under (R1).
var parents = [LevelCount][]Level{
	Organisation: nil,
	Campus:       {Organisation},
	Course:       {Campus, Organisation},
	Module:       {Course},
	Session:      {Module, Course},
	Task:         {Module, Session, Course},
}

// Levels returns the levels from Organisation to Task.
func Levels() []Level { return []Level{Organisation, Campus, Course, Module, Session, Task} }

// ParseLevel reads a level by its kind ("Course") or in lower case ("course").
func ParseLevel(s string) (Level, bool) {
	for i, n := range levelNames {
		if strings.EqualFold(n, s) {
			return Level(i), true
		}
	}
	return 0, false
}

// String is the level's kind: "Organisation", "Campus", and so on.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return "Unknown"
}

// Word is the level in a sentence or a path: "organisation", "campus", and so on.
func (l Level) Word() string { return strings.ToLower(l.String()) }

// Words is the level's word for several: courses, campuses.
func (l Level) Words() string {
	if l == Campus {
		return "campuses"
	}
	return l.Word() + "s"
}

// Prefix is what the names of the level's system roles begin with: "course-".
func (l Level) Prefix() string { return l.Word() + "-" }

// MayStandUnder says whether an entity of level l may name one of level parent as its parent (R1).
func (l Level) MayStandUnder(parent Level) bool {
	for _, p := range parents[l] {
		if p == parent {
			return true
		}
	}
	return false
}

// Parents returns the levels that an entity of level l may stand under.
func (l Level) Parents() []Level { return append([]Level(nil), parents[l]...) }

// Permissions returns the level's permissions in the order of its table. The slice is the caller's.
func (l Level) Permissions() []Permission {
	return append([]Permission(nil), tables[l].permissions...)
}

// Permission returns the level's permission of that ID.
func (l Level) Permission(id string) (Permission, bool) {
	bit, ok := tables[l].byID[id]
	if !ok {
		return Permission{}, false
	}
	return tables[l].permissions[bit], true
}

// All is every permission of the level: what the wildcard stands for.
func (l Level) All() Set { return tables[l].all }

// Sensitive is every sensitive permission of the level.
func (l Level) Sensitive() Set { return tables[l].sensitive }

// Roles returns the level's system roles in the order of its table. The slice is the caller's.
func (l Level) Roles() []Role { return append([]Role(nil), tables[l].roles...) }

// Parse turns permission IDs, or the wildcard, into a set of the level. IDs
// that the level does not have come back in unknown, in the order given, and
// add nothing.
func (l Level) Parse(ids []string) (set Set, unknown []string) {
	t := &tables[l]
	for _, id := range ids {
		if id == Wildcard {
			set |= t.all
		} else if bit, ok := t.byID[id]; ok {
			set |= 1 << bit
		} else {
			unknown = append(unknown, id)
		}
	}
	return set, unknown
}
