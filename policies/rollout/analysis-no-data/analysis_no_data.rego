# METADATA
# title: Nothing says what happens when an analysis gets no data
# description: |
#   A query that returns nothing is not a good result. It happens when a label is misspelt, when
#   the canary has no traffic or when the metrics are late, and tools treat it differently: as an
#   error, as inconclusive, or as not failed. A rollout that goes on without data is not judged at
#   all. So a rollout with analyses says in `onNoData` whether to `pause` or to `abort`.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Add `onNoData` with `pause` or `abort`, and make the queries of the analyses act that way.
package servelint.rules.rollout["analysis-no-data"]

finding contains {"at": ["spec", "rollout", "onNoData"], "message": message} if {
	analyses := count(input.spec.rollout.analysis)
	analyses > 0
	not input.spec.rollout.onNoData
	message := sprintf("rollout does not say what happens when its analyses (%d) get no data", [analyses])
}
