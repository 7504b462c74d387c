package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// mostDays is the longest length of time that is read in days: some hundred years.
const mostDays = 100 * 366

// ReadSpan reads the value of a flag that is a length of time: days as 30d, weeks as 12w, or what Go calls a duration. It is positive.
func ReadSpan(flag, text string) (time.Duration, error) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		number, ok := strings.CutSuffix(text, unit)
		if !ok {
			continue
		}
		if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= mostDays {
			return time.Duration(n) * length, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, fmt.Errorf("%s %q is no length of time; write days as 30d, weeks as 12w, or hours as 36h", flag, text)
}
