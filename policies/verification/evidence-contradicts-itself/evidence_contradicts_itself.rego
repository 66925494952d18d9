# METADATA
# title: Evidence contradicts itself
# description: |
#   A result states many numbers that follow from each other: percentiles rise, nothing is above the greatest
#   value, the counts add up to the requests, a rate is the requests divided by the time, mean and deviation bound
#   the tail, the first token comes before the last. Two values of a file that break such a law cannot both be
#   true: the file was edited, cut, joined from two runs, or written by a tool with a defect. Neither value is used,
#   so what rests on them is unjudged. The tolerances are those that results of the real tools need.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec, DecisionLog]
#   since: 0.2.0
#   help: Give the file as the tool wrote it, or measure again; `servelint evidence FILE` shows both places.
package servelint.rules.verification["evidence-contradicts-itself"]

import data.servelint.lib.measured

finding contains violation if {
	some file in measured.files
	row := file.row
	count(row.result.evidence.contradictions) > 0
	violation := object.union({"at": row.at, "message": broken(row.result), "related": file.related}, measured.mild(row.item))
}

# What decisions rest on.
finding contains {"at": file.result.at, "message": broken(file.result), "related": file.related} if {
	some file in measured.once(supporting)
}

broken(result) := sprintf("`%s` contradicts itself: %s%s", [result.path, laws[0].message, others(count(laws) - 1)]) if {
	laws := result.evidence.contradictions
}

supporting := [result |
	some list in array.concat(
		[object.get(input.facts, "results", [])],
		[claim.results | some claim in input.facts.claims],
	)
	some result in list
	count(result.evidence.contradictions) > 0
]

others(n) := "" if n == 0

others(n) := " (and once more)" if n == 1

others(n) := sprintf(" (and %v times more)", [n]) if n > 1
