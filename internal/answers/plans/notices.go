package plans

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// Notice is something that the new state brings and that no difference in access tells: who administers the platform, and groups
// that hang on themselves.
type Notice struct {
	// Grave says that it is about power over everything.
	Grave bool
	Text  string
	At    manifest.Position
}

// NoticeData is a Notice for JSON and YAML.
type NoticeData struct {
	Grave   bool   `json:"grave,omitempty"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// Notices are all of them, the gravest first.
func (r *Report) Notices(w Wording) []Notice {
	step := r.Comparison.Step
	if step == nil || step.Before == nil || step.After == nil {
		return nil
	}
	var out, circles []Notice
	told := map[string]bool{}
	for i := range step.Changes {
		c := &step.Changes[i]
		before, after := c.Records()
		if c.ID.Kind == directory.KindPlatform {
			out = append(out, w.platform(before, after, func(field string) manifest.Position {
				if c.After == nil {
					return manifest.Position{}
				}
				return c.After.Locate(field)
			})...)
		}
		group, ok := after.(*directory.Group)
		if !ok {
			continue
		}
		was := inCircles(step.Before, before, r)
		for _, f := range inCircles(step.After, group, r) {
			if told[f.Message] || slices.ContainsFunc(was, func(o findings.Finding) bool { return o.Message == f.Message }) {
				continue
			}
			told[f.Message] = true
			circles = append(circles, Notice{Text: w.quoted(group.Key.String()) + ": " + f.Line(), At: c.After.Locate(f.Field)})
		}
	}
	return append(out, circles...)
}

// inCircles are the findings about a group that say that it hangs on itself (R17, R36).
func inCircles(s *directory.Snapshot, of directory.Record, r *Report) []findings.Finding {
	if of == nil {
		return nil
	}
	return slices.DeleteFunc(findings.Question{Snapshot: s, Now: r.Comparison.Plan.Now}.Of(of), func(f findings.Finding) bool {
		return f.Rule != findings.ComposeCircle && f.Rule != findings.GroupCycle
	})
}

// platform tells who comes to administer the platform and to be trusted by it, and who no longer does.
func (w Wording) platform(before, after directory.Record, at func(field string) manifest.Position) []Notice {
	was, _ := before.(*directory.Platform)
	is, _ := after.(*directory.Platform)
	if was == nil {
		was = &directory.Platform{}
	}
	if is == nil {
		is = &directory.Platform{}
	}
	var out []Notice
	for _, list := range []struct {
		was, is     []directory.Principal
		field, what string
	}{
		{was.Administrators, is.Administrators, "spec.administrators", "administers the platform, and may change everything"},
		{was.TrustedAppliers, is.TrustedAppliers, "spec.trustedAppliers", "is trusted to apply whatever a repository holds"},
	} {
		for i, p := range list.is {
			if !slices.Contains(list.was, p) {
				out = append(out, Notice{Grave: true, Text: w.principal(p) + " " + list.what, At: at(fmt.Sprintf("%s[%d]", list.field, i))})
			}
		}
		for _, p := range list.was {
			if !slices.Contains(list.is, p) {
				out = append(out, Notice{Text: "no more: " + w.principal(p) + " " + list.what, At: at(list.field)})
			}
		}
	}
	return out
}

func (w Wording) principal(p directory.Principal) string {
	name := p.Name
	if p.Namespace != "" {
		name = p.Namespace + "/" + name
	}
	return fmt.Sprintf("%v ", p.Kind) + w.quoted(name)
}

func noticesData(list []Notice) []NoticeData {
	out := []NoticeData{}
	for _, n := range list {
		out = append(out, NoticeData{n.Grave, n.Text, n.At.File, n.At.Line})
	}
	return out
}
