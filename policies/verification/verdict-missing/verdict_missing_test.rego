package servelint.rules.verification["verdict-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["verdict-missing"] as rule

test_flags_a_production_service_that_nobody_decided_about if {
	testing.places(rule.finding) == {["checklists", 0, "spec", "verdict"]} with input as review("production", "critical", [{"spec": {}}])
	number(review("production", "standard", [{"spec": {}}])) == 1
}

test_accepts_what_somebody_decided if {
	number(review("production", "critical", [{"spec": {"verdict": {"decision": "go"}}}])) == 0
	number(review("production", "critical", [{"spec": {"verdict": {"decision": "no-go"}}}])) == 0
	number(review("production", "critical", [{"spec": {}}, {"spec": {"verdict": {"decision": "go"}}}])) == 0
}

test_is_silent_for_experiments_and_elsewhere if {
	number(review("production", "experimental", [{"spec": {}}])) == 0
	number(review("staging", "critical", [{"spec": {}}])) == 0
}

test_leaves_a_missing_checklist_to_another_rule if {
	number(review("production", "critical", [])) == 0
}

test_flags_a_verdict_that_is_only_typed_in_the_change if {
	messages := {[f.at, f.message] | some f in rule.finding} with input as review("production", "critical", [typed("go")])
	messages == {[
		["checklists", 0, "spec", "verdict", "by"],
		"the verdict of `chat` is by `m.osei` only in this change, which `m.osei` did not approve",
	]}
	number(review("production", "standard", [typed("go-with-conditions")])) == 1
}

test_accepts_a_typed_verdict_where_none_is_needed_or_another_counts if {
	number(review("staging", "critical", [typed("go")])) == 0
	number(review("production", "experimental", [typed("go")])) == 0
	number(review("production", "critical", [typed("no-go")])) == 0
	number(review("production", "critical", [typed("go"), {"spec": {"verdict": {"decision": "go"}}}])) == 0
}

typed(decision) := {
	"spec": {"verdict": {"decision": decision, "by": "m.osei"}},
	"facts": {"unproven": [["spec", "verdict"]]},
}

test_names_the_service_and_its_tier if {
	messages := {f.message | some f in rule.finding} with input as review("production", "critical", [{"spec": {}}])
	messages == {"nobody decided whether `chat`, a production service of tier `critical`, may go live"}
}

number(review) := count(found) if {
	found := rule.finding with input as review
}

review(environment, tier, checklists) := {
	"service": "chat",
	"serving": {"spec": {"environment": environment, "tier": tier}},
	"decisions": [],
	"checklists": checklists,
}
