// Package catalogue holds what the release itself brings: the six levels, the
// permissions of each and the system roles (rule R4). It is the one place in
// the code where they are written down; the Role objects of the system
// namespace and the reference documentation are projections of it.
//
// The tables are Go, not data read at start: a misspelt permission in a system
// role is then a failing test of this package and never a surprise at run time.
//
// The rule is in docs/concepts.md#r4.
package catalogue

import (
	"fmt"
	"slices"
	"strings"
)

// Wildcard stands for every permission of a level where permissions are listed (R4).
const Wildcard = "*"

// Theme is one of the eight categories that span the levels, for filters and reports.
type Theme string

// The themes.
const (
	UserManagement      Theme = "User Management"
	ContentManagement   Theme = "Content Management"
	Administration      Theme = "Administration"
	Financial           Theme = "Financial"
	AnalyticsReporting  Theme = "Analytics & Reporting"
	CoreAccess          Theme = "Core Access"
	DeliveryGrading     Theme = "Delivery & Grading"
	SocialCommunication Theme = "Social & Communication"
)

// Permission is one thing that may be done at entities of one level. The same
// ID may exist at several levels and is then a different permission at each.
type Permission struct {
	Level Level
	// Bit is the permission's place in a Set of its level. It may differ between
	// releases and is never stored outside the process.
	Bit   uint8
	ID    string
	Title string
	// Section is the heading under which the level lists it.
	Section string
	Theme   Theme
	// Sensitive marks rights to give rights, money, ownership, grades, records
	// and exports: R23 limits who may pass them on, and reports point them out.
	Sensitive bool
}

// Set returns the set that holds only p.
func (p Permission) Set() Set { return 1 << p.Bit }

// Role is a system role: bindable at every entity of its level.
type Role struct {
	Name  string
	Title string
	Level Level
	// Permissions is resolved: the wildcard has become every bit of the level.
	Permissions Set
	// All says that the role was defined by the wildcard, so that it grows with the level.
	All bool
}

// The shape in which the levels are written down, one file each.
type (
	definition struct {
		level      Level
		categories []category
		roles      []role
	}
	category struct {
		title       string
		theme       Theme
		permissions []permission
	}
	permission struct {
		id, title string
		sensitive bool
	}
	role struct {
		name, title string
		permissions []string
	}
)

// levelTable is a definition made ready for look-ups.
type levelTable struct {
	permissions []Permission
	byID        map[string]uint8
	all         Set
	sensitive   Set
	roles       []Role
}

var (
	tables      [LevelCount]levelTable
	systemRoles = map[string]*Role{}
)

func init() {
	for _, d := range []definition{organisation, campus, course, module, session, task} {
		if err := tables[d.level].load(d); err != nil {
			panic("catalogue: " + err.Error())
		}
	}
	for l := range tables {
		for i := range tables[l].roles {
			r := &tables[l].roles[i]
			systemRoles[r.Name] = r
		}
	}
}

func (t *levelTable) load(d definition) error {
	t.byID = map[string]uint8{}
	for _, c := range d.categories {
		for _, p := range c.permissions {
			bit := len(t.permissions)
			if bit >= 64 {
				return fmt.Errorf("%s has more than 64 permissions: a Set is one machine word", d.level)
			}
			if _, twice := t.byID[p.id]; twice {
				return fmt.Errorf("%s lists permission %s twice", d.level, p.id)
			}
			t.byID[p.id] = uint8(bit)
			t.permissions = append(t.permissions, Permission{
				Level: d.level, Bit: uint8(bit), ID: p.id, Title: p.title,
				Section: c.title, Theme: c.theme, Sensitive: p.sensitive,
			})
			t.all |= 1 << bit
			if p.sensitive {
				t.sensitive |= 1 << bit
			}
		}
	}
	for _, r := range d.roles {
		if !strings.HasPrefix(r.name, d.level.Prefix()) {
			return fmt.Errorf("system role %s does not begin with %s", r.name, d.level.Prefix())
		}
		set, unknown := d.level.Parse(r.permissions)
		if len(unknown) > 0 {
			return fmt.Errorf("system role %s lists unknown permissions %v", r.name, unknown)
		}
		t.roles = append(t.roles, Role{
			Name: r.name, Title: r.title, Level: d.level, Permissions: set,
			All: slices.Contains(r.permissions, Wildcard),
		})
	}
	return nil
}

// SystemRole returns the system role of that name, or nil.
func SystemRole(name string) *Role { return systemRoles[name] }

// PermissionIDs are the permissions of all levels, sorted; those of several levels once.
func PermissionIDs() []string {
	var ids []string
	for _, l := range Levels() {
		ids = append(ids, l.All().IDs(l)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// SystemRoles returns every system role, by level and then in the order of the
// level's own table. The slice is the caller's.
func SystemRoles() []Role {
	var out []Role
	for l := range tables {
		out = append(out, tables[l].roles...)
	}
	return out
}
