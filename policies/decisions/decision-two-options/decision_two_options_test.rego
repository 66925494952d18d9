package servelint.rules.decisions["decision-two-options_test"]

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
