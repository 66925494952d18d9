# METADATA
# title: Checklist does not cover load, canary, every SLO and the rollback time
# description: |
#   Before a production release two things must be verified: the service under its planned load, and the new
#   version beside the old one. So the checklist needs at least one blocking `load` item and one blocking
#   `canary` item (`shadow` will do for strategies without a canary), and every SLO and the rollback time
#   must be verified by some item: an objective that is not measured before a release is first tested by
#   users. An SLO that advisory items alone verify is a warning. The rule applies to production only; a service without production impact needs no canary.
# related_resources:
#   - description: The Site Reliability Workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   gate: load
#   help: Add the item, or add the reference (`slo/<name>`, `rollback/rto`) to the `verifies` of the item that measures it.
package servelint.rules.verification["coverage-load-and-canary"]

import data.servelint.lib.refs

finding contains {"at": ["checklists", 0, "spec", "items"], "message": "no blocking item of category `load` shows the service under its planned load"} if {
	asked
	not blocking({"load"})
}

finding contains {"at": ["checklists", 0, "spec", "items"], "message": message} if {
	asked
	not input.serving.spec.noProductionImpact
	wanted := side_by_side
	not blocking({category | some category in wanted})
	message := sprintf("no blocking item of category `%s` shows the new version beside the old one", [concat("` or `", wanted)])
}

finding contains {"at": ["serving", "spec", "slos", i, "name"], "message": message} if {
	asked
	some i, slo in input.serving.spec.slos
	target := sprintf("slo/%s", [slo.name])
	not target in verified
	message := sprintf("no checklist item verifies SLO `%s` (`%s`)", [slo.name, target])
}

finding contains {
	"at": ["serving", "spec", "slos", i, "name"],
	"message": message,
	"severity": "warning",
	"help": "Let an item that blocks verify the objective.",
	"related": [{"at": array.concat(entry.at, ["gate"]), "message": "advisory"} | some entry in verifying(target)],
} if {
	asked
	some i, slo in input.serving.spec.slos
	target := sprintf("slo/%s", [slo.name])
	target in verified
	every entry in verifying(target) { entry.item.gate == "advisory" }
	message := sprintf("SLO `%s` is verified by advisory items alone (`%s`), so nothing stops a release that misses it", [
		slo.name,
		concat("`, `", sort([sprintf("%v", [object.get(entry.item, "id", "?")]) | some entry in verifying(target)])),
	])
}

finding contains {"at": ["serving", "spec", "rollback", "rto"], "message": message} if {
	asked
	rto := input.serving.spec.rollback.rto
	not "rollback/rto" in verified
	message := sprintf("no checklist item verifies that a rollback takes at most %s (`rollback/rto`)", [rto])
}

# Without any checklist review-incomplete says so.
asked if {
	input.serving.spec.environment == "production"
	count(input.checklists) > 0
}

verified contains target if {
	some entry in refs.items
	some target in entry.item.verifies
}

verifying(target) := [entry | some entry in refs.items; target in entry.item.verifies]

blocking(categories) if {
	some entry in refs.items
	entry.item.category in categories
	entry.item.gate == "blocking"
}

default side_by_side := ["canary"]

side_by_side := ["canary", "shadow"] if input.serving.spec.rollout.strategy in {"blueGreen", "rolling", "shadow"}
