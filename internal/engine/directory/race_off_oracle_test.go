//go:build !race

package directory_test

const defaultWorlds = 1000
