# METADATA
# title: Production service has no human verdict
# description: |
#   servelint compares numbers and names; whether the service may go into production is decided by a person who is
#   accountable for it. A production service of tier `critical` or `standard` therefore needs `spec.verdict` in
#   its checklist: the decision, who made it, and when. Until then the review waits for somebody to decide.
#
#   With `--policy-from REV` a verdict in the name of somebody counts if REV has the identical one, or if that
#   person approved the commit at hand (`--approvals`), because its author can type any name.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: escalation
#   applies_to: [Review]
#   since: 0.2.0
#   help: "Let the person who is accountable add `verdict: {decision: go, by: NAME, date: DATE}` to the checklist."
package servelint.rules.verification["verdict-missing"]

import data.servelint.lib.names

finding contains {"at": ["checklists", 0, "spec", "verdict"], "message": message} if {
	tier := awaited
	count(input.checklists) > 0
	not decided
	message := sprintf("nobody decided whether `%s`, a production service of tier `%s`, may go live", [input.service, tier])
}

finding contains {
	"at": ["checklists", c, "spec", "verdict", "by"],
	"message": message,
	"help": "Let that person approve this commit, or an earlier change that brings the verdict.",
} if {
	awaited
	count(proven) == 0
	some c, list in input.checklists
	favourable(list)
	by := list.spec.verdict.by
	message := sprintf("the verdict of `%s` is by `%s` only in this change, which `%s` did not approve", [input.service, by, by])
}

# The tier of a service that needs a verdict.
awaited := tier if {
	input.serving.spec.environment == "production"
	tier := input.serving.spec.tier
	tier in {"critical", "standard"}
}

decided if {
	some list in input.checklists
	list.spec.verdict.decision
}

proven := [c |
	some c, list in input.checklists
	favourable(list)
	names.proven(list, ["spec", "verdict"])
]

favourable(list) if list.spec.verdict.decision in {"go", "go-with-conditions"}
