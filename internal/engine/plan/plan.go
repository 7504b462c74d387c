package plan

import (
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Input is what a plan is made of.
type Input struct {
	// Before and After are the two states, and Delta whom the step from one to the other may concern.
	Before, After *directory.Snapshot
	Delta         directory.Delta
	// Edits are what was declared differently (EditsOf).
	Edits []Edit
	// Now is the time at which both states are asked.
	Now time.Time
}

// Plan is what a change means for people.
type Plan struct {
	Now time.Time
	// Before and After are the two states. Before has the names of After already, for what is renamed.
	Before, After *directory.Snapshot
	// Edits are what was declared differently, but for what only follows a new name.
	Edits []Edit
	// Renames are what goes by another name and is the same (R39), in the order of the new IDs.
	Renames []Rename
	// Counts are the numbers of what changes now, and Later of what the clock brings about in the end.
	Counts, Later Counts
	// Days are the numbers of what the clock brings about, by the (UTC) day on which it does, in order.
	Days []DayCounts
	// Rows are the changes, the weightiest first.
	Rows []Row
	// Blocks are the same rows, those that are alike together.
	Blocks []Block
	// Denies are the SystemDenies that went or take less than before, so that somebody has more.
	Denies []DenyChange
	// WithoutAdministrators are the entities that had somebody who could give roles there, and have nobody now.
	WithoutAdministrators []LostAdministrators
	// Groups are the groups that lose effective members, in order.
	Groups []GroupLoss

	differences []difference
	atoms       *atoms
}

// Differs says whether anybody's access differs, now or later.
func (p *Plan) Differs() bool { return len(p.Rows) > 0 }

// Counts are the numbers of a plan. A permission counts once for every person
// and entity.
type Counts struct {
	// People counts the people whose access differs; Gaining and Losing those who gain and who lose something.
	People, Gaining, Losing int
	// Entities counts the entities where somebody's access differs.
	Entities int
	// Gained and Lost count permissions, and SensitiveGained and SensitiveLost those of them that are sensitive.
	Gained, Lost, SensitiveGained, SensitiveLost int
	// NewPeople are those who had no access at all and have some; GonePeople those who had some and have none.
	NewPeople, GonePeople []string
	// Levels are the same numbers by level; those of which nothing differs are left out.
	Levels []LevelCounts
}

// DayCounts are the numbers of one day.
type DayCounts struct {
	Day time.Time
	Counts
}

// LevelCounts are the numbers of one level.
type LevelCounts struct {
	Level                                        catalogue.Level
	People, Entities                             int
	Gained, Lost, SensitiveGained, SensitiveLost int
}

// Row is one change that is the same for some people at some entities of a level.
type Row struct {
	Level catalogue.Level
	// From is when it takes effect; zero for now.
	From time.Time
	// People and Entities, each in order: the change is that of each of the people at each of the entities.
	People   []string
	Entities []directory.EntityKey
	// Gained and Lost are the permissions.
	Gained, Lost catalogue.Set
	// RolesGained and RolesLost are the roles by which the causes bring and take them.
	RolesGained, RolesLost []string
	// Parts are the entities with the causes of what differs at each of them: one, or several of which the
	// causes are alike.
	Parts []Part
	// Causes and Also are those of all the parts.
	Causes []int
	Also   [][]int
	// Alike and AlsoAlike are the same once more, those that are alike in several parts together.
	Alike     [][]int
	AlsoAlike [][][]int
	// Marks are what is to be looked at in it.
	Marks []Mark
}

// Part is what caused a change at some of its entities. Edits are places in Plan.Edits, in order.
type Part struct {
	Entities []directory.EntityKey
	// Causes are the edits that brought it about: made alone, they do the same for each of the people (what a
	// person's name stands in bears on that person alone), and none of them can be left out.
	Causes []int
	// Also are others, each list of which would have done the same once those before it are taken out: with all
	// of them taken out, and not before, something else happens.
	Also [][]int
}

// Block is rows that may be told as one: what they change is the same, and their causes are alike. The row that it
// is itself holds everybody and everything in them. Where it has several rows, not each person is concerned at each entity.
type Block struct {
	Row
	Rows []int // places in Plan.Rows
}

// Grants counts the pairs of a person and an entity.
func (r *Row) Grants() int { return len(r.People) * len(r.Entities) }

// Mark is why a row is an escalation.
type Mark struct {
	Kind MarkKind
	// Permissions are those of the family; empty for the marks that are about roles.
	Permissions catalogue.Set
}

// MarkKind says what is escalated.
type MarkKind string

// The marks, the weightiest first.
const (
	// MarkSuperadmin: every permission of the level, which was not so before.
	MarkSuperadmin MarkKind = "superadmin"
	// MarkAdmin: the level's admin role.
	MarkAdmin MarkKind = "admin"
	// MarkAssign: the permission to give roles (R23).
	MarkAssign MarkKind = "assign"
	// MarkOwnership: to whom an entity belongs.
	MarkOwnership MarkKind = "ownership"
	// MarkBilling: sensitive permissions about money.
	MarkBilling MarkKind = "billing"
	// MarkWallet: the wallet.
	MarkWallet MarkKind = "wallet"
	// MarkManage: the other sensitive permissions to manage something.
	MarkManage MarkKind = "manage"
	// MarkDenyLifted: what a SystemDeny took is there again.
	MarkDenyLifted MarkKind = "deny-lifted"
)

// DenyChange is a SystemDeny that went, or takes less than before, so that somebody has more.
type DenyChange struct {
	Name string
	// Edits are the edits of it, as places in Plan.Edits.
	Edits []int
	// Deleted says that it is gone.
	Deleted bool
}

// LostAdministrators is an entity that loses the last person who could give roles there.
type LostAdministrators struct {
	Entity directory.EntityKey
	// People are those who lose the permission to give roles at the entity itself; it may be empty where the
	// power came from an organisation above, or from owning the entity.
	People []string
}

// GroupLoss is a group that loses effective members.
type GroupLoss struct {
	Group directory.Key
	// Lost counts the members who leave, LosingAccess those of them who lose some permission, and Before those who were there.
	Lost, LosingAccess, Before int
}
