# METADATA
# title: Id is not unique
# description: |
#   Documents refer to each other by id: a checklist item verifies `slo/ttft-p95`, a risk names the item
#   that verifies it, a verdict names the action it waits for. Two entries of one list with the same id make
#   such a reference ambiguous, and a check of the first says nothing about the second. Ids must be unique
#   within their list; option ids within their decision.
# custom:
#   severity: error
#   applies_to: [ServingSpec, DecisionLog, VerificationChecklist]
#   since: 0.1.0
#   help: Rename one of the entries and every reference to it.
package servelint.rules.structure["duplicate-id"]

finding contains object.union({"at": array.concat(["spec", list], row.at)}, text(["spec", list], noun, row)) if {
	some list, [key, noun] in {
		"assumptions": ["id", "assumption id"],
		"constraints": ["id", "constraint id"],
		"slos": ["name", "SLO name"],
		"decisions": ["id", "decision id"],
		"residualRisks": ["id", "risk id"],
		"actions": ["id", "action id"],
		"items": ["id", "item id"],
	}
	entries := input.spec[list]
	count({entry[key] | some entry in entries}) != count(entries)
	some row in repeated(entries, key)
}

finding contains object.union({"at": array.concat(base, row.at)}, text(base, "analysis name", row)) if {
	base := ["spec", "rollout", "analysis"]
	entries := input.spec.rollout.analysis
	count({entry.name | some entry in entries}) != count(entries)
	some row in repeated(entries, "name")
}

finding contains object.union({"at": array.concat(base, row.at)}, text(base, "option id", row)) if {
	some i, decision in input.spec.decisions
	count({option.id | some option in decision.options}) != count(decision.options)
	base := ["spec", "decisions", i, "options"]
	some row in repeated(decision.options, "id")
}

# Each entry whose name an earlier one has, with the place of both within the list.
repeated(entries, key) := [{"at": [i, key], "name": name, "first": first, "again": i, "key": key} |
	some i, entry in entries
	name := entry[key]
	first := min([j | some j, other in entries; other[key] == name])
	first < i
]

text(base, noun, row) := {
	"message": sprintf("%s `%s` is used for entry %d and entry %d, so a reference to it is ambiguous", [
		noun,
		row.name,
		row.first + 1,
		row.again + 1,
	]),
	"related": [{"at": array.concat(base, [row.first, row.key]), "message": "first used here"}],
}
