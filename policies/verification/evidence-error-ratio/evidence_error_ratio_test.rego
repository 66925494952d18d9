package servelint.rules.verification["evidence-error-ratio_test"]

import data.servelint.rules.verification["evidence-error-ratio"] as rule

at := {["checklists", 0, "spec", "items", 0, "evidence", 0]}

test_flags_more_failures_than_the_objective_allows if {
	places(0.02, null) == at
}

test_accepts_as_many_as_it_allows if {
	places(0.01, null) == set()
	places(0, null) == set()
}

test_flags_more_than_the_team_allows if {
	places(0.006, 0.005) == at
	places(0.02, 0.05) == set()
}

test_ignores_files_that_do_not_tell_and_reviews_without_an_objective if {
	count(rule.finding) == 0 with input as {"checklists": [{"spec": {"items": [{}]}, "facts": {"items": [{"results": [result(0.5)]}]}}]}
		with data.servelint.policy as {}
	count(rule.finding) == 0 with input as {}
}

result(ratio) := {
	"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0],
	"errorRatio": ratio, "evidence": {"failed": 1, "completed": 9},
}

places(ratio, team) := found if {
	found := {f.at | some f in rule.finding} with input as {
		"serving": {"spec": {"slos": [{"name": "availability", "indicator": {"type": "availability"}, "target": 0.99}]}},
		"checklists": [{"spec": {"items": [{"id": "A"}]}, "facts": {"items": [{"results": [result(ratio)]}]}}],
	}
		with data.servelint.policy as {"maxErrorRatioInLoadTest": team}
}
