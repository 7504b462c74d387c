package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// candidates are what an argument may be, given the arguments before it.
type candidates func(s *directory.Snapshot, args []string) []string

// completionTime is how long the shell waits for live names.
const completionTime = 3 * time.Second

// complete completes the arguments of a command with live names, one list an argument.
func (o *Options) complete(lists ...candidates) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(lists) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return o.completeFlag(lists[len(args)])(cmd, args, prefix)
	}
}

// completeFlag completes the value of a flag with live names.
func (o *Options) completeFlag(list candidates) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		ctx := cmd.Context()
		if ctx == nil {
			ctx = context.Background()
		}
		ctx, cancel := context.WithTimeout(ctx, completionTime)
		defer cancel()
		quiet := *o // a shell must not see notes, nor should a completion read what is typed
		quiet.IOStreams = genericiooptions.NewTestIOStreamsDiscard()
		quiet.In = strings.NewReader("")
		source, err := quiet.Open(ctx)
		if err != nil {
			cobra.CompDebugln(err.Error(), true)
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer source.Close()
		names := list(source.Snapshot(), args)
		names = slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, prefix) })
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

func completePeople(s *directory.Snapshot, _ []string) []string { return slices.Clone(s.People()) }

func completeNamespaces(s *directory.Snapshot, _ []string) []string {
	var out []string
	for _, e := range s.Entities() {
		out = append(out, e.Namespace)
	}
	for _, g := range s.Groups() {
		out = append(out, g.Namespace)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// completeEntities offers LEVEL/NAME where that is clear, and NAMESPACE/LEVEL/NAME always.
func completeEntities(s *directory.Snapshot, _ []string) []string {
	times := map[string]int{}
	entities := s.Entities()
	for _, e := range entities {
		times[strings.TrimPrefix(e.String(), e.Namespace+"/")]++
	}
	var out []string
	for _, e := range entities {
		if short := strings.TrimPrefix(e.String(), e.Namespace+"/"); times[short] == 1 {
			out = append(out, short)
		}
	}
	for _, e := range entities {
		out = append(out, e.String())
	}
	return out
}

func completeGroups(s *directory.Snapshot, _ []string) []string {
	times := map[string]int{}
	groups := s.Groups()
	for _, g := range groups {
		times[g.Name]++
	}
	var out []string
	for _, g := range groups {
		if times[g.Name] == 1 {
			out = append(out, g.Name)
		}
		out = append(out, g.String())
	}
	return out
}

func completeLevelsAndEntities(s *directory.Snapshot, args []string) []string {
	var out []string
	for _, l := range catalogue.Levels() {
		out = append(out, l.Word())
	}
	return append(out, completeEntities(s, args)...)
}

// completeAllPermissions offers the permissions of every level.
func completeAllPermissions(*directory.Snapshot, []string) []string { return catalogue.PermissionIDs() }

// completeThere offers the permissions of the level of the entity that stands before, or entities after a permission.
func completeThere(s *directory.Snapshot, args []string) []string {
	parts := strings.Split(args[len(args)-1], "/")
	if len(parts) < 2 {
		return completeEntities(s, args)
	}
	level, ok := catalogue.ParseLevel(parts[len(parts)-2])
	if !ok {
		return nil
	}
	return level.All().IDs(level)
}
