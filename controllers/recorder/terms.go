package recorder

import "provost.dev/provost/internal/engine/directory"

// termBears says whether what names a term may have to do with a person's access at an entity: a binding there
// or an enrolment, or an entry of a group that the person is in or is listed by (R33).
func termBears(s *directory.Snapshot, k directory.Key, q question) bool {
	for _, id := range s.NamingTerm(k) {
		rec, _ := s.Record(id)
		switch r := rec.(type) {
		case *directory.RoleBinding:
			if r.Entity.In(id.Namespace) == q.entity && s.Reaches(id, q.person) {
				return true
			}
		case *directory.Group:
			if s.Reaches(id, q.person) {
				return true
			}
			for i := range r.Members {
				if r.Members[i].Name == q.person {
					return true
				}
			}
		}
	}
	return false
}
