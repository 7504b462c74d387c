package deletions

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"provost.dev/provost/internal/cluster/audit"
)

var noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

func request(user, version string) Request {
	return Request{Object: audit.Object{Kind: "Group", Name: "g", UID: "1"}, Version: version, User: user, Revision: "main@" + user, At: noon}
}

// Whoever is named is the only one who can have been it.
func TestDecide(t *testing.T) {
	other := request("erin", "7")
	other.Object.UID = "2"
	late := request("dana", "7")
	late.At, late.Revision = noon.Add(time.Second), "main@later"
	for _, test := range []struct {
		what               string
		version            string
		atLeast, unwatched bool
		requests           []Request
		missing, collected bool
		want               audit.Deleter
		at                 time.Time
	}{
		{what: "nobody asked", version: "7", want: audit.Deleter{Unattributed: audit.NotAsked}},
		{what: "one asked", version: "7", requests: []Request{request("dana", "7")},
			want: audit.Deleter{Requester: "dana", Revision: "main@dana"}, at: noon},
		{what: "one asked, and something else may have done it", version: "7", requests: []Request{request("dana", "7")}, collected: true,
			want: audit.Deleter{Unattributed: audit.MayBeCollected}},
		{what: "nobody asked, and something else has done it", version: "7", collected: true, want: audit.Deleter{Unattributed: audit.NotAsked}},
		{what: "one asked of what it was before", version: "8", requests: []Request{request("dana", "7")},
			want: audit.Deleter{Unattributed: audit.NotAsked}},
		{what: "another one asked of what it was before", version: "8", requests: []Request{request("dana", "7"), request("erin", "8")},
			want: audit.Deleter{Requester: "erin", Revision: "main@erin"}, at: noon},
		{what: "somebody asked of what never was", version: "8", requests: []Request{request("dana", "9"), request("erin", "8")},
			want: audit.Deleter{Requester: "erin", Revision: "main@erin"}, at: noon},
		{what: "two asked", version: "7", requests: []Request{request("dana", "7"), request("erin", "7")},
			want: audit.Deleter{Unattributed: audit.SeveralAsked}},
		{what: "one asked, and perhaps others", version: "7", requests: []Request{request("dana", "7")}, missing: true,
			want: audit.Deleter{Unattributed: audit.SeveralAsked}},
		{what: "one asked of another object", version: "7", requests: []Request{request("dana", "7"), other},
			want: audit.Deleter{Requester: "dana", Revision: "main@dana"}, at: noon},
		{what: "one asked twice, with different commits", version: "7", requests: []Request{late, request("dana", "7")},
			want: audit.Deleter{Requester: "dana"}, at: late.At},
		{what: "the manager was about to", version: "7", requests: []Request{request("manager", ""), request("manager", "7")},
			want: audit.Deleter{Requester: "manager", Revision: "main@manager"}, at: noon},
		{what: "the manager was about to, and another one asked", version: "7", requests: []Request{request("manager", ""), request("dana", "7")},
			want: audit.Deleter{Unattributed: audit.SeveralAsked}},
		{what: "the watch was interrupted", version: "7", atLeast: true, requests: []Request{request("erin", "6"), request("dana", "9")},
			want: audit.Deleter{Requester: "dana", Revision: "main@dana"}, at: noon},
		{what: "the watch was interrupted, and two asked", version: "7", atLeast: true,
			requests: []Request{request("erin", "8"), request("dana", "9")},
			want:     audit.Deleter{Unattributed: audit.SeveralAsked}},
		{what: "nobody watched", requests: []Request{request("dana", "9")}, want: audit.Deleter{Requester: "dana", Revision: "main@dana"},
			at: noon},
		{what: "nobody watched for long", unwatched: true, requests: []Request{request("dana", "9")},
			want: audit.Deleter{Unattributed: audit.NotWatched}},
		{what: "nobody watched, and two asked", requests: []Request{request("erin", "8"), request("dana", "9")},
			want: audit.Deleter{Unattributed: audit.SeveralAsked}},
	} {
		gone := noon.Add(time.Minute)
		e := &ending{object: audit.Object{UID: "1"}, version: test.version, atLeast: test.atLeast, unwatched: test.unwatched, begun: gone,
			gone: gone}
		e.decide(test.requests, test.missing, test.collected)
		if test.at.IsZero() {
			test.at = gone
		}
		if e.by != test.want || !e.at.Equal(test.at) {
			t.Errorf("%s: %+v at %s, want %+v at %s", test.what, e.by, e.at, test.want, test.at)
		}
	}
}

// However much is asked for, what is kept is bounded, and whatever is not kept is
// known to be missing: nobody is named by what is left.
func TestRequestsAreBounded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	c, all := newRequests(), map[types.UID]map[string]bool{}
	now := noon
	for range 20_000 {
		x := request(fmt.Sprintf("user-%d", rng.IntN(12)), "1")
		x.Object.UID, x.At = fmt.Sprint(rng.IntN(2_500)), now
		if all[x.uid()] == nil {
			all[x.uid()] = map[string]bool{}
		}
		all[x.uid()][x.User] = true
		c.add(x)
		if rng.IntN(50) == 0 {
			now = now.Add(time.Second)
		}
		if rng.IntN(500) == 0 {
			uid := x.uid()
			c.drop(uid)
			delete(all, uid)
		}
	}
	if c.n > mostRequests {
		t.Errorf("%d are kept", c.n)
	}
	for uid, users := range all {
		kept := map[string]bool{}
		for _, x := range c.of[uid] {
			kept[x.User] = true
		}
		if len(kept) < len(users) && len(kept) < 2 && !c.missing(uid, now) {
			t.Errorf("%s: of %d only %d are kept, and nothing says so", uid, len(users), len(kept))
		}
	}
	c.expire(now.Add(2*current), func(types.UID) bool { return false })
	if c.n != 0 || len(c.of) != 0 || len(c.crowded) != 0 {
		t.Errorf("%d requests are left after their time", c.n)
	}
}
