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
	messages == {"item `LOAD-1` reports 600 ms, but `a.json` says 712.4 ms, 15.8 % apart"}
}

test_ignores_what_cannot_be_compared if {
	places("fast", [{"value": 712.4, "unit": "ms"}]) == set()
	places(5, []) == set()
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {"items": [{"id": "A", "reported": 5}]}}
}

doc(value, results) := {
	"spec": {"items": [{"id": "LOAD-1", "metric": {"unit": "ms"}, "reported": value}]},
	"facts": {"items": [{"results": [
	{"at": ["spec", "items", 0, "evidence", k], "path": "a.json", "status": "read", "result": result} |
		some k, result in results
	]}]},
}

places(value, results) := at if {
	at := {f.at | some f in rule.finding} with input as doc(value, results)
}

test_flags_other_numbers_of_results_result if {
	said([{"op": "replace", "path": "/facts/items/0/results/0/result/value", "value": -1}]) == {
		{
			"at": ["spec", "items", 0, "reported"],
			"related": [["spec", "items", 0, "evidence", 0]],
			"says": ["`LOAD-1`", "1", "`a.json`", "1", "200"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"facts": {
		"items": [
			{
				"results": [
					{
						"at": ["spec", "items", 0, "evidence", 0],
						"path": "a.json",
						"result": {"unit": "ms", "value": 0},
						"status": "read",
					},
				],
			},
		],
	},
	"spec": {"items": [{"id": "LOAD-1", "metric": {"unit": "ms"}, "reported": 1}]},
}
