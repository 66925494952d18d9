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
#   help: Fill in what is missing, so that somebody on call can follow the plan without asking.
package servelint.rules.rollout["rollback-complete"]

finding contains {"at": ["spec", "rollback", key], "message": message} if {
	plan := input.spec.rollback
	some key, what in needed
	object.get(plan, key, null) == null
	message := sprintf("rollback has no `%s`: it does not say %s", [key, what])
}

finding contains {"at": ["spec", "rollback", "triggers"], "message": message} if {
	count(input.spec.rollback.triggers) == 0
	message := "rollback lists no trigger: nothing says when to roll back"
}

finding contains {"at": ["spec", "rollback", "triggers", i], "message": message} if {
	known := names
	some i, trigger in input.spec.rollback.triggers
	not trigger in known
	message := sprintf("rollback trigger `%s` is not the name of an analysis of the rollout", [trigger])
}

finding contains {
	"at": ["spec", "rollout", "analysis", j, key],
	"message": message,
	"related": [{"at": ["spec", "rollback", "triggers", i], "message": "the trigger that relies on it"}],
} if {
	some i, trigger in input.spec.rollback.triggers
	some j, analysis in input.spec.rollout.analysis
	analysis.name == trigger
	some key, what in {"threshold": "at which value", "window": "over how long"}
	object.get(analysis, key, null) == null
	message := sprintf("rollback trigger `%s` has no `%s`: it does not say %s it acts", [trigger, key, what])
}

needed := {
	"automatic": "whether it acts by itself",
	"triggers": "when to roll back",
	"targetRevision": "which revision comes back",
	"rto": "how soon users are well again",
	"runbook": "how it is done by hand",
}

# Undefined without a rollout, and where an analysis lacks its name: both are reported elsewhere.
names := {name | some name in named} if {
	analyses := object.get(input.spec.rollout, "analysis", [])
	named := [analysis.name | some analysis in analyses]
	count(named) == count(analyses)
}
