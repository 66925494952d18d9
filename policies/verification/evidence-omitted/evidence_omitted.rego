# METADATA
# title: A later result that misses the target is not cited
# description: |
#   Of several runs, the good one is cited easily. A result in the folder of a cited one that comes from the same tool, states
#   the same model, began later, fails the threshold of the item and is in no document is shown here. It may be the
#   result of an experiment; then it belongs into another folder, or into a decision that says what was learned.
#   Files without a model or a time are left out, as are files above 4 MiB and those beyond the first 100 of a folder.
# related_resources:
#   - description: Site Reliability Engineering, Testing for Reliability
#     ref: https://sre.google/sre-book/testing-reliability/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Review]
#   since: 0.2.0
#   gate: evidence
#   help: Cite the later result as well, or move it out of the folder and say in a decision why it does not count.
package servelint.rules.verification["evidence-omitted"]

import data.servelint.lib.checks
import data.servelint.lib.measured
import data.servelint.lib.text

finding contains {"at": pair.row.at, "message": message} if {
	some pair in pairs
	some found in pair.other.measurements
	is_meant(pair, found)
	misses(pair.row.item, pair.facts, found)
	message := sprintf("`%s` is a later result of the same model and tool, and misses the target of %s: `%s` is %s", [
		pair.other.path,
		pair.row.name,
		measured.measure(pair.row.item),
		shown(found),
	])
}

# What the file contradicts cannot be compared, and is no reason to leave it out.
finding contains {"at": pair.row.at, "message": message} if {
	some pair in pairs
	some gone in pair.other.withdrawn
	is_meant(pair, gone)
	message := sprintf("`%s` is a later result of the same model and tool, and contradicts itself about the `%s` that %s rests on", [
		pair.other.path,
		measured.measure(pair.row.item),
		pair.row.name,
	])
}

# A result that an item cites, and a later one of the same kind that nothing cites.
pairs := [{"row": row, "facts": facts, "other": other} |
	count(input.facts.omitted) > 0
	some row in measured.review_rows
	evidence := row.result.evidence
	some other in input.facts.omitted
	other.format == evidence.format
	other.model == evidence.subject.model
	later(other.startedAt, evidence.startedAt)
	facts := input.checklists[row.at[1]].facts.items[row.at[4]]
]

is_meant(pair, statistic) if {
	statistic.metric == pair.facts.metric
	statistic.statistic == pair.row.item.metric.statistic
}

# Texts of one tool are in one form, so that the later one is the greater.
later(a, b) if {
	zone(a) == zone(b)
	a > b
}

zone(moment) := regex.find_n(`(Z|[+-][0-9:]+)?$`, moment, 1)[0]

misses(item, facts, found) if checks.fails(item.op, found.value, bound(facts, found))

bound(facts, found) := facts.thresholdSeconds if found.unit == "s"

bound(facts, found) := facts.thresholdRatio if found.unit == "ratio"

shown(found) := text.duration(found.value) if found.unit == "s"

shown(found) := text.percent(found.value) if found.unit == "ratio"
