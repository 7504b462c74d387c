package create

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/words"
)

// placeFlags are the flags of where a role is given: at one entity, or at many (R34).
type placeFlags struct {
	at, every, under string
	where            []string

	// selects is what is chosen where there are many.
	selects *directory.EntitySelector
}

func (p *placeFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.at, "at", "", "the entity, as LEVEL/NAME")
	f.StringVar(&p.every, "at-every", "", "in place of --at, the level of the entities: all at and below --under, those to come included")
	f.StringVar(&p.under, "under", "", "with --at-every, the entity at and below which they are, as LEVEL/NAME")
	f.StringArrayVar(&p.where, "where", nil,
		"with --at-every, only those with an attribute: KEY=VALUE, KEY!=VALUE, KEY or !KEY; may be repeated, and several values of a key are "+
			"alternatives")
	var levels []string
	for _, l := range catalogue.Levels() {
		levels = append(levels, l.Word())
	}
	_ = cmd.RegisterFlagCompletionFunc("at-every", cobra.FixedCompletions(levels, cobra.ShellCompDirectiveNoFileComp))
}

// write says where; the entity is nil where there are many.
func (p *placeFlags) write(s *generate.Spec, namespace string) (*directory.LocalEntity, error) {
	if p.every == "" {
		if p.under != "" || len(p.where) > 0 {
			return nil, errors.New("--under and --where go with --at-every, for example --at-every course --under campus/north")
		}
		if err := needed("at", p.at, "course/algebra-1"); err != nil {
			return nil, fmt.Errorf("%w, or --at-every course --under campus/north for many", err)
		}
		e, err := at("at", p.at, namespace)
		if err == nil {
			s.Entity("entityRef", e)
		}
		return e, err
	}
	if p.at != "" {
		return nil, errors.New("give either --at for one entity, or --at-every for many")
	}
	level, ok := catalogue.ParseLevel(p.every)
	if !ok {
		return nil, fmt.Errorf("--at-every %q is no level; %s", p.every, words.WriteLike("course"))
	}
	if err := needed("under", p.under, "campus/north"); err != nil {
		return nil, err
	}
	under, err := at("under", p.under, namespace)
	if err != nil {
		return nil, err
	}
	if under.Level > level {
		return nil, fmt.Errorf("--under %s: there is no %s at or below a %s", p.under, level.Word(), under.Level.Word())
	}
	p.selects = &directory.EntitySelector{Level: level, Under: *under, Match: &directory.Selector{}}
	m := generate.Spec{{Name: "level", Value: level.String()}}
	m.Entity("under", under)
	if err := p.attributes(&m); err != nil {
		return nil, err
	}
	*s = append(*s, generate.Field{Name: "entitySelector", Value: generate.Map(m)})
	return nil, nil
}

// attributes writes which attributes are asked for: one value as matchAttributes has it, all else as expressions.
func (p *placeFlags) attributes(m *generate.Spec) error {
	type condition struct {
		key, operator string
		values        []string
	}
	var all []*condition
	for _, text := range p.where {
		c := condition{key: strings.TrimPrefix(text, "!"), operator: "Exists"}
		if c.key != text {
			c.operator = "DoesNotExist"
		}
		if key, value, ok := strings.Cut(text, "="); ok {
			c = condition{strings.TrimSuffix(key, "!"), "In", []string{value}}
			if c.key != key {
				c.operator = "NotIn"
			}
		}
		if c.key == "" {
			return fmt.Errorf("--where %q: write KEY=VALUE, KEY!=VALUE, KEY or !KEY", text)
		}
		if i := slices.IndexFunc(all, func(o *condition) bool { return o.key == c.key && o.operator == c.operator }); i >= 0 {
			all[i].values = append(all[i].values, c.values...)
			continue
		}
		all = append(all, &c)
	}
	var exact [][2]string
	var others []generate.Map
	operators := map[string]directory.Operator{
		"In": directory.In, "NotIn": directory.NotIn, "Exists": directory.Exists, "DoesNotExist": directory.DoesNotExist,
	}
	for _, c := range all {
		p.selects.Match.Expressions = append(p.selects.Match.Expressions,
			directory.Expression{Key: c.key, Operator: operators[c.operator], Values: c.values})
		if c.operator == "In" && len(c.values) == 1 {
			exact = append(exact, [2]string{c.key, c.values[0]})
			continue
		}
		e := generate.Spec{{Name: "key", Value: c.key}, {Name: "operator", Value: c.operator}}
		e.Names("values", c.values)
		others = append(others, generate.Map(e))
	}
	m.Pairs("matchAttributes", exact)
	if len(others) > 0 {
		*m = append(*m, generate.Field{Name: "matchExpressions", Value: others})
	}
	return nil
}

// tell says how many entities it is now, and what it means for those to come.
func (p *placeFlags) tell(c *creating, namespace string) {
	if p.selects == nil {
		return
	}
	c.comment = generate.CommentOfMany
	reached, left := c.set.Snapshot().Choose(namespace, p.selects)
	text := fmt.Sprintf("that is %s now, and those to come", words.Count(len(reached), p.selects.Level.Word(), p.selects.Level.Words()))
	if left > 0 {
		text += fmt.Sprintf("; %s, which %s private, public or another organisation's, %s left out",
			words.Count(left, p.selects.Level.Word(), p.selects.Level.Words()), words.Noun(left, "is", "are"), words.Noun(left, "is", "are"))
	}
	c.Note("%s", text)
}
