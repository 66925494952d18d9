# METADATA
# title: Id is used twice
# description: |
#   Documents point at each other by id: a checklist item verifies `slo/ttft-p95`, a risk names the item that verifies it, a
#   verdict names the action it waits for. Two entries of one list with the same id make such a reference ambiguous, and a
#   check of the first says nothing about the second. Ids must be unique within their list; option ids within their decision.
# custom:
#   severity: error
#   applies_to: [ServingSpec, DecisionLog, VerificationChecklist]
#   since: 0.1.0
#   help: Rename one of the entries and every reference that means it.
package servelint.rules.structure["duplicate-id"]

finding contains {"at": at, "message": message, "related": related} if {
	some [base, key, noun, entries] in lists
	names := [entry[key] | some entry in entries]
	count(names) != count({name | some name in names})
	some i, entry in entries
	name := entry[key]
	first := min([j | some j, other in entries; other[key] == name])
	first < i
	at := array.concat(base, [i, key])
	message := sprintf("%s `%s` is used for entry %d and entry %d, so a reference to it is ambiguous", [noun, name, first + 1, i + 1])
	related := [{"at": array.concat(base, [first, key]), "message": "first used here"}]
}

# Rows of place, key, noun for messages and the list itself.
lists contains [["spec", list], key, noun, entries] if {
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
}

lists contains [["spec", "rollout", "analysis"], "name", "analysis name", entries] if {
	entries := input.spec.rollout.analysis
}

lists contains [["spec", "decisions", i, "options"], "id", "option id", options] if {
	some i, decision in input.spec.decisions
	options := decision.options
}
