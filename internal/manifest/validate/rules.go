package validate

import (
	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

// Rule is a kind of finding.
type Rule struct {
	// Name is stable: settings and reports refer to it.
	Name string
	// Severity is that of its findings where nothing else is set: Error for what is refused or
	// stands still, Warning for what is accepted and does not do what it says, Info for the rest.
	Severity Severity
	// Summary says in a line what is found.
	Summary string
	// Remedy is what to do where a finding knows nothing better; "" where each does.
	Remedy string
}

// The rules that need all objects together and are found by no webhook.
const (
	ruleForeign     = "foreign-document"
	ruleRedundant   = "redundant-grant"
	ruleShadowed    = "shadowed-grant"
	ruleIdleDeny    = "deny-without-effect"
	ruleWithheld    = "role-withheld"
	ruleUnmet       = "role-rule-unmet"
	ruleNoAdmin     = "no-administrator"
	ruleLastAdmin   = "last-administrator"
	ruleKeptOut     = "member-kept-out"
	ruleListedTwice = "listed-twice"
	ruleMisspelt    = "misspelt-person"
	ruleSelector    = "selector-of-nobody"
)

// Rules are all rules, in the order of the documentation.
var Rules = []Rule{
	{string(manifest.RuleUnreadable), Error, "a file that cannot be read or is larger than 10 MiB", ""},
	{string(manifest.RuleSyntax), Error, "a file that is not UTF-8 or not YAML, or whose aliases repeat without end", ""},
	{string(manifest.RuleHidden), Error, "a character that hides or turns text, or that ends a line where editors do not", "take it out"},
	{string(manifest.RuleAmbiguous), Error, "text of which kubectl's reader and others make different things", ""},
	{string(manifest.RuleRepeatedField), Error, "a field that stands twice in one mapping", "keep one of them"},
	{string(manifest.RuleSchema), Error,
		"an object that the API server refuses: types, limits, unknown fields, keys that must be unique, CEL rules", ""},
	{string(manifest.RuleUnknownKind), Error, "a kind or version that the API does not have", ""},
	{string(manifest.RuleDeclaredTwice), Error, "one object that is declared at two places", "keep one"},
	{string(manifest.RuleKustomize), Error, "a kustomization that cannot be built", ""},
	{string(findings.DeclaredSystemRole), Error, "a Role of type System, which nobody but the manager writes (R25)", ""},
	{string(findings.WrittenKind), Warning, "an object of a kind that the controllers write", ""},
	{ruleForeign, Error, "a document " + manifest.ForeignKind + "; a GitSync refuses a commit that holds one",
		"move it to a folder of its own"},
	{string(manifest.RuleJoiner), Warning, "a character that is not shown, and that some scripts need", ""},
	{string(manifest.RuleCase), Warning, "two paths that differ by case only", ""},
	{string(findings.GroupCycle), Error, "groups whose parents form a cycle (R17)", ""},
	{string(findings.ComposeCircle), Error, "groups that are made of each other, so that each hangs on itself (R36)", ""},
	{string(findings.UnsettledGroup), Warning, "a group that hangs on one of which nobody can tell who all its members are (R36)", ""},
	{string(findings.ComposeOfNobody), Warning, "a group that keeps people out and that declares nobody (R36)", ""},
	{string(findings.NoOrganisation), Warning, "something that the organisation is to see, where there is none (R32)", ""},
	{string(findings.Conflict), Error,
		"two Override roles of one role at one entity, or two PermissionOverrides of one person at one entity (R5, R9)", ""},
	{string(findings.DanglingReference), Warning, "an entity, role, template, group, term or parent that is named and not declared (R7, R33)",
		""},
	{string(findings.DanglingDeny), Error,
		"a group, entity or namespace that a SystemDeny names and that does not exist, so that it is not denied there (R10)", ""},
	{string(findings.UnknownPerson), Warning,
		"a person whom nothing but SystemDenies names (R10); an error where the Platform says people: Declared", ""},
	{string(findings.ParentNotInEffect), Warning,
		"a parent that may not be one: its level does not stand above (R1), or it does not admit the namespace (R18)", ""},
	{string(findings.UnknownPermission), Warning, "a permission that the level does not have", ""},
	{string(findings.WrongLevel), Warning, "a role of one level, given at an entity of another (R4)", ""},
	{string(findings.CustomRoleElsewhere), Warning, "a Custom role, given at another entity than its own (R4)", ""},
	{string(findings.OverrideBound), Warning, "an Override role, bound as if it were a role (R4)", ""},
	{string(findings.EmptyTemplate), Warning, "a template none of whose roles is of the entity's level (R7)", ""},
	{string(findings.UnknownTimeZone), Error, "a time zone that the IANA database does not have (R33)", ""},
	{string(findings.NeverOpen), Warning, "a term that is never open, or of which dates leave nothing (R33)", ""},
	{string(findings.EmptySelection), Warning, "an entitySelector that reaches no entity (R34)", ""},
	{string(findings.Expired), Warning, "access whose time has ended (R7)", ""},
	{string(findings.ReviewDue), Warning, "access that was to be reviewed by now (R31)", ""},
	{string(findings.MissingJustification), Warning,
		"a grant without the justification that the Platform asks for (R31); an error where the Platform says Required", ""},
	{string(findings.GrantTooLong), Warning, "a grant that lasts longer than the Platform's limits allow, or has no end (R38)", ""},
	{string(findings.UndeclaredPerson), Warning, "somebody without a Person object where one is needed (R2, R11)", ""},
	{string(findings.AmbiguousUsername), Warning, "one user name of several people, none of whom has any authority then (R21)", ""},
	{string(findings.NobodyTrusted), Warning, "a Platform that names neither administrators nor trusted appliers (R21)", ""},
	{ruleNoAdmin, Warning, "an entity at which nobody can give roles (R23)", "bind a role with that permission " + authority.Where},
	{ruleIdleDeny, Warning, "a SystemDeny in force that takes nothing from anybody (R10)",
		"check its subjects, scope and permissions, or remove it"},
	{ruleMisspelt, Warning, "somebody whom one object names and nothing declares, with a name that is one letter from that of a Person", ""},
	{ruleSelector, Warning,
		"a selector that chooses nobody, asks about an attribute that nobody has, or says only whom not to choose (R12, R37)",
		"check the selector against the attributes, spec.attributes of a Person or of an entity"},
	{ruleWithheld, Warning, "a role that a rule with Deny withholds from somebody (R6)", "meet the rule, or take the grant away"},
	{ruleUnmet, Warning, "a role whose rule somebody does not meet; the role counts all the same (R6)",
		"meet the rule, or take the grant away"},
	{ruleKeptOut, Warning, "a member whom Removed, a Listed group or compose keeps out of the group (R14, R15, R36)",
		"take the entry out, or let the person in above"},
	{ruleRedundant, Info, "a grant that gives nobody anything that another one does not give as well, for as long",
		"remove it, unless it is to outlast the other"},
	{ruleShadowed, Info, "a grant to a person whose roles there a PermissionOverride replaces (R9)",
		"remove one of the two, unless the override is to end"},
	{string(findings.SuspendedPerson), Info, "somebody who is suspended is given a role by name (R11)", ""},
	{ruleListedTwice, Info, "a member who is a member through a group below as well (R13)",
		"remove the entry here, unless the person is to stay when leaving that group"},
	{ruleLastAdmin, Info, "an organisation or public entity with one person only who can give roles", "let a second person give roles"},
}

var ruleByName = func() map[string]*Rule {
	out := make(map[string]*Rule, len(Rules))
	for i := range Rules {
		out[Rules[i].Name] = &Rules[i]
	}
	return out
}()

// RuleNames are the names of all rules, in the order of Rules.
func RuleNames() []string {
	out := make([]string, len(Rules))
	for i := range Rules {
		out[i] = Rules[i].Name
	}
	return out
}
