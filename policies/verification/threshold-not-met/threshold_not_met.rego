# METADATA
# title: Target is not met
# description: |
#   The value is read again from the evidence file, converted to the item's unit, and compared with the
#   item's operator and threshold. A missed blocking target stops the release, in every environment and
#   whatever `reported`, the verdict or a waiver in the checklist says; a missed advisory one is a warning.
#   Where several files are given, each must meet the target. Where no file contradicts it, a `reported`
#   value that misses the target counts as missed; one that meets it proves nothing.
# related_resources:
#   - description: Site Reliability Engineering, Service Level Objectives
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: error
#   applies_to: [VerificationChecklist]
#   since: 0.1.0
#   help: Stop the release. Fix the cause and measure again; do not move the threshold to the result.
package servelint.rules.verification["threshold-not-met"]

import data.servelint.lib.checks
import data.servelint.lib.measured

finding contains violation if {
	some row in measured.rows
	result := row.result.result
	checks.missed(row.item, result)
	message := sprintf("%s misses its target: `%s` is %s in `%s`, not %s %s", [
		row.name,
		measured.measure(row.item),
		measured.shown(result),
		row.result.path,
		wording(row.item.op),
		checks.value(row.item, row.item.threshold),
	])
	related := array.concat(
		[{"at": array.concat(array.slice(row.at, 0, 3), ["threshold"]), "message": "the target"}],
		claimed(row),
	)
	violation := object.union({"at": row.at, "message": message, "related": related}, measured.mild(row.item))
}

finding contains violation if {
	some i, item in input.spec.items
	checks.misses(item)
	not found_out(i, item)
	message := sprintf("%s misses its target: `%s` is %s, not %s %s", [
		measured.item_name(item, i),
		measured.measure(item),
		checks.value(item, item.reported),
		wording(item.op),
		checks.value(item, item.threshold),
	])
	related := [{"at": ["spec", "items", i, "threshold"], "message": "the target"}]
	violation := object.union({"at": ["spec", "items", i, "reported"], "message": message, "related": related}, measured.mild(item))
}

# A file says the same, with more weight.
found_out(i, item) if {
	some entry in input.facts.items[i].results
	checks.missed(item, entry.result)
}

claimed(row) := [{
	"at": array.concat(array.slice(row.at, 0, 3), ["reported"]),
	"message": sprintf("reported as %s", [checks.value(row.item, row.item.reported)]),
}] if {
	row.item.reported != null
} else := []

wording("lte") := "at most"

wording("lt") := "below"

wording("gte") := "at least"

wording("gt") := "above"

wording("eq") := "equal to"
