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
	found := testing.places(rule.finding) with input as doc with data.servelint.policy as {}
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

test_the_message_counts_failed_and_all_requests if {
	said(review({"id": "A"}, result(0.1))) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"related": [["serving", "spec", "slos", 0, "target"]],
		"says": ["10", "`a.json`", "1", "10", "`availability`", "1"],
	}}
}

test_a_file_without_counts_gives_only_the_ratio if {
	bare := object.union(object.remove(result(0.1), ["evidence"]), {"evidence": {}})
	messages := {f.message | some f in rule.finding} with input as review({"id": "A"}, bare) with data.servelint.policy as {}
	messages == {"10 % of the requests in `a.json` failed; SLO `availability` allows 1 %"}
}

test_the_strictest_availability_counts if {
	looser := {"name": "batch", "indicator": {"type": "availability"}, "target": 0.9}
	doc := testing.after(review({"id": "A"}, result(0.02)), {"/serving/spec/slos/-": looser})
	{f.related | some f in said(doc)} == {[["serving", "spec", "slos", 0, "target"]]}
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
	found := testing.places(rule.finding) with input as review({"id": "A"}, result(ratio))
		with data.servelint.policy as {"maxErrorRatioInLoadTest": team}
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.policy as {}
}
