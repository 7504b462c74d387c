package testenv

import "os"

// Long says whether tests are to be as long as they are worth, as in make test-long, and
// not only as long as every change has to wait for.
func Long() bool { return os.Getenv("PROVOST_TEST_LONG") != "" }
