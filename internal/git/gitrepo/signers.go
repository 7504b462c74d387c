package gitrepo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// signer is one line of a file of allowed signers.
type signer struct {
	principals []string
	// namespaces are patterns of what the key may sign; none is everything. Git's own is "git".
	namespaces []string
	// The key counts from after (inclusive) to before (exclusive); zero is without an end.
	after, before time.Time
	key           ssh.PublicKey
}

// parseSigners reads the format that ssh-keygen(1) calls allowed signers. Times
// without a zone are UTC: what a file says must not depend on who reads it.
func parseSigners(name string, data []byte) ([]signer, error) {
	var out []signer
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, err := parseSigner(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		out = append(out, s)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func parseSigner(line string) (signer, error) {
	var s signer
	principals, rest := cutField(line)
	principals = strings.Trim(principals, `"`)
	if rest == "" || keyType(principals) {
		return s, errors.New("a line begins with the principal and then has the key: dana@example.org ssh-ed25519 AAAA")
	}
	for _, p := range strings.Split(principals, ",") {
		if p = strings.TrimSpace(p); p == "" {
			return s, fmt.Errorf("%q has an empty principal", principals)
		}
		s.principals = append(s.principals, p)
	}
	// The options and the key look as they do in authorized_keys.
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(rest))
	if err != nil {
		return s, fmt.Errorf("the key of %s cannot be read; it is the second part of the line, as in a file id_ed25519.pub", principals)
	}
	if _, certificate := key.(*ssh.Certificate); certificate {
		return s, fmt.Errorf("the key of %s is a certificate; give the key itself", principals)
	}
	s.key = key
	for _, option := range options {
		if err := s.option(option); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *signer) option(option string) error {
	name, value, _ := strings.Cut(option, "=")
	value = strings.Trim(value, `"`)
	var err error
	switch strings.ToLower(name) {
	case "namespaces":
		s.namespaces = strings.Split(value, ",")
	case "valid-after":
		s.after, err = signerTime(value)
	case "valid-before":
		s.before, err = signerTime(value)
	case "cert-authority":
		err = errors.New("cert-authority is not supported; give every signer's own key a line")
	default:
		err = fmt.Errorf("unknown option %q; there are namespaces, valid-after and valid-before", name)
	}
	return err
}

var signerTimes = []string{"20060102", "200601021504", "20060102150405"}

func signerTime(value string) (time.Time, error) {
	for _, layout := range signerTimes {
		if t, err := time.Parse(layout, strings.TrimSuffix(value, "Z")); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; write YYYYMMDD or YYYYMMDDHHMMSS", value)
}

// cutField takes the first word, which may stand in quotation marks.
func cutField(line string) (word, rest string) {
	quoted := false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case (c == ' ' || c == '\t') && !quoted:
			return line[:i], strings.TrimSpace(line[i:])
		}
	}
	return line, ""
}

func keyType(word string) bool {
	return strings.HasPrefix(word, "ssh-") || strings.HasPrefix(word, "ecdsa-sha2-") || strings.HasPrefix(word, "sk-")
}

// maySign says whether the line admits what the key signs in a namespace.
func (s *signer) maySign(namespace string) bool {
	if len(s.namespaces) == 0 {
		return true
	}
	var not []string
	var any []string
	for _, p := range s.namespaces {
		if negated, ok := strings.CutPrefix(p, "!"); ok {
			not = append(not, negated)
		} else {
			any = append(any, p)
		}
	}
	matches := func(pattern string) bool { return matchPattern(pattern, namespace) }
	return !slices.ContainsFunc(not, matches) && slices.ContainsFunc(any, matches)
}

// matchPattern knows "*" and "?", as ssh_config(5) has them.
func matchPattern(pattern, s string) bool {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	ok, err := regexp.MatchString("^(?s:"+expression+")$", s)
	return ok && err == nil
}

// validAt says whether the line counts at a time.
func (s *signer) validAt(when time.Time) bool {
	return (s.after.IsZero() || !when.Before(s.after)) && (s.before.IsZero() || when.Before(s.before))
}
