package servelint.rules.verification["evidence-error-ratio_test"]

import data.servelint.lib.testing
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

test_flags_a_ratio_without_counts if {
	doc := review({"id": "A"}, object.union(object.remove(result(0.02), ["evidence"]), {"evidence": {}}))
	found := {f.at | some f in rule.finding} with input as doc with data.servelint.policy as {}
	found == at
}

test_ignores_failure_drills if {
	doc := review({"id": "A", "category": "failure"}, result(0.02))
	count(rule.finding) == 0 with input as doc with data.servelint.policy as {}
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

review(item, entry) := {
	"serving": {"spec": {"slos": [{"name": "availability", "indicator": {"type": "availability"}, "target": 0.99}]}},
	"checklists": [{"spec": {"items": [item]}, "facts": {"items": [{"results": [entry]}]}}],
}

places(ratio, team) := found if {
	found := {f.at | some f in rule.finding} with input as review({"id": "A"}, result(ratio))
		with data.servelint.policy as {"maxErrorRatioInLoadTest": team}
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
			"related": [["serving", "spec", "slos", 0, "target"]],
			"says": ["2", "`a.json`", "`availability`", "1"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
		with data.servelint.policy as {}
}

example := {
	"checklists": [
		{
			"facts": {
				"items": [
					{
						"results": [
							{
								"at": ["spec", "items", 0, "evidence", 0],
								"errorRatio": 0.02,
								"evidence": {},
								"path": "a.json",
								"status": "read",
							},
						],
					},
				],
			},
			"spec": {"items": [{"id": "A"}]},
		},
	],
	"serving": {
		"spec": {"slos": [{"indicator": {"type": "availability"}, "name": "availability", "target": 0.99}]},
	},
}
