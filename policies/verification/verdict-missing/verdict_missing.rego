# METADATA
# title: Production service has no human verdict
# description: |
#   servelint compares numbers and names; whether the service may go into production is decided by a person who is
#   accountable for it. A production service of tier `critical` or `standard` therefore needs `spec.verdict` in
#   its checklist: the decision, who made it, and when. Until then the review waits for somebody to decide.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: escalation
#   applies_to: [Review]
#   since: 0.2.0
#   help: "Let the person who is accountable add `verdict: {decision: go, by: NAME, date: DATE}` to the checklist."
package servelint.rules.verification["verdict-missing"]

finding contains {"at": ["checklists", 0, "spec", "verdict"], "message": message} if {
	input.serving.spec.environment == "production"
	tier := input.serving.spec.tier
	tier in {"critical", "standard"}
	count(input.checklists) > 0
	not decided
	message := sprintf("nobody decided whether `%s`, a production service of tier `%s`, may go live", [input.service, tier])
}

decided if {
	some list in input.checklists
	list.spec.verdict.decision
}
