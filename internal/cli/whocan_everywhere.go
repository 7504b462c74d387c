package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/answers/whocan"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// mostBlocks is how many blocks of people a holding shows before it counts them; -o wide shows all.
const mostBlocks = 8

// whoCanAnywhere lists who has a permission, or with none any sensitive one, everywhere or at one entity.
func (q *question) whoCanAnywhere(f *printers.Format, permission, entity string) error {
	want, what := whocan.Sensitive(), "may do something sensitive"
	if permission != "" {
		var ok bool
		if want, ok = whocan.Named(permission); !ok {
			return noSuchPermission(permission)
		}
		what = "may " + permission
	}
	at, err := q.placesOf(entity)
	if err != nil {
		return err
	}
	answer := whocan.AskAt(q.Snapshot, want, at, q.now)
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, answer.Data(permission))
	case printers.FormatName:
		for _, who := range answer.People {
			q.print("%s\n", who)
		}
	case printers.FormatCSV:
		err = holdingRows(answer).WriteCSV(q.Out)
	default:
		if len(answer.People) > 0 {
			err = holdingTable(f, answer, permission == "").Write(q.Out)
			q.Note("%s %s at %d of %s", words.Count(len(answer.People), "person", "people"), what, answer.Entities,
				words.Count(answer.Asked, "entity", "entities"))
		}
	}
	if err == nil && len(answer.People) == 0 {
		q.Note("nobody %s%s", what, q.asked(entity))
		err = errNo
	}
	return err
}

// asked is where was asked, for a note.
func (q *question) asked(entity string) string {
	switch {
	case entity != "":
		return " at " + entity
	case q.namespace != "":
		return " in the namespace " + q.namespace
	}
	return ""
}

// placesOf are the entity that a word means, or all of the namespace, or all.
func (q *question) placesOf(entity string) ([]directory.EntityKey, error) {
	if entity != "" {
		key, _, err := q.entity(entity)
		return []directory.EntityKey{key}, err
	}
	all := slices.Clone(q.Snapshot.Entities())
	if q.namespace != "" {
		all = slices.DeleteFunc(all, func(e directory.EntityKey) bool { return e.Namespace != q.namespace })
	}
	return all, nil
}

// noSuchPermission says that no level has a permission, and which may have been meant.
func noSuchPermission(id string) error {
	hint := suggest.DidYouMean(id, catalogue.PermissionIDs())
	if hint == "" {
		hint = "\"provost matrix LEVEL\" lists those of a level"
	}
	return fmt.Errorf("no level has a permission %q; %s", id, hint)
}

// holdingTable has a row for each block, or, where there are many through the same roles, one that counts them.
func holdingTable(f *printers.Format, answer *whocan.Everywhere, sensitive bool) *printers.Table {
	t := &printers.Table{}
	ends := slices.ContainsFunc(answer.Holdings, func(h whocan.Holding) bool { return !h.Until.IsZero() })
	row := func(h *whocan.Holding, who, where, count string) {
		cells := []string{who, where, count, rolesOf(h)}
		if sensitive {
			most := 3
			if f.Full() {
				most = h.Permissions.Len()
			}
			cells = append([]string{findings.Abridge(h.Permissions.IDs(h.Level), most)}, cells...)
		}
		if ends {
			cells = append(cells, findings.EndOr(h.Until))
		}
		t.Add(cells...)
	}
	header := []string{"WHO", "WHERE", "COUNT", "ROLES"}
	if sensitive {
		header = append([]string{"PERMISSIONS"}, header...)
	}
	if ends {
		header = append(header, "UNTIL")
	}
	t.Add(header...)
	for i := range answer.Holdings {
		h := &answer.Holdings[i]
		if len(h.Blocks) > mostBlocks && !f.Full() {
			each := fmt.Sprintf("%d to %d each", h.Least, h.Most)
			if h.Least == h.Most {
				each = fmt.Sprintf("%d each", h.Most)
			}
			row(h, words.Count(len(h.People), "person", "people"), placesOfLevel(h.Level, len(h.Entities)), each)
			continue
		}
		for _, b := range h.Blocks {
			who, where := findings.Abridge(b.People, mostNames), entityNames(b.Entities)
			places := findings.Abridge(where, 2)
			if f.Full() {
				who, places = strings.Join(b.People, ", "), strings.Join(where, ", ")
			}
			row(h, who, places, words.Count(len(b.People), "person", "people")+" at "+placesOfLevel(h.Level, len(b.Entities)))
		}
	}
	return t
}

// rolesOf are the roles of a holding, as tables of people name them.
func rolesOf(h *whocan.Holding) string {
	if h.Customised {
		return customised
	}
	return strings.Join(h.Roles, ", ")
}

// placesOfLevel counts entities of a level.
func placesOfLevel(l catalogue.Level, n int) string {
	return words.Count(n, l.Word(), l.Words())
}

func entityNames(entities []directory.EntityKey) []string {
	out := make([]string, 0, len(entities))
	for _, e := range entities {
		out = append(out, e.String())
	}
	return out
}

// holdingRows has a row for each person and entity, by person.
func holdingRows(answer *whocan.Everywhere) *printers.Table {
	var rows [][]string
	for i := range answer.Holdings {
		h := &answer.Holdings[i]
		permissions, roles := strings.Join(h.Permissions.IDs(h.Level), ", "), rolesOf(h)
		for _, b := range h.Blocks {
			for _, where := range entityNames(b.Entities) {
				for _, who := range b.People {
					rows = append(rows, []string{who, where, permissions, roles, findings.EndOr(h.Until)})
				}
			}
		}
	}
	slices.SortFunc(rows, func(a, b []string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) })
	t := &printers.Table{}
	t.Add("PERSON", "ENTITY", "PERMISSIONS", "ROLES", "UNTIL")
	for _, r := range rows {
		t.Add(r...)
	}
	return t
}
