// Package validate says everything that is wrong with manifests, or not as it
// seems, without a cluster: what the API server and the webhooks would say of each
// object, and what shows only when all of them are looked at together. Every
// finding has a place, a rule with a stable name, a severity and a remedy.
package validate
