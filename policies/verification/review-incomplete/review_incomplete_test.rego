package servelint.rules.verification["review-incomplete_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["review-incomplete"] as rule

test_flags_each_missing_document if {
	number(production([], [])) == 2
	number(production([], [{}])) == 1
	number(production([log("accepted")], [])) == 1
}

test_points_at_the_service if {
	at := testing.places(rule.finding) with input as production([], [])
	at == {["serving", "metadata", "name"]}
}

test_accepts_a_complete_review if {
	number(production([log("accepted")], [{}])) == 0
	number(production([log("proposed"), log("accepted")], [{}])) == 0
}

test_flags_a_log_without_an_accepted_decision if {
	number(production([{}], [{}])) == 1
	number(production([log("proposed")], [{}])) == 1
}

test_ignores_other_environments if {
	number({"service": "chat", "serving": {"spec": {"environment": "staging"}}, "decisions": [], "checklists": []}) == 0
}

test_ignores_reviews_without_spec if {
	number({}) == 0
	number({"service": "chat", "decisions": [{}], "checklists": []}) == 0
	number({"service": "chat", "serving": {"spec": {}}, "decisions": [], "checklists": []}) == 0
}

test_points_at_the_decisions_where_none_is_accepted if {
	at := testing.places(rule.finding) with input as production([log("proposed")], [{}])
	at == {["decisions", 0, "spec", "decisions"]}
}

log(status) := {"spec": {"decisions": [{"status": status}]}}

production(decisions, checklists) := {
	"service": "chat",
	"serving": {"spec": {"environment": "production"}},
	"decisions": decisions,
	"checklists": checklists,
}

number(doc) := n if {
	found := rule.finding with input as doc
	n := count(found)
}
