package coalition

import (
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/worlds"
)

// compose is what a group may be made of (R36): mostly nothing.
func (a *Arena) compose() directory.Compose {
	names := func(n int) []string {
		if !a.In(n) {
			return nil
		}
		return []string{worlds.Pick(a.Dice, groups)}
	}
	if !a.In(4) {
		return directory.Compose{}
	}
	return directory.Compose{Include: names(2), Require: names(4), Exclude: names(3)}
}
