# METADATA
# title: Evidence lacks the claimed statistic
# description: |
#   A claim about the p99 needs a file with a p99. k6 writes none unless `--summary-trend-stats` asks for
#   it, and its machine summary has no field for it; `vllm bench serve` writes the percentiles of
#   `--metric-percentiles` only, and whole answers (`e2el`) only if `--percentile-metrics` names them.
#   Nothing is interpolated from neighbouring percentiles, whose distance to the tail is what a tail latency
#   is about. A value of another kind than the item's unit is reported as well: a request rate cannot be
#   compared with a token rate. Of several files of an item, one must contain the statistic.
# related_resources:
#   - description: k6, summary trend stats
#     ref: https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/#summary-trend-stats
#   - description: vLLM, benchmark CLI
#     ref: https://docs.vllm.ai/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.1.0
#   help: Measure again with a tool that is told to write the statistic, or name the metric as the file does (`servelint evidence FILE` lists what it holds).
package servelint.rules.verification["percentile-not-in-evidence"]

import data.servelint.lib.measured

finding contains violation if {
	some row in measured.rows
	row.result.status == "read"
	problem := lack(row)
	not elsewhere(row)
	message := sprintf("`%s` %s, which %s needs", [row.result.path, problem, row.name])
	violation := object.union({"at": row.at, "message": message}, measured.mild(row.item))
}

lack(row) := sprintf("holds no `%s` of `%s`, only %s", [statistic(row), metric(row), listed(row.result.holds)]) if {
	row.result.lacking == "statistic"
}

lack(row) := sprintf("holds no `%s`, only %s", [metric(row), listed(row.result.holds)]) if {
	row.result.lacking == "metric"
}

lack(row) := sprintf("holds `%s` in `%s`, not in the `%s`", [metric(row), row.result.holdsUnit, unit(row)]) if {
	row.result.lacking == "dimension"
}

listed(names) := sprintf("`%s`", [concat("`, `", names)]) if count(names) > 0

listed(names) := "nothing" if count(names) == 0

# Another file of the same item has it.
elsewhere(row) if {
	index := row.at[2]
	some entry in input.facts.items[index].results
	entry.result
}

statistic(row) := object.get(row.item, ["metric", "statistic"], "statistic of `atSlo`")

metric(row) := object.get(row.item, ["metric", "name"], "metric of `atSlo`")

unit(row) := object.get(row.item, ["metric", "unit"], "unit of `atSlo`")
