# METADATA
# title: Latency objective uses a mean
# description: |
#   A mean hides the slow requests: nine answers in 10 ms and one in a second have a mean of 109 ms, which
#   no user experienced. Users feel the tail, so a latency objective names a percentile. A checklist that
#   verifies a latency by its mean has the same blind spot. Source: SRE book, chapter 4, which asks for
#   distributions rather than averages.
# related_resources:
#   - description: SRE book, Service Level Objectives
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, VerificationChecklist]
#   since: 0.1.0
#   help: Use a percentile, such as p95 or p99, for the part of requests that must be fast enough.
package servelint.rules.slo["slo-on-mean"]

import data.servelint.lib.slo

finding contains {"at": ["spec", "slos", i, "indicator", "statistic"], "message": message} if {
	input.kind == "ServingSpec"
	some i, objective in input.spec.slos
	objective.indicator.statistic == "mean"
	slo.is_latency(objective)
	message := sprintf("SLO `%s` limits the mean latency, which hides the slow requests", [objective.name])
}

finding contains {"at": ["spec", "slos", i, "name"], "message": message} if {
	input.kind == "ServingSpec"
	some i, objective in input.spec.slos
	not objective.indicator.statistic
	objective.indicator.type in slo.latency_types
	some word in split(replace(lower(objective.name), "_", "-"), "-")
	word in {"mean", "avg", "average"}
	message := sprintf("SLO `%s` is named after a mean, which hides the slow requests", [objective.name])
}

finding contains {"at": ["spec", "items", i, "metric", "statistic"], "message": message} if {
	input.kind == "VerificationChecklist"
	some i, item in input.spec.items
	item.metric.statistic == "mean"
	verifies_latency(i, item)
	message := sprintf("item `%s` verifies a latency by its mean, which hides the slow requests", [item.id])
}

verifies_latency(_, item) if item.metric.name in slo.latency_types

# The name may be anything, but a time that verifies an SLO is a latency. A rollback's duration is not.
verifies_latency(i, item) if {
	input.facts.items[i].dimension == "time"
	some reference in item.verifies
	startswith(reference, "slo/")
}
