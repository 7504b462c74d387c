package up

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// news tells what became of each commit after the summary: whoever commits a
// mistake looks here first.
type news struct {
	out io.Writer
	now func() time.Time
	// told is what was said last.
	told string
}

// tell has what becomes of a GitSync told from now on, by a cache that knows it already.
func (n *news) tell(ctx context.Context, c cache.Cache, g *provostv1.GitSync) error {
	n.told = outcome(g)
	informer, err := c.GetInformer(ctx, &provostv1.GitSync{})
	if err != nil {
		return err
	}
	see := func(seen any) {
		if o, ok := seen.(*provostv1.GitSync); ok && o.Namespace == g.Namespace && o.Name == g.Name {
			n.look(o)
		}
	}
	_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{AddFunc: see, UpdateFunc: func(_, now any) { see(now) }})
	return err
}

// look says what is new of the GitSync, if anything is.
func (n *news) look(g *provostv1.GitSync) {
	text := outcome(g)
	if text == "" || text == n.told {
		return
	}
	n.told = text
	// What has more than one line lists problems, which stand below the time that they were found.
	_, _ = fmt.Fprintf(n.out, "%s  %s\n", n.now().Format(time.TimeOnly), strings.ReplaceAll(text, "\n", "\n          "))
}

// outcome is what a GitSync says of the newest commit; nothing while it is at it.
func outcome(g *provostv1.GitSync) string {
	ready := meta.FindStatusCondition(g.Status.Conditions, provostv1.ConditionReady)
	switch {
	case ready == nil || ready.Status == metav1.ConditionUnknown || ready.Reason == provostv1.ReasonProgressing:
		return ""
	case ready.Status == metav1.ConditionTrue && meta.IsStatusConditionTrue(g.Status.Conditions, provostv1.ConditionReconciling):
		return ""
	case ready.Status == metav1.ConditionFalse:
		return ready.Reason + ": " + ready.Message
	}
	return ready.Message
}
