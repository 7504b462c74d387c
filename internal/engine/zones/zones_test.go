package zones_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/zones"
)

// TestEdition holds the archive and the edition to those of the Go release in use.
func TestEdition(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "lib", "time")
	script, err := os.ReadFile(filepath.Join(dir, "update.bash"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(script, []byte("\nDATA="+zones.Edition+"\n")) {
		t.Errorf("the Go release brings another edition of the time zones than %s: run make zones", zones.Edition)
	}
	want, err := os.ReadFile(filepath.Join(dir, "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("zoneinfo.zip"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("zoneinfo.zip is not that of the Go release (%v): run make zones", err)
	}
}

func TestLoad(t *testing.T) {
	// What the machine says of itself plays no part.
	t.Setenv("ZONEINFO", t.TempDir())
	t.Setenv("TZ", "Asia/Tokyo")
	berlin, ok := zones.Load("Europe/Berlin")
	if !ok {
		t.Fatal("no Europe/Berlin")
	}
	if got := time.Date(2027, 3, 31, 22, 0, 0, 0, time.UTC).In(berlin).String(); got != "2027-04-01 00:00:00 +0200 CEST" {
		t.Errorf("the first of April in Berlin is %s", got)
	}
	for _, name := range []string{"", "Local", "Europe", "Europe/", "europe/berlin", "../Europe/Berlin", "Mars/Phobos"} {
		if _, ok := zones.Load(name); ok {
			t.Errorf("there is a zone %q", name)
		}
	}
}

// Every zone can be read: Load panics where one cannot.
func TestEveryZone(t *testing.T) {
	if n := len(zones.Names()); n < 400 {
		t.Errorf("there are %d zones", n)
	}
	for _, name := range zones.Names() {
		if _, ok := zones.Load(name); !ok {
			t.Errorf("no zone %s", name)
		}
	}
}
