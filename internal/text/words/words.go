// Package words writes what texts are made of: numbers with their nouns, lists that are cut short, days, and
// lines of words.
package words

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Count is a number with its noun.
func Count(n int, one, many string) string { return fmt.Sprintf("%d %s", n, Noun(n, one, many)) }

// Noun is the noun of a number.
func Noun(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Day writes a moment as short as it can be: a date at midnight UTC, or date and time.
func Day(t time.Time) string {
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05Z")
}

// DayOr is a moment as text, or "" for none.
func DayOr(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Day(t)
}

// Abridge joins names up to a number of them: "a, b, c and 4 more".
func Abridge(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// Wrap writes words as lines of at most a width, each with an indent.
func Wrap(words []string, indent string, width int) string {
	var b strings.Builder
	line := indent
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
	return b.String()
}
