package authority

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
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
		return "", fmt.Sprintf("several people have the user name %q (%s), so that none of them has any authority: all but one need another "+
			"spec.username",
			r.User, strings.Join(people, ", "))
	}
}
