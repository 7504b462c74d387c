//go:build !race

package directory_test

const defaultWorlds = 2000
