# METADATA
# title: Production service has no rollout or rollback plan
# description: |
#   Most outages start with a change, and a change is cheap to undo only while few users have it and the way
#   back is planned. So a specification for production has a `rollout` (how traffic moves to the new
#   version) and a `rollback` (what sends it back, to which revision, how fast). A specification that
#   changes nothing in production says `noProductionImpact` with a reason instead. Other environments need
#   neither.
# related_resources:
#   - description: SRE workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Add the missing part, or `noProductionImpact` with the reason why there is nothing to undo.
#   reworded:
#     - now: "production spec has no `{}`: it does not define {}"
#       then: "production spec has no `{}`: it does not say {}"
package servelint.rules.rollout["rollout-required"]

finding contains {"at": ["spec", key], "message": message} if {
	input.spec.environment == "production"
	some key, what in {"rollout": "how traffic moves to it", "rollback": "how it is undone"}
	not input.spec[key]
	not input.spec.noProductionImpact
	message := sprintf("production spec has no `%s`: it does not define %s", [key, what])
}

finding contains {"at": ["spec", "noProductionImpact", "reason"], "message": message} if {
	input.spec.environment == "production"
	trim_space(object.get(input.spec.noProductionImpact, "reason", "")) == ""
	message := "`noProductionImpact` gives no reason why a rollout and a rollback are not needed"
}
