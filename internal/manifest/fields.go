package manifest

import (
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// What the words of the API mean to the engine. The empty word, where it is
// allowed, is the default, which is always the zero value.
var (
	ownerships = map[provostv1.Ownership]directory.Ownership{
		provostv1.OwnershipOrganisation: directory.OwnershipOrganisation,
		provostv1.OwnershipPrivate:      directory.OwnershipPrivate,
		provostv1.OwnershipPublic:       directory.OwnershipPublic,
	}
	visibilities = map[provostv1.Visibility]directory.Visibility{
		provostv1.VisibilityMembers:      directory.VisibilityMembers,
		provostv1.VisibilityOrganisation: directory.VisibilityOrganisation,
		provostv1.VisibilityPublic:       directory.VisibilityPublic,
	}
	memberVisibilities = map[provostv1.MemberVisibility]directory.MemberVisibility{
		provostv1.MemberVisibilityStaff:        directory.MembersSeenByStaff,
		provostv1.MemberVisibilityMembers:      directory.MembersSeenByMembers,
		provostv1.MemberVisibilityOrganisation: directory.MembersSeenByOrganisation,
	}
	roleTypes = map[provostv1.RoleType]directory.RoleType{
		provostv1.RoleTypeSystem:   directory.RoleSystem,
		provostv1.RoleTypeCustom:   directory.RoleCustom,
		provostv1.RoleTypeOverride: directory.RoleOverride,
	}
	enforcements = map[provostv1.Enforcement]directory.Enforcement{
		provostv1.EnforcementWarn: directory.Warn,
		provostv1.EnforcementDeny: directory.Deny,
	}
	memberStates = map[provostv1.MemberState]directory.MemberState{
		provostv1.MemberActive:   directory.MemberActive,
		provostv1.MemberPending:  directory.MemberPending,
		provostv1.MemberInactive: directory.MemberInactive,
		provostv1.MemberRemoved:  directory.MemberRemoved,
	}
	memberRoles = map[provostv1.MemberRole]directory.MemberRole{
		provostv1.MemberRoleLearner:    directory.Learner,
		provostv1.MemberRoleInstructor: directory.Instructor,
		provostv1.MemberRoleAdmin:      directory.Admin,
	}
	subgroupsFrom = map[provostv1.SubgroupNamespaces]directory.SubgroupsFrom{
		provostv1.SubgroupsFromSame:     directory.SubgroupsSame,
		provostv1.SubgroupsFromAll:      directory.SubgroupsAll,
		provostv1.SubgroupsFromSelector: directory.SubgroupsSelector,
	}
	// The words for yes and no.
	personStates   = map[provostv1.PersonState]bool{provostv1.PersonActive: false, provostv1.PersonSuspended: true}
	memberships    = map[provostv1.GroupMembership]bool{provostv1.MembershipCascading: false, provostv1.MembershipListed: true}
	places         = map[provostv1.RequirementPlace]bool{provostv1.AtEntity: false, provostv1.AtParent: true}
	descendants    = map[provostv1.Descendants]bool{provostv1.DescendantsInclude: false, provostv1.DescendantsExclude: true}
	peoplePolicies = map[provostv1.PeoplePolicy]bool{provostv1.PeopleOpen: false, provostv1.PeopleDeclared: true}
	groupCreations = map[provostv1.GroupCreation]bool{provostv1.GroupCreationPlatformAdministrators: false,
		provostv1.GroupCreationEveryone: true}
	subgroupCreations = map[provostv1.SubgroupCreation]bool{
		provostv1.SubgroupCreationPlatformAdministrators: false, provostv1.SubgroupCreationGroupStaff: true,
	}
	limitEnforcements  = map[provostv1.LimitEnforcement]bool{provostv1.LimitEnforcementWarn: false, provostv1.LimitEnforcementRefuse: true}
	administratorKinds = map[provostv1.AdministratorKind]directory.PrincipalKind{
		provostv1.AdministratorPerson: directory.PrincipalPerson, provostv1.AdministratorUser: directory.PrincipalUser,
		provostv1.AdministratorUserGroup: directory.PrincipalUserGroup,
	}
	applierKinds = map[provostv1.ApplierKind]directory.PrincipalKind{
		provostv1.ApplierServiceAccount: directory.PrincipalServiceAccount, provostv1.ApplierUser: directory.PrincipalUser,
		provostv1.ApplierUserGroup: directory.PrincipalUserGroup,
	}
	referenceKinds = map[provostv1.RoleReferenceKind]bool{provostv1.RoleReferenceRole: false, provostv1.RoleReferenceTemplate: true}
)

// lasting is a duration as the engine holds it; 0 for none.
func lasting(d *metav1.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return d.Duration
}

// choose is what a word means. A word that means nothing is an error, never the default.
func choose[W ~string, M any](c *converter, at *field.Path, word W, meanings map[W]M) M {
	m, ok := meanings[word]
	if !ok && word != "" {
		c.errs = append(c.errs, field.NotSupported(at, word, slices.Sorted(maps.Keys(meanings))))
	}
	return m
}

func (c *converter) level(at *field.Path, l provostv1.Level) catalogue.Level {
	for _, known := range provostv1.Levels() {
		if l == known {
			level, _ := catalogue.ParseLevel(string(l))
			return level
		}
	}
	if l == "" {
		c.errs = append(c.errs, field.Required(at, "Organisation, Campus, Course, Module, Session or Task"))
	} else {
		c.errs = append(c.errs, field.NotSupported(at, l, provostv1.Levels()))
	}
	return 0
}

func (c *converter) localEntity(at *field.Path, r provostv1.EntityReference) directory.LocalEntity {
	return directory.LocalEntity{Level: c.level(at.Child("kind"), r.Kind), Name: c.name(at.Child("name"), r.Name)}
}

func (c *converter) roleRef(at *field.Path, r provostv1.RoleReference) directory.RoleRef {
	return directory.RoleRef{Name: c.name(at.Child("name"), r.Name), Template: choose(c, at.Child("kind"), r.Kind, referenceKinds)}
}

func (c *converter) subjects(at *field.Path, list []provostv1.Subject) []directory.Subject {
	var out []directory.Subject
	for i, s := range list {
		p := at.Index(i)
		switch s.Kind {
		case provostv1.SubjectPerson:
			if s.Namespace != "" {
				c.errs = append(c.errs, field.Invalid(p.Child("namespace"), s.Namespace, "a person has no namespace; leave it out"))
			}
			out = append(out, directory.PersonSubject(c.person(p.Child("name"), string(s.Name))))
		case provostv1.SubjectGroup:
			ns := string(s.Namespace)
			if ns == "" {
				ns = c.namespace
			}
			if ns == "" { // in a SystemDeny, which has no namespace of its own
				c.errs = append(c.errs, field.Required(p.Child("namespace"), "name the namespace of the group"))
			}
			out = append(out, directory.GroupSubject(directory.Key{Namespace: ns, Name: c.name(p.Child("name"), s.Name)}))
		case "":
			c.errs = append(c.errs, field.Required(p.Child("kind"), "Person or Group"))
		default:
			c.errs = append(c.errs, field.NotSupported(p.Child("kind"), s.Kind,
				[]provostv1.SubjectKind{provostv1.SubjectPerson, provostv1.SubjectGroup}))
		}
	}
	return out
}

func (c *converter) permissions(at *field.Path, list []provostv1.Permission) []string {
	out := make([]string, len(list))
	for i, p := range list {
		if p == "" {
			c.errs = append(c.errs, field.Required(at.Index(i), "the id of a permission, for example view_course"))
		}
		out[i] = string(p)
	}
	return out
}

func (c *converter) name(at *field.Path, n provostv1.ObjectName) string {
	if !validName(string(n), maxName) {
		c.invalidName(at, string(n), "the name of an object has "+NameForm(maxName)+", for example algebra-1")
	}
	return string(n)
}

func (c *converter) person(at *field.Path, n string) string {
	if !ValidPerson(n) {
		c.invalidName(at, n, "the name of a person has "+PersonNameForm())
	}
	return n
}

func (c *converter) invalidName(at *field.Path, n, detail string) {
	if n == "" {
		c.errs = append(c.errs, field.Required(at, detail))
		return
	}
	c.errs = append(c.errs, field.Invalid(at, n, detail))
}

// ValidPerson says whether somebody can be called n.
func ValidPerson(n string) bool { return validName(n, provostv1.MaxPersonNameLength) }

// NameFormOf says which form the names of a kind have, where a name has not; "" where it has.
func NameFormOf(kind, n string) string {
	limit := kinds[kind].nameLimit()
	switch {
	case validName(n, limit):
		return ""
	case kinds[kind].shortName:
		return PersonNameForm()
	}
	return NameForm(limit) + ", for example algebra-1"
}

// validName says whether n has the form of an object's name (RFC 1123, with
// dots). It is the schema's pattern, without the cost of one.
func validName(n string, limit int) bool {
	if n == "" || len(n) > limit {
		return false
	}
	edge := true // at the beginning of a part, where a letter or digit must stand
	for i := range len(n) {
		switch b := n[i]; {
		case b >= 'a' && b <= 'z' || b >= '0' && b <= '9':
			edge = false
		case b == '-' && !edge:
		case b == '.' && !edge && n[i-1] != '-':
			edge = true
		default:
			return false
		}
	}
	return !edge && n[len(n)-1] != '-'
}

func window(w provostv1.Window) directory.Window {
	return directory.Window{NotBefore: moment(w.NotBefore), NotAfter: moment(w.NotAfter)}
}

// moment is a time as the engine holds it, to which the zero time is none at all. Nothing that somebody
// writes may mean that: the zero time itself, which a cluster may still hold, is the moment after it.
func moment(t *metav1.Time) time.Time {
	switch {
	case t == nil:
		return time.Time{}
	case t.IsZero():
		return time.Time{}.Add(time.Nanosecond)
	}
	return t.UTC()
}
