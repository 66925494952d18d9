# METADATA
# title: Error ratio of the test is too high
# description: |
#   Percentiles of many tools leave failed requests out, so a run in which most requests failed may show the
#   best latencies of all. The share of failed requests must not exceed what the availability SLO allows, or
#   the team's `maxErrorRatioInLoadTest` where it is set. Every request that was sent and not answered
#   successfully counts, incomplete answers included. Failure drills are left out, because errors are what
#   they measure.
# related_resources:
#   - description: vLLM, issue 24005
#     ref: https://github.com/vllm-project/vllm/issues/24005
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: load
#   help: Find out why requests failed and measure again; a run with errors proves no latency.
package servelint.rules.verification["evidence-error-ratio"]

import data.servelint.lib.compare
import data.servelint.lib.measured
import data.servelint.lib.team
import data.servelint.lib.text

finding contains violation if {
	some file in measured.review_files
	row := file.row
	counts(file)
	ratio := row.result.errorRatio
	ratio > allowed.ratio
	compare.above(ratio, allowed.ratio)
	message := sprintf("%s of the requests in `%s` failed%s; %s allows %s", [
		text.percent(ratio),
		row.result.path,
		counted(row.result.evidence),
		allowed.by,
		text.percent(allowed.ratio),
	])
	related := array.concat(allowed.related, file.related)
	violation := object.union({"at": row.at, "message": message, "related": related}, measured.mild(row.item))
}

# A file that only failure drills use may show failures.
counts(file) if {
	some use in file.uses
	not measured.review_rows[use].item.category == "failure"
}

counted(evidence) := sprintf(" (%v of %v)", [evidence.failed, evidence.failed + evidence.completed]) if {
	is_number(evidence.failed)
	is_number(evidence.completed)
} else := ""

allowed := {"ratio": team.policy.maxErrorRatioInLoadTest, "by": "the team's policy", "related": []} if {
	is_number(team.policy.maxErrorRatioInLoadTest)
} else := objectives[0]

# The strictest availability.
objectives := [objective |
	some i, slo in input.serving.spec.slos
	slo.indicator.type == "availability"
	slo.target == max(targets)
	objective := {
		"ratio": 1 - slo.target,
		"by": sprintf("SLO `%s`", [slo.name]),
		"related": [{"at": ["serving", "spec", "slos", i, "target"], "message": "the objective"}],
	}
]

targets := [slo.target |
	some slo in input.serving.spec.slos
	slo.indicator.type == "availability"
]
