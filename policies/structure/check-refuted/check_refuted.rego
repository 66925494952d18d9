# METADATA
# title: Fact contradicts the constraint or the assumption
# description: |
#   A `check` of a constraint or an assumption compares a fact of the service with a value: GPUs, regions,
#   registries, cost, traffic and what else `servelint facts` lists. Facts come from the specification, its
#   manifests, the tables of observed traffic and servelint.toml. The fact must compare as the check says. A
#   value of another kind than the fact, such as a number for a duration, cannot be compared and is an error. A
#   fact that nobody states is unknown: the check is then neither met nor missed. What contradicts an
#   assumption, or a constraint that is not hard, is a warning.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: scope
#   help: Change the service so that it respects the limit, or let the owner of the limit decide about it again.
package servelint.rules.structure["check-refuted"]

finding contains object.union({"at": at, "message": message, "related": related}, weight(entry)) if {
	some check in input.facts.checks
	check.outcome == "refuted"
	entry := object.get(input, check.at, {})
	at := array.concat(check.at, ["check"])
	message := sprintf("%s `%v` does not hold: `%s` is %s, not %s", [
		noun(check),
		id(check, entry),
		check.fact,
		check.stated,
		check.wanted,
	])
	related := [{"at": place, "message": "states it"} | some place in array.slice(check.places, 0, most)]
}

finding contains {"at": at, "message": message, "help": help} if {
	some check in input.facts.checks
	check.outcome == "unfit"
	entry := object.get(input, check.at, {})
	at := array.concat(check.at, ["check", "value"])
	message := sprintf("the check of %s `%v` cannot be compared: %s", [noun(check), id(check, entry), check.reason])
	help := "Write the value in the unit of the fact, with an operator that compares such values; `servelint facts` prints both."
}

# Places that are shown: many manifests can state the same.
most := 10

noun(check) := "constraint" if check.at[2] == "constraints"

noun(check) := "assumption" if check.at[2] == "assumptions"

id(check, entry) := object.get(entry, "id", check.at[3] + 1)

weight(entry) := {} if {
	entry.hard == true
} else := {"severity": "warning"}
