// Package version knows which release this is.
package version

import "runtime/debug"

// Version is set by the linker: -X provost.dev/provost/internal/text/version.Version=v1.2.3.
var Version = ""

// String is the release, or, of a binary that was built without one, what Go
// knows of the source: the module's version or the commit.
func String() string {
	if Version != "" {
		return Version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "-dirty"
		}
	}
	if revision == "" {
		return "unknown"
	}
	return revision + dirty
}
