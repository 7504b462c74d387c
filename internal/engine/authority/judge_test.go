package authority_test

import (
	"context"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
)

// judge is authority.Judge for somebody who waits for the answer.
func judge(s *directory.Snapshot, r authority.Requester, c authority.Change, now time.Time) authority.Verdict {
	v, err := authority.Judge(context.Background(), s, r, c, now)
	if err != nil {
		panic(err)
	}
	return v
}
