package worlds

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

func (w world) groupName() string {
	if w.In(4) {
		return Pick(w.Dice, baseNames)
	}
	return Pick(w.Dice, groupNames)
}

// compose is what a group of that name is made of (R36): mostly nothing, and then mostly groups
// that are made of nothing themselves, so that circles stay the exception.
func (w world) compose(name string) directory.Compose {
	if !w.In(4) || slices.Contains(baseNames, name) && !w.In(3) {
		return directory.Compose{}
	}
	return directory.Compose{Include: w.composeNames(2), Require: w.composeNames(1), Exclude: w.composeNames(1)}
}

func (w world) composeNames(most int) []string {
	if w.In(3) {
		return nil
	}
	return some(w.Dice, most, w.composeName)
}

// composeName is mostly that of a group on which others may well build.
func (w world) composeName() string {
	if w.In(3) {
		return w.groupName()
	}
	return Pick(w.Dice, baseNames)
}

// alterCompose makes a group of others than before, or of one more or less.
func (w world) alterCompose(name string, c directory.Compose) directory.Compose {
	switch w.IntN(5) {
	case 0:
		return w.compose(name)
	case 1:
		c.Require = alterList(w.Dice, c.Require, w.composeName)
	case 2:
		c.Exclude = alterList(w.Dice, c.Exclude, w.composeName)
	default:
		c.Include = alterList(w.Dice, c.Include, w.composeName)
	}
	return c
}
