package gittransport

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBrief(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"short", "connection refused", "connection refused"},
		{"nothing", "", ""},
		{"several lines", "\n\r\n <html>\n<head>", "<html>"},
		{"what a terminal would obey", "\x1b]0;mine\a red\u202e", `\x1b]0;mine\a red\u202e`},
		{"as long as may be", strings.Repeat("ä", 200), strings.Repeat("ä", 200)},
		{"too long", strings.Repeat("ä", 201), strings.Repeat("ä", 197) + "..."},
		{"too long when it is shown", strings.Repeat("\x1b", 100), strings.Repeat(`\x1b`, 50)[:197] + "..."},
	} {
		err := errors.New(tt.text)
		got := Brief(fmt.Errorf("%w", err))
		if got.Error() != tt.want || !errors.Is(got, err) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if n := utf8.RuneCountInString(got.Error()); n > MaxBrief {
			t.Errorf("%s: %d characters", tt.name, n)
		}
	}
	got := Brief(&url.Error{Op: "Get", URL: "https://example.org", Err: errors.New("no route to host")})
	if got.Error() != "no route to host" {
		t.Errorf("the address is repeated: %q", got)
	}
	if Brief(nil) != nil {
		t.Error("nothing is something")
	}
}

func TestProgress(t *testing.T) {
	var out strings.Builder
	p := Progress(&out)
	long := strings.Repeat("x", 10_000)
	for _, text := range []string{"Counting: 1\rCounting: ", "2\r", "\x1b[2Jdone", "\n" + long, long + "\nend\n"} {
		if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
	}
	want := "Counting: 1\rCounting: 2\r" + `\x1b[2Jdone` + "\n" + strings.Repeat("x", 197) + "...\nend\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
