package authority

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// Requester is who asks, as the API server knows them.
type Requester struct {
	User   string
	Groups []string
	// MayAdminister says that Kubernetes' own RBAC lets the requester "administer" platforms. It
	// counts only while there is no Platform: somebody has to write the first one.
	MayAdminister bool
}

var platformID = directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}

const serviceAccountPrefix = "system:serviceaccount:"

// trusted says whether the requester may do everything but touch a system role
// (R21): a trusted applier or a platform administrator.
func (r Requester) trusted(s *directory.Snapshot) bool {
	rec, ok := s.Record(platformID)
	if !ok {
		return r.MayAdminister
	}
	p := rec.(*directory.Platform)
	return r.among(s, p.Administrators) || r.among(s, p.TrustedAppliers)
}

// Trusted says whether the requester is a trusted applier or a platform
// administrator, for whom nothing is refused but touching a system role.
func Trusted(s *directory.Snapshot, r Requester) bool { return r.trusted(s) }

// Administers says whether the requester is a platform administrator. A trusted applier, who may write as much, need not be one.
func Administers(s *directory.Snapshot, r Requester) bool {
	rec, ok := s.Record(platformID)
	if !ok {
		return r.MayAdminister
	}
	return r.among(s, rec.(*directory.Platform).Administrators)
}

// IsAdministrator says whether the Platform names a person as an administrator, as a Person or by the user name.
func IsAdministrator(s *directory.Snapshot, who string) bool {
	rec, ok := s.Record(directory.PersonID(who))
	if !ok || !exists(s, platformID) {
		return false
	}
	user := rec.(*directory.Person).Username
	if user == "" {
		user = who // which is his only where the Platform says matchNames
	}
	r := Requester{User: user}
	return Identify(s, r) == who && Administers(s, r)
}

// Identify is the one active Person whom a requester's user name means (R21); "" where it means none or several.
func Identify(s *directory.Snapshot, r Requester) string {
	who, _ := r.person(s)
	return who
}

func (r Requester) among(s *directory.Snapshot, list []directory.Principal) bool {
	return slices.ContainsFunc(list, func(p directory.Principal) bool {
		switch p.Kind {
		case directory.PrincipalUser:
			return r.User == p.Name
		case directory.PrincipalUserGroup:
			return slices.Contains(r.Groups, p.Name)
		case directory.PrincipalServiceAccount:
			return r.User == serviceAccountPrefix+p.Namespace+":"+p.Name
		case directory.PrincipalPerson:
			people := s.PeopleOfUser(r.User)
			return len(people) == 1 && people[0] == p.Name
		}
		return false
	})
}

// person is the one whom the requester's user name means, or what is wrong with that.
func (r Requester) person(s *directory.Snapshot) (who, problem string) {
	switch people := s.PeopleOfUser(r.User); len(people) {
	case 0:
		return "", fmt.Sprintf("no active Person has the user name %q: a platform administrator can give it to one (spec.username)", r.User)
	case 1:
		return people[0], ""
	default:
		return "", findings.Ambiguous(r.User, people).Line()
	}
}
