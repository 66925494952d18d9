# METADATA
# title: Observed traffic is above the planned peak
# description: |
#   Capacity, samples and load tests follow from `traffic.peakRps`. An assumption that rests on a table of observed traffic
#   is compared with that table: no rate in it may be above the planned peak. Columns whose names end in `rps`, `qps`,
#   `requests_per_second` or `queries_per_second` are read, of CSV files with a header.
# related_resources:
#   - description: Site Reliability Engineering, Software Engineering in SRE (intent-based capacity planning)
#     ref: https://sre.google/sre-book/software-engineering-in-sre/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: evidence
#   help: Plan for the traffic that was observed, or correct the file that the assumption rests on.
package servelint.rules.capacity["traffic-above-plan"]

import data.servelint.lib.measured
import data.servelint.lib.refs

finding contains {
	"at": array.concat(["serving", "spec", "assumptions", i, "basis", "evidence"], below),
	"message": message,
	"related": [{"at": ["serving", "spec", "traffic", "peakRps"], "message": "the plan"}],
} if {
	peak := input.serving.spec.traffic.peakRps
	some i, assumption in input.serving.spec.assumptions
	some [below, reference] in references(assumption.basis.evidence)
	path := refs.path(reference)
	rates := input.facts.traffic[path]
	greatest := max([rate | some rate in rates])
	greatest > peak * 1.0001
	column := min([name | some name, rate in rates; rate == greatest])
	message := sprintf("`%s` has %v requests/s in `%s`, but the planned peak is %v", [path, measured.number(greatest), column, peak])
}

references(evidence) := [[[], evidence]] if not is_array(evidence)

references(evidence) := [[[i], reference] | some i, reference in evidence] if is_array(evidence)
