package words

import "fmt"

// What several say of a file, wherever it lies.
const (
	// SymbolicLink is why a file is not read.
	SymbolicLink = "a symbolic link, which is not followed"
	// Time is a moment as it is to be written.
	Time = "2027-06-30T00:00:00Z"
)

// MoreFiles says how many files are too many, and what to do.
func MoreFiles(limit int) string {
	return fmt.Sprintf("more than %d files and folders; name the folder of the manifests", limit)
}

// WriteLike is how something is to be written.
func WriteLike(example string) string { return "write it like " + example }
