// Command provost answers who may do what where, and runs what keeps the
// answer current in a cluster. Under the name kubectl-provost it is a plugin of
// kubectl.
package main

import (
	"os"

	"provost.dev/provost/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args)) }
