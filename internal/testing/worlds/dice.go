package worlds

import (
	"math/rand/v2"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Now is the time around which all windows lie; some begin or end exactly then.
var Now = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

// Times are those worth asking about: every moment at which a window may open
// or close, and between them.
func Times() []time.Time {
	var out []time.Time
	for minutes := -150; minutes <= 150; minutes += 30 {
		out = append(out, Now.Add(time.Duration(minutes)*time.Minute))
	}
	return out
}

// Dice is a seeded source of chance.
type Dice struct{ *rand.Rand }

// NewDice is the source of that seed.
func NewDice(seed uint64) Dice { return Dice{rand.New(rand.NewPCG(seed, 0x70726f766f7374))} }

// DiceOf is a source whose first choices are the bytes, one a choice: this is
// how a fuzzer steers a world. Done says when they are used up.
func DiceOf(data []byte) (dice Dice, done func() bool) {
	s := &steered{data: data, rest: rand.NewPCG(uint64(len(data)), 0)}
	return Dice{rand.New(s)}, func() bool { return len(s.data) == 0 }
}

type steered struct {
	data []byte
	rest *rand.PCG // what comes after the bytes must vary, or choosing may never end
}

// Uint64 implements rand.Source.
func (s *steered) Uint64() uint64 {
	if len(s.data) == 0 {
		return s.rest.Uint64()
	}
	b := s.data[0]
	s.data = s.data[1:]
	return uint64(b) * 0x0101010101010101
}

// In says yes once in n times.
func (d Dice) In(n int) bool { return d.IntN(n) == 0 }

// Pick chooses one of the things.
func Pick[T any](d Dice, things []T) T { return things[d.IntN(len(things))] }

// some are between 0 and most picks; the same thing may come twice.
func some[T any](d Dice, most int, pick func() T) []T {
	var out []T
	for range d.IntN(most + 1) {
		out = append(out, pick())
	}
	return out
}

// hour is a full hour near Now, on either side or exactly Now.
func (d Dice) hour() time.Time { return Now.Add(time.Duration(d.IntN(5)-2) * time.Hour) }

// window is mostly without ends; where it has both it may never be open.
func (d Dice) window() directory.Window {
	switch d.IntN(10) {
	case 0:
		return directory.Window{NotBefore: d.hour()}
	case 1:
		return directory.Window{NotAfter: d.hour()}
	case 2:
		return directory.Window{NotBefore: d.hour(), NotAfter: d.hour()}
	}
	return directory.Window{}
}
