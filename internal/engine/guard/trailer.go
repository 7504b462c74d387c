package guard

import (
	"regexp"
	"strconv"
	"strings"
)

// The trailers of a commit message that let a change through, each with the number that it allows.
const (
	TrailerRemovals       = "Provost-Allow-Removals"
	TrailerSensitive      = "Provost-Allow-Sensitive-Grants"
	TrailerAdministrators = "Provost-Allow-Unadministered"
)

var trailers = map[Kind]string{
	KindPeople: TrailerRemovals, KindGrants: TrailerRemovals, KindMembers: TrailerRemovals,
	KindSensitive: TrailerSensitive, KindAdministrators: TrailerAdministrators,
}

// Allowance is what somebody has allowed: up to so many removals, people with
// sensitive permissions, and entities without an administrator.
type Allowance struct {
	Removals, SensitivePeople, Unadministered int
}

// Or is the larger of two allowances, each by itself.
func (a Allowance) Or(b Allowance) Allowance {
	return Allowance{
		Removals: max(a.Removals, b.Removals), SensitivePeople: max(a.SensitivePeople, b.SensitivePeople),
		Unadministered: max(a.Unadministered, b.Unadministered),
	}
}

func (a Allowance) of(k Kind) int {
	switch k {
	case KindSensitive:
		return a.SensitivePeople
	case KindAdministrators:
		return a.Unadministered
	}
	return a.Removals
}

var trailer = regexp.MustCompile(`(?im)^(provost-allow-[a-z-]+):[ \t]*([0-9]{1,9})[ \t]*\r?$`)

// Allowances reads the trailers of commit messages. A trailer is a line of its
// own that begins with its name; of several the largest number counts.
func Allowances(messages ...string) Allowance {
	var a Allowance
	for _, m := range messages {
		for _, found := range trailer.FindAllStringSubmatch(m, -1) {
			n, err := strconv.Atoi(found[2])
			if err != nil {
				continue
			}
			switch {
			case strings.EqualFold(found[1], TrailerRemovals):
				a.Removals = max(a.Removals, n)
			case strings.EqualFold(found[1], TrailerSensitive):
				a.SensitivePeople = max(a.SensitivePeople, n)
			case strings.EqualFold(found[1], TrailerAdministrators):
				a.Unadministered = max(a.Unadministered, n)
			}
		}
	}
	return a
}
