package junit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/text/junit"
)

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	err := junit.Write(&out, "provost test", []junit.Suite{
		{Name: "access", Cases: []junit.Case{
			{Name: "passes", Class: "access"},
			{Name: `who "may" <grade> & pay`, Class: "access", File: "a_test.yaml",
				Failure: &junit.Failure{Message: "dana may not", Type: "assertion", Text: "a_test.yaml:3\ndana"}},
		}},
		{Name: "groups", Cases: []junit.Case{{Name: "noted", Class: "groups", SystemOut: "by the way"}}},
		{Name: "none"},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="provost test" tests="3" failures="1" errors="0">
  <testsuite name="access" tests="2" failures="1" errors="0" skipped="0">
    <testcase name="passes" classname="access"></testcase>
    <testcase name="who &#34;may&#34; &lt;grade&gt; &amp; pay" classname="access" file="a_test.yaml">
      <failure message="dana may not" type="assertion">a_test.yaml:3&#xA;dana</failure>
    </testcase>
  </testsuite>
  <testsuite name="groups" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="noted" classname="groups">
      <system-out>by the way</system-out>
    </testcase>
  </testsuite>
  <testsuite name="none" tests="0" failures="0" errors="0" skipped="0"></testsuite>
</testsuites>
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Names come from people's files; whatever is in them, the result can be read.
func TestWriteIsXML(t *testing.T) {
	for _, name := range []string{"", "ä 字 \U0001F600", "bell \x07, null \x00", "not UTF-8 \xff", "]]>", "<!--", "a\r\nb\tc"} {
		var out bytes.Buffer
		one := junit.Case{Name: name, Failure: &junit.Failure{Message: name, Text: name}, SystemOut: name}
		if err := junit.Write(&out, name, []junit.Suite{{Name: name, Cases: []junit.Case{one}}}); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		var read struct {
			Suites []junit.Suite `xml:"testsuite"`
		}
		if err := xml.Unmarshal(out.Bytes(), &read); err != nil {
			t.Errorf("%q: %v\n%s", name, err, out.String())
		} else if len(read.Suites) != 1 || read.Suites[0].Failures != 1 || len(read.Suites[0].Cases) != 1 {
			t.Errorf("%q: %+v", name, read)
		}
	}
}

type broken struct{ after int }

func (b *broken) Write(p []byte) (int, error) {
	if b.after -= len(p); b.after < 0 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func TestWriteFails(t *testing.T) {
	for after := range 200 {
		if err := junit.Write(&broken{after}, "x", []junit.Suite{{Name: "a"}}); err == nil && after < 100 {
			t.Errorf("no error after %d bytes", after)
		}
	}
}
