# METADATA
# title: Tool marks its own result as invalid
# description: |
#   Tools mark an invalid run in different ways: a run that was cancelled or is still going, an analysis
#   that was ended from outside (which Argo calls Successful) or ran as `dryRun`, a query that found
#   nothing, an analysis that failed as a whole while one of its metrics looks well, an MLPerf run that is not VALID, a threshold of the tool itself that was crossed. In `k6
#   --summary-export`, `true` beside a threshold means crossed, which many read the other way round. A value
#   that the tool rounded is inconclusive where the threshold lies within the rounding.
# related_resources:
#   - description: k6, issue 1498
#     ref: https://github.com/grafana/k6/issues/1498
#   - description: Argo Rollouts, issue 1329
#     ref: https://github.com/argoproj/argo-rollouts/issues/1329
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.2.0
#   help: Measure again, and let the run end by itself; `servelint evidence FILE` shows what was read.
#   reworded:
#     - now: "`{}` is no valid evidence: {}"
#       then: "`{}` is no proof: {}"
#     - now: "{} is decided by rounding: `{}` has {}, rounded to {}, and the threshold is {}"
#       then: "{} is decided by rounding: `{}` says {}, rounded to {}, and the threshold is {}"
package servelint.rules.verification["evidence-tool-semantics"]

import data.servelint.lib.measured

finding contains violation if {
	some file in measured.files
	row := file.row
	some kind in ["invalid", "unfinished", "terminated", "dry-run", "no-measurements", "threshold-crossed"]
	messages := measured.cautions(row.result, kind)
	count(messages) > 0
	message := sprintf("`%s` is no valid evidence: %s", [row.result.path, messages[0]])
	violation := object.union({"at": row.at, "message": message, "related": file.related}, measured.mild(row.item))
}

# That the run failed is what the item is about where it names another phase, and a missed threshold where it names
# the phase of the whole.
finding contains violation if {
	some row in measured.rows
	messages := measured.cautions(row.result, "run-failed")
	count(messages) > 0
	not object.get(row.item, ["metric", "name"], "") in {"analysis_phase", "canary_phase"}
	not awaits_failure(row.item)
	message := sprintf("`%s` is no valid evidence for %s: %s", [row.result.path, row.name, messages[0]])
	violation := object.union({"at": row.at, "message": message}, measured.mild(row.item))
}

awaits_failure(item) if {
	is_string(item.threshold)
	not item.threshold in {"Successful", "Succeeded"}
}

finding contains violation if {
	some row in measured.rows
	result := row.result.result
	step := result.resolution
	is_number(row.item.threshold)
	abs(result.value - row.item.threshold) < step / 2
	message := sprintf("%s is decided by rounding: `%s` has %s, rounded to %v, and the threshold is %v", [
		row.name,
		row.result.path,
		measured.shown(result),
		measured.number(step),
		row.item.threshold,
	])
	violation := object.union({"at": row.at, "message": message, "related": threshold(row)}, measured.mild(row.item))
}

threshold(row) := [{"at": array.concat(array.slice(row.at, 0, 3), ["threshold"]), "message": "the threshold"}]
