package servelint.rules.decisions["decision-two-options_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-two-options"] as rule

options := {["spec", "decisions", 0, "options"]}

test_flags_fewer_than_two if {
	places({"id": "D1", "options": [{"id": "a"}]}) == options
	places({"id": "D1", "options": []}) == options
	places({"id": "D1"}) == options
}

test_accepts_two if {
	places({"id": "D1", "options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "Ray Serve"}]}) == set()
}

test_flags_two_that_are_the_same if {
	places({"id": "D1", "options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "VLLM "}]}) == {["spec", "decisions", 0, "options", 1, "title"]}
}

test_ignores_missing_titles if {
	places({"id": "D1", "options": [{}, {}]}) == set()
}

test_ignores_a_log_without_decisions if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
}

places(decision) := at if {
	at := {f.at | some f in rule.finding} with input as {"spec": {"decisions": [decision]}}
}

test_flags_empty_decisions if {
	said_1([{"op": "replace", "path": "/spec/decisions/0", "value": {}}]) == {{"at": ["spec", "decisions", 0, "options"], "says": ["`1`", "2"]}}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["spec", "decisions", 0, "options"], "says": ["`D1`", "2"]}}
	said_2([]) == {
		{
			"at": ["spec", "decisions", 0, "options", 1, "title"],
			"related": [["spec", "decisions", 0, "options", 0, "title"]],
			"says": ["1", "2", "`D1`", "`VLLM `"],
		},
	}
}

test_flags_without_decisions_id if {
	said_2([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 1, "title"],
			"related": [["spec", "decisions", 0, "options", 0, "title"]],
			"says": ["1", "2", "`1`", "`VLLM `"],
		},
	}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"spec": {"decisions": [{"id": "D1"}]}}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"spec": {
		"decisions": [{"id": "D1", "options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "VLLM "}]}],
	},
}
