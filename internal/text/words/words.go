// Package words writes what texts are made of: numbers with their nouns, and lines of words.
package words

import (
	"fmt"
	"strings"
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
