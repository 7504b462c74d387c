package gitstore

import "fmt"

// TooLargeError says that a repository, or a part of one, holds more than it may.
type TooLargeError struct {
	// What is too large, as the subject of a sentence, and Most is how much it may hold.
	What, Most string
}

// Error implements error.
func (e *TooLargeError) Error() string { return fmt.Sprintf("%s holds more than %s", e.What, e.Most) }

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
