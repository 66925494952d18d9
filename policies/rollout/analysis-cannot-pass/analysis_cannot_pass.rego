# METADATA
# title: Analysis can only fail
# description: |
#   An analysis whose limit lies outside of what its query can yield fails every revision, so nothing is ever
#   promoted. It usually compares a share with a percentage: a success ratio lies between 0 and 1, and a limit of
#   95 is never reached. The numbers that a query can yield follow from its text: a part of a total divided by
#   the total, a count, a rate, `up` and comparisons with `bool`. What does not follow is not reported.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
#   - description: Flagger, custom metrics
#     ref: https://docs.flagger.app/usage/metrics
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: canary
#   help: Give the limit in the unit of the query, such as 0.95 for a ratio.
package servelint.rules.rollout["analysis-cannot-pass"]

import data.servelint.lib.manifest
import data.servelint.lib.queries

finding contains {"at": at, "message": message, "related": [{"at": entry.at, "message": "the query"}]} if {
	some entry in queries.judged
	some bound in entry.metric.bounds
	queries.always_fails(bound, entry.query)
	at := manifest.place(entry.index, bound.at)
	message := sprintf("metric `%s` can only fail: it fails %s, and its query yields %s", [
		entry.metric.name,
		queries.limit(bound),
		queries.span(entry.query),
	])
}
