package gittransport

import "fmt"

// Limits are how much a server may send, in bytes as they come out of TLS and of
// a compressed answer. Zero values stand for the defaults.
type Limits struct {
	// References bounds what a server says before it sends objects: its list of
	// branches and tags, and its answer to what is asked for.
	References int64
	// Pack bounds the objects of one fetch as they are sent, with all that is said beside them.
	Pack int64
}

// The defaults. A list of references of the first size holds a quarter of a million
// branches; a pack of the second the history of a large program.
const (
	DefaultReferences = 32 << 20
	DefaultPack       = 2 << 30
)

// What is read beside these, and needs no setting.
const (
	// maxErrorBody is how much is read of an answer that is no success: a line of it is shown.
	maxErrorBody = 4 << 10
	// maxHeaders is how large the headers of an answer may be.
	maxHeaders = 256 << 10
	// maxChatter is what SSH may send beside the two streams of a session, and on its error stream.
	maxChatter = 8 << 20
)

func (l Limits) withDefaults() Limits {
	if l.References <= 0 {
		l.References = DefaultReferences
	}
	if l.Pack <= 0 {
		l.Pack = DefaultPack
	}
	return l
}

// TooLongError says that a server sent more than it may. What came until then
// has been thrown away, and the connection is closed.
type TooLongError struct {
	// What was too long, as the subject of a sentence.
	What string
	// Limit is how long it may be, in bytes.
	Limit int64
}

// Error implements error.
func (e *TooLongError) Error() string {
	return fmt.Sprintf("%s is longer than %s", e.What, Size(e.Limit))
}

// Size is a number of bytes for people to read, whole where it can be.
func Size(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
