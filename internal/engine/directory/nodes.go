package directory

import (
	"math"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// The nodes of a snapshot. A node is immutable once its snapshot is published;
// a transaction changes a copy, which it marks with its own number (stamp) so
// that it copies no node twice. A node without a record is implicit: somebody
// names what is not declared (yet), so that the order of arrival does not matter.

// stamped notes which transaction may change a node.
type stamped struct{ stamp uint64 }

func (s *stamped) owner() *uint64 { return &s.stamp }

// The lists of each kind of node that are appended to in place. A person's are
// always replaced.

func (p *person) lists() []*[]uint32 { return nil }
func (g *group) lists() []*[]uint32 {
	return []*[]uint32{&g.children, &g.active, &g.selected, &g.dormant, &g.varying, &g.at}
}
func (n *namespace) lists() []*[]uint32 { return []*[]uint32{&n.groups, &n.organisations} }
func (r *role) lists() []*[]uint32      { return []*[]uint32{&r.uses, &r.enrolling} }
func (x *template) lists() []*[]uint32  { return []*[]uint32{&x.uses, &x.enrolling} }
func (e *entity) lists() []*[]uint32 {
	return []*[]uint32{&e.children, &e.bindings, &e.enrolling, &e.roles, &e.overrides}
}

// none stands for no number, where a field refers to a node that may be absent.
const none = math.MaxUint32

type person struct {
	stamped
	rec *Person
	// groups is the closure: every group of which the person is ever an effective member (R13-R18).
	groups []uint32
	// possible are the unsettled groups of which the person is ever a member, or might be if all names were
	// in order (R36).
	possible []uint32
	// epochs are the closures one after the other, where they are not always the same (R12a).
	epochs []epoch

	active   []uint32 // groups whose lists declare the person, whatever the time is
	selected []uint32 // groups whose selectors do
	dormant  []uint32 // groups whose selectors would, were the person not suspended
	removed  []uint32 // groups whose lists say Removed, whatever the time is
	idle     []uint32 // groups whose lists say Pending or Inactive: of no effect
	// timed are the Active and Removed entries in the groups in which all entries of the
	// person in that state have windows, by group.
	timed []timedEntry

	// direct are the entities at which a binding names the person.
	direct []uint32
	// overridden are the entities at which a PermissionOverride names the person.
	overridden []uint32
	// selections are those that name the person (R34).
	selections []uint32
	// denies counts the SystemDenies that name the person.
	denies int
}

type group struct {
	stamped
	rec *Group
	// dated is rec with the windows that its terms make (R33): what memberships and grants are made of.
	dated *Group

	parent uint32 // the group it names, declared or not; none
	up     uint32 // its parent in effect; none
	state  ParentState
	cyclic bool // on a cycle or below one (R17)

	children []uint32 // declared groups that name it as their parent, in effect or not
	active   []uint32 // people whom its list declares, whatever the time is
	selected []uint32 // people whom its selector declares
	dormant  []uint32 // suspended people whom its selector would declare otherwise
	members  int      // effective members whatever the time is
	varying  []uint32 // effective members at some times and not at others (R12a)
	// at are the entities at which a binding names the group, or at which it enrols.
	at []uint32
	// selections are those that name the group, or by which it enrols (R34).
	selections []uint32

	composed
}

func (g *group) listed() bool { return g.rec != nil && g.rec.Listed }

type namespace struct {
	stamped
	rec     *Namespace
	objects int      // declared records that lie in it
	groups  []uint32 // declared groups of the namespace

	organisations []uint32 // declared ones
}

type entity struct {
	stamped
	rec    *Entity
	grants *grants // nil where nobody is given anything

	parent    uint32 // the entity it names, if of a level that may be a parent, declared or not; none
	namespace uint32
	level     catalogue.Level

	children  []uint32 // declared entities that name it as their parent, in no order
	bindings  []uint32 // at it, in no order
	enrolling []uint32 // groups with enrolments at it
	roles     []uint32 // Custom and Override roles of it
	overrides []uint32 // PermissionOverrides at it

	defining  *byLevel // roles that stand here and are for a level below, sorted (R35); nil where there never was one
	selecting *byLevel // selections that look under it (R34); nil where there never was one
	profile   uint32   // of the selections that reach it; none
}

type binding struct {
	rec    *RoleBinding
	entity uint32 // none: it selects (R34)
	people []uint32
	groups []uint32
	span   span
}

type role struct {
	stamped
	rec    *Role
	entity uint32
	set    catalogue.Set
	// uses are the bindings, and enrolling the groups, that refer to the name from its namespace.
	uses      []uint32
	enrolling []uint32
}

type template struct {
	stamped
	rec *RoleTemplate
	// uses are the bindings, and enrolling the groups, whose references may mean it.
	uses      []uint32
	enrolling []uint32
}

type override struct {
	rec    *PermissionOverride
	person uint32
	entity uint32
	set    catalogue.Set
	span   span
}

type denial struct {
	rec        *SystemDeny
	people     []uint32
	groups     []uint32
	namespaces []uint32
	entity     uint32 // none: not tied to one
	sets       [catalogue.LevelCount]catalogue.Set
	span       span
}

// span is a window in microseconds since 1970: finer than the manifests can
// say, and wide enough for the year 9999, which nanoseconds are not.
type span struct {
	from, to int64
}

var always = span{math.MinInt64, math.MaxInt64}

func spanOf(w Window) span {
	s := always
	if !w.NotBefore.IsZero() {
		s.from = w.NotBefore.UnixMicro()
	}
	if !w.NotAfter.IsZero() {
		s.to = w.NotAfter.UnixMicro()
	}
	return s
}

// window is a span as a Window, in UTC.
func (s span) window() Window {
	var w Window
	if s.from != always.from {
		w.NotBefore = time.UnixMicro(s.from).UTC()
	}
	if s.to != always.to {
		w.NotAfter = time.UnixMicro(s.to).UTC()
	}
	return w
}

func (s span) open(now int64) bool { return now >= s.from && now < s.to }
