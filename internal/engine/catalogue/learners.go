package catalogue

import "slices"

// learners are the system roles of those who learn: who takes part in something that others teach.
var learners = []string{"course-student", "module-student", "session-participant", "task-student"}

// Learns says whether the role is that of somebody who learns. It decides nothing about access; it tells those who take part in one
// run of a course from those who teach in each.
func (r *Role) Learns() bool { return slices.Contains(learners, r.Name) }
