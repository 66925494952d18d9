# METADATA
# title: Rollback threshold is below the resolution of the traffic
# description: |
#   An error ratio is measured in whole requests. If a step sees 1800 requests at the quietest hour and the
#   analysis fails above 0.05 %, the threshold is 0.9 errors: a single one, from a pod that was moved, sends
#   a healthy version back. On-call engineers then learn to override the analysis. The number of errors at
#   the threshold is troughRps x weight x the shorter of `bake` and `window` x threshold, and should reach
#   the team's `minExpectedErrorsAtThreshold` (2 by default). Each analysis of availability is checked by
#   the step where it sees the fewest requests.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs (low-traffic services)
#     ref: https://sre.google/workbook/alerting-on-slos/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   gate: rollback
#   help: Measure longer or send more traffic to the step, so that the threshold is a number of requests that can be counted.
#   reworded:
#     - now: "analysis `{}` fails at {} errors, only {} of the 1 request that {} receives at trough; at least {} are needed"
#       then: "analysis `{}` fails at {} errors, only {} of the 1 requests that {} receives at trough; at least {} are needed"
#     - now: "analysis `{}` fails at {} errors, only {} of the {} requests that {} receives at trough; at least {} are needed"
#       then: "analysis `{}` fails at {} errors, only {} of the {} requests that {} sees at trough; {} are wanted"
package servelint.rules.rollout["rollback-threshold-unresolvable"]

import data.servelint.lib.compare
import data.servelint.lib.rollout
import data.servelint.lib.team
import data.servelint.lib.text

finding contains object.union(advice(j, fact.slo, ratio), {
	"at": ["spec", "rollout", "analysis", j, "threshold"],
	"message": message,
	"related": [{"at": ["spec", "rollout", "steps", step], "message": "the step with the fewest requests"}],
}) if {
	some j, fact in input.facts.rollout.analysis
	fact.kind == "availability"
	analysis := input.spec.rollout.analysis[j]
	ratio := rollout.error_ratio(analysis)
	[samples, step] := rollout.fewest(j)
	wanted := team.policy.minExpectedErrorsAtThreshold
	samples * ratio < wanted
	compare.below(samples * ratio, wanted)
	message := sprintf("analysis `%s` fails at %s errors, only %v of the %s that %s receives at trough; at least %v are needed", [
		analysis.name,
		text.percent(ratio),
		text.number(samples * ratio),
		text.counted(rollout.requests(samples), "request"),
		rollout.step(step),
		wanted,
	])
}

# Where `rollback-looser-than-slo` reports the same threshold, it shows what fits.
advice(j, slo, ratio) := {"help": shown} if {
	not rollout.looser(j, slo, ratio)
	shown := rollout.feasible(j, slo, team.policy.minExpectedErrorsAtThreshold)
} else := {}
