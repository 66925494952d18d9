# METADATA
# title: Throughput of a replica was not measured within its SLO
# description: |
#   Only the throughput within the SLO counts (goodput). The run that is given as evidence must have met the
#   SLO that `atSlo` names, and must have asked for and reached at least 95 % of the claimed rate: capacity
#   after loss, replicas and headroom are all computed from this number. A throughput or goodput SLO is not
#   compared.
# related_resources:
#   - description: Site Reliability Engineering, Handling Overload
#     ref: https://sre.google/sre-book/handling-overload/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.2.0
#   help: Claim the highest rate at which the objective was met, with the run that shows it.
#   reworded:
#     - now: "throughput of {} rps is claimed at SLO `{}`, but in `{}` the latency is {}; the limit is {}"
#       then: "throughput of {} rps is claimed at SLO `{}`, but in `{}` the latency is {}, not at most {}"
#     - now: "throughput of {} rps is claimed at SLO `{}`, but in `{}` {} of the requests succeeded; the target is {}"
#       then: "throughput of {} rps is claimed at SLO `{}`, but in `{}` {} of the requests were served, not {}"
#     - now: "throughput of {} rps is claimed, but in `{}` only {} rps were {}"
#       then: "throughput of {} rps is claimed, but in `{}` {} were {}"
package servelint.rules.capacity["throughput-not-at-slo"]

import data.servelint.lib.compare
import data.servelint.lib.measured
import data.servelint.lib.text

finding contains {"at": row.at, "message": message, "related": related} if {
	some row in measured.rows
	some i, slo in input.spec.slos
	slo.name == input.spec.capacity.perReplica.atSlo
	limit := input.facts.slos[i].valueSeconds
	found := row.result.result.value
	found > limit
	times := text.durations(found, limit)
	message := sprintf("throughput of %v rps is claimed at SLO `%s`, but in `%s` the latency is %s; the limit is %s", [
		input.spec.capacity.perReplica.throughputRps,
		slo.name,
		row.result.path,
		times[0],
		times[1],
	])
	related := [{"at": ["spec", "slos", i, "value"], "message": "the SLO"}]
}

finding contains {"at": row.at, "message": message, "related": related} if {
	some row in measured.rows
	some i, slo in input.spec.slos
	slo.name == input.spec.capacity.perReplica.atSlo
	slo.indicator.type == "availability"
	found := row.result.result.value
	found < slo.target
	compare.below(found, slo.target)
	message := sprintf("throughput of %v rps is claimed at SLO `%s`, but in `%s` %s of the requests succeeded; the target is %s", [
		input.spec.capacity.perReplica.throughputRps,
		slo.name,
		row.result.path,
		text.percent(found),
		text.percent(slo.target),
	])
	related := [{"at": ["spec", "slos", i, "target"], "message": "the SLO"}]
}

finding contains {"at": row.at, "message": message, "related": related} if {
	some row in measured.rows
	claimed := input.spec.capacity.perReplica.throughputRps
	some [rate, verb] in measured.rates(row.result.evidence)
	rate < claimed * 0.95
	message := sprintf("throughput of %v rps is claimed, but in `%s` only %v rps were %s", [
		claimed,
		row.result.path,
		measured.number(rate),
		verb,
	])
	related := [{"at": ["spec", "capacity", "perReplica", "throughputRps"], "message": "the claim"}]
}
