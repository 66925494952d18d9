# METADATA
# title: Rollback plan is incomplete
# description: |
#   A rollback happens under pressure, often by somebody who did not plan the rollout. The plan therefore
#   says what triggers it, whether that acts by itself (`automatic`), which revision comes back
#   (`targetRevision`), how soon (`rto`) and where the steps are written down (`runbook`). Each trigger
#   names an analysis of the rollout, and that analysis has a `threshold` and a `window`, because a trigger
#   without numbers cannot be evaluated. A plan without a trigger depends on complaints from users.
# related_resources:
#   - description: SRE book, Release Engineering
#     ref: https://sre.google/sre-book/release-engineering/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   gate: rollback
#   help: Fill in what is missing, so that somebody on call can follow the plan without asking.
#   reworded:
#     - now: "rollback has no trigger, so nothing starts it"
#       then: "rollback lists no trigger: nothing says when to roll back"
#     - now: "rollback trigger `{}` has no `{}`: it does not define {} it acts"
#       then: "rollback trigger `{}` has no `{}`: it does not say {} it acts"
#     - now: "rollback has no `automatic`: it does not define whether it is automatic"
#       then: "rollback has no `automatic`: it does not say whether it acts by itself"
#     - now: "rollback has no `targetRevision`: it does not define the revision to return to"
#       then: "rollback has no `targetRevision`: it does not say which revision comes back"
#     - now: "rollback has no `runbook`: it does not define the manual steps"
#       then: "rollback has no `runbook`: it does not say how it is done by hand"
#     - now: "rollback has no `rto`: it does not define the time to recovery"
#       then: "rollback has no `rto`: it does not say how soon users are well again"
#     - now: "rollback has no `{}`: it does not define {}"
#       then: "rollback has no `{}`: it does not say {}"
package servelint.rules.rollout["rollback-complete"]

finding contains {"at": ["spec", "rollback", key], "message": message} if {
	plan := input.spec.rollback
	some key, what in needed
	object.get(plan, key, null) == null
	message := sprintf("rollback has no `%s`: it does not define %s", [key, what])
}

finding contains {"at": ["spec", "rollback", "triggers"], "message": message} if {
	count(triggers) == 0
	message := "rollback has no trigger, so nothing starts it"
}

finding contains {"at": ["spec", "rollback", "triggers", i], "message": message} if {
	known := names
	some i, trigger in triggers
	not trigger in known
	message := sprintf("rollback trigger `%s` is not the name of an analysis of the rollout", [trigger])
}

finding contains {
	"at": ["spec", "rollout", "analysis", j, key],
	"message": message,
	"related": [{"at": ["spec", "rollback", "triggers", i], "message": "the trigger that uses it"}],
} if {
	some i, trigger in triggers
	some j, analysis in input.spec.rollout.analysis
	analysis.name == trigger
	some key, what in {"threshold": "at which value", "window": "over how long"}
	object.get(analysis, key, null) == null
	message := sprintf("rollback trigger `%s` has no `%s`: it does not define %s it acts", [trigger, key, what])
}

needed := {
	"automatic": "whether it is automatic",
	"triggers": "when to roll back",
	"targetRevision": "the revision to return to",
	"rto": "the time to recovery",
	"runbook": "the manual steps",
}

# Undefined without a rollout, and where an analysis lacks its name: both are reported elsewhere.
names := {name | some name in named} if {
	analyses := object.get(input.spec.rollout, "analysis", [])
	named := [analysis.name | some analysis in analyses]
	count(named) == count(analyses)
}

# The engine that ships fails where null is walked, which OPA takes for nothing.
triggers := input.spec.rollback.triggers if is_array(input.spec.rollback.triggers)
