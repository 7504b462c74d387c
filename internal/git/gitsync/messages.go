package gitsync

import (
	"fmt"
	"strings"
)

const (
	// maxLines is how many problems a condition shows.
	maxLines = 20
	// maxMessage is how many bytes they may take together: people read it in a condition.
	maxMessage = 1800
)

// shorten joins lines to a message that a condition can hold, and counts those that it leaves out.
func shorten(lines []string) string {
	var out strings.Builder
	for i, line := range lines {
		if i == maxLines || out.Len()+len(line) > maxMessage {
			if i == 0 { // one line that is too long by itself
				return strings.ToValidUTF8(line[:maxMessage], "") + "..."
			}
			fmt.Fprintf(&out, "\n... and %d more", len(lines)-i)
			break
		}
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(line)
	}
	return out.String()
}
