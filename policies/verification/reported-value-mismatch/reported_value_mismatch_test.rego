package servelint.rules.verification["reported-value-mismatch_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["reported-value-mismatch"] as rule

reported := {["spec", "items", 0, "reported"]}

test_flags_more_than_one_percent if {
	places(720, [{"value": 712.4, "unit": "ms"}]) == reported
	places(0.7124, [{"value": 712.4, "unit": "ms"}]) == reported
	places(1, [{"value": 0, "unit": "ms"}]) == reported
}

test_accepts_one_percent if {
	places(719.524, [{"value": 712.4, "unit": "ms"}]) == set()
	places(712.4, [{"value": 712.4, "unit": "ms"}]) == set()
	places(0, [{"value": 0, "unit": "ms"}]) == set()
}

test_accepts_the_rounding_of_the_tool if {
	places(84, [{"value": 80, "unit": "ms", "resolution": 10}]) == set()
	places(87, [{"value": 80, "unit": "ms", "resolution": 10}]) == reported
}

test_flags_another_word if {
	places("Successful", [{"text": "Failed", "unit": "enum"}]) == reported
	places("Failed", [{"text": "Failed", "unit": "enum"}]) == set()
}

test_accepts_one_file_that_agrees if {
	places(712.4, [{"value": 650, "unit": "ms"}, {"value": 712.4, "unit": "ms"}]) == set()
}

test_says_the_numbers if {
	messages := {f.message | some f in rule.finding} with input as doc(600, [{"value": 712.4, "unit": "ms"}])
	messages == {"item `LOAD-1` reports 600 ms, but `a.json` has 712.4 ms, 15.8 % apart"}
}

test_ignores_what_cannot_be_compared if {
	places("fast", [{"value": 712.4, "unit": "ms"}]) == set()
	places(5, []) == set()
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {"items": [{"id": "A", "reported": 5}]}}
}

test_half_a_step_of_the_tool_is_accepted if {
	places(85, [{"value": 80, "unit": "ms", "resolution": 10}]) == set()
	places(86, [{"value": 80, "unit": "ms", "resolution": 10}]) == reported
}

test_a_number_below_the_result_is_compared_too if {
	places(-712.4, [{"value": 712.4, "unit": "ms"}]) == reported
	places(700, [{"value": 712.4, "unit": "ms"}]) == reported
}

test_a_distance_needs_a_result_other_than_zero if {
	messages(1, [{"value": 0, "unit": "ms"}]) == {"item `LOAD-1` reports 1 ms, but `a.json` has 0 ms"}
	messages(2, [{"value": 1, "unit": "ms"}]) == {"item `LOAD-1` reports 2 ms, but `a.json` has 1 ms, 100 % apart"}
	messages(0.9, [{"value": 1, "unit": "ms"}]) == {"item `LOAD-1` reports 0.9 ms, but `a.json` has 1 ms, 10 % apart"}
}

test_the_message_gives_words_as_they_are if {
	messages("Successful", [{"text": "Failed", "unit": "enum"}]) == {"item `LOAD-1` reports Successful ms, but `a.json` has `Failed`"}
}

test_shows_the_file if {
	found := testing.all(rule.finding) with input as doc(720, [{"value": 712.4, "unit": "ms"}])
	{f.related | some f in found} == {[["spec", "items", 0, "evidence", 0]]}
}

doc(value, results) := {
	"spec": {"items": [{"id": "LOAD-1", "metric": {"unit": "ms"}, "reported": value}]},
	"facts": {"items": [{"results": [
	{"at": ["spec", "items", 0, "evidence", k], "path": "a.json", "status": "read", "result": result} |
		some k, result in results
	]}]},
}

places(value, results) := at if {
	at := testing.places(rule.finding) with input as doc(value, results)
}

messages(value, results) := found if {
	found := {f.message | some f in rule.finding} with input as doc(value, results)
}
