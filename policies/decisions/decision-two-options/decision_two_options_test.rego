package servelint.rules.decisions["decision-two-options_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-two-options"] as rule

test_flags_fewer_than_two_options if {
	every decision in [{"id": "D1", "options": [{"id": "a"}]}, {"id": "D1", "options": []}, {"id": "D1"}] {
		testing.places(found(decision)) == {["spec", "decisions", 0, "options"]}
	}
	{finding.message |
		some options in [[], [{"id": "a"}]]
		some finding in found({"id": "D1", "options": options})
	} == {
		"decision `D1` considers no option; at least 2 are needed",
		"decision `D1` considers 1 option; at least 2 are needed",
	}
}

test_accepts_two_options if {
	found({"id": "D1", "options": [{"id": "a", "title": "vLLM"}, {"id": "b", "title": "Ray Serve"}]}) == set()
}

test_flags_options_whose_titles_differ_in_capitals_and_blanks_only if {
	testing.all(found({"id": "D1", "options": [{"title": "Ray Serve"}, {"title": "vLLM"}, {"title": "VLLM "}]})) == {{
		"at": ["spec", "decisions", 0, "options", 2, "title"],
		"related": [["spec", "decisions", 0, "options", 1, "title"]],
		"says": ["2", "3", "`D1`", "`VLLM `"],
	}}
}

test_refers_each_repeated_option_to_the_first if {
	{finding.related | some finding in testing.all(found({"options": [{"title": "vLLM"}, {"title": "vLLM"}, {"title": "vLLM"}]}))} == {[["spec", "decisions", 0, "options", 0, "title"]]}
}

test_names_decisions_without_an_id_by_their_number if {
	{finding.says | some finding in testing.all(found({}))} == {["`1`", "2"]}
	{finding.says | some finding in testing.all(found({"options": [{"title": "vLLM"}, {"title": "vLLM"}]}))} == {["1", "2", "`1`", "`vLLM`"]}
}

test_ignores_options_without_titles if {
	found({"id": "D1", "options": [{}, {}]}) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	rule.finding == set() with input as {"spec": {}}
}

found(decision) := findings if {
	findings := rule.finding with input as {"spec": {"decisions": [decision]}}
}
