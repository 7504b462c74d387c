package authority

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/directory"
)

// Lockout says what is wrong with a change of the Platform, or of a Person, by
// which somebody who is trusted with everything ceases to be, or nothing where
// nothing is: it is refused to whoever does not say that it is meant. It answers
// what to do instead.
//
// Whoever applies the Platform with other things loses the rest of them by it,
// be it from Git or by kubectl apply -f of a folder. By the Person as whom the Platform knows
// him an administrator may resign as long as there is another. Whoever writes
// the first Platform is trusted only because there was none.
func Lockout(s *directory.Snapshot, r Requester, c Change) string {
	if c.Before == nil && c.After == nil {
		return ""
	}
	switch c.id().Kind {
	case directory.KindPlatform, directory.KindPerson:
	default:
		return ""
	}
	before := upToDate(s, c)
	after, _ := before.With(c.change())
	if !exists(after, platformID) || !r.trusted(before) || r.trusted(after) {
		return ""
	}
	if c.id().Kind == directory.KindPerson {
		if anyAdministrator(after) {
			return ""
		}
		return fmt.Sprintf("%s is the last administrator of the platform by this Person: name another one in the Platform's "+
			"spec.administrators first", r.User)
	}
	list, line := r.line(before)
	return fmt.Sprintf("the Platform would not name %s, who applies it, and whatever else %[1]s applies would be refused from then on: add "+
		"to spec.%s: %s",
		r.User, list, line)
}

func platformOf(s *directory.Snapshot) *directory.Platform {
	rec, ok := s.Record(platformID)
	if !ok {
		return nil
	}
	return rec.(*directory.Platform)
}

// applies says that the requester is an account of a program, as Kubernetes knows them.
func (r Requester) applies() bool { return strings.HasPrefix(r.User, serviceAccountPrefix) }

// anyAdministrator says whether a snapshot has an administrator as whom anybody
// can act, as far as is known here: of a Person, one with a user name.
func anyAdministrator(s *directory.Snapshot) bool {
	p := platformOf(s)
	return p != nil && slices.ContainsFunc(p.Administrators, func(a directory.Principal) bool {
		if a.Kind != directory.PrincipalPerson {
			return true
		}
		rec, ok := s.Record(directory.PersonID(a.Name))
		if !ok {
			return false
		}
		user := rec.(*directory.Person).Username
		if user == "" && p.MatchNames {
			user = a.Name
		}
		return slices.Equal(s.PeopleOfUser(user), []string{a.Name})
	})
}

// line is what the Platform has to say for the requester to be trusted, and in
// which list: what it says now, or else what suits the account.
func (r Requester) line(before *directory.Snapshot) (list, line string) {
	lists := []struct {
		name string
		of   func(*directory.Platform) []directory.Principal
	}{
		{"administrators", func(p *directory.Platform) []directory.Principal { return p.Administrators }},
		{"trustedAppliers", func(p *directory.Platform) []directory.Principal { return p.TrustedAppliers }},
	}
	if p := platformOf(before); p != nil {
		for _, l := range lists {
			for _, principal := range l.of(p) {
				if r.among(before, []directory.Principal{principal}) {
					return l.name, item(principal)
				}
			}
		}
	}
	if namespace, name, ok := strings.Cut(strings.TrimPrefix(r.User, serviceAccountPrefix), ":"); ok && r.applies() {
		return "trustedAppliers", item(directory.Principal{Kind: directory.PrincipalServiceAccount, Namespace: namespace, Name: name})
	}
	return "administrators", item(directory.Principal{Kind: directory.PrincipalUser, Name: r.User})
}

// item is a principal as an item of a list in YAML. Each text is in quotes, which suits whatever it is.
func item(p directory.Principal) string {
	if p.Kind == directory.PrincipalServiceAccount {
		return fmt.Sprintf("- {kind: %s, namespace: %s, name: %s}", p.Kind, quoted(p.Namespace), quoted(p.Name))
	}
	return fmt.Sprintf("- {kind: %s, name: %s}", p.Kind, quoted(p.Name))
}

// quoted is a text as JSON, which is YAML.
func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		return text
	}
	return string(out)
}
