package servelint.lib.checks_test

import data.servelint.lib.checks

test_every_operator_at_the_threshold if {
	misses := {op | some op in ["lte", "lt", "gte", "gt", "eq"]; checks.misses({"op": op, "reported": 5, "threshold": 5})}
	misses == {"lt", "gt"}
}

test_every_operator_beyond_the_threshold if {
	above := {op | some op in ["lte", "lt", "gte", "gt", "eq"]; checks.misses({"op": op, "reported": 6, "threshold": 5})}
	above == {"lte", "lt", "eq"}
	below := {op | some op in ["lte", "lt", "gte", "gt", "eq"]; checks.misses({"op": op, "reported": 4, "threshold": 5})}
	below == {"gte", "gt", "eq"}
}

test_names_are_compared_for_equality if {
	checks.misses({"op": "eq", "reported": "Failed", "threshold": "Successful"})
	not checks.misses({"op": "eq", "reported": "Successful", "threshold": "Successful"})
	phase := {"op": "eq", "threshold": "Successful"}
	checks.missed(phase, {"text": "Failed"})
	not checks.missed(phase, {"text": "Successful"})
	checks.met(phase, {"text": "Successful"})
	not checks.met(phase, {"text": "Failed"})
}

test_names_have_no_order if {
	every op in ["lte", "lt", "gte", "gt"] {
		phase := {"op": op, "threshold": "Successful"}
		not checks.misses(object.union(phase, {"reported": "Failed"}))
		not checks.missed(phase, {"text": "Failed"})
		not checks.met(phase, {"text": "Successful"})
	}
}

test_every_operator_is_met_on_its_side if {
	met := {[op, value] |
		some op in ["lte", "lt", "gte", "gt", "eq"]
		some value in [4, 5, 6]
		checks.met({"op": op, "threshold": 5}, {"value": value})
	}
	met == {["lte", 4], ["lte", 5], ["lt", 4], ["gte", 5], ["gte", 6], ["gt", 6], ["eq", 5]}
}

test_an_unknown_operator_is_neither_met_nor_missed if {
	not checks.met({"op": "between", "threshold": 5}, {"value": 5})
	not checks.missed({"op": "between", "threshold": 5}, {"value": 5})
}

test_values_are_shown_with_their_unit if {
	checks.value({"metric": {"unit": "ms"}}, 712.4) == "712.4 ms"
	checks.value({"metric": {"unit": "ratio"}}, 0.99) == "0.99"
	checks.value({"metric": {"unit": "enum"}}, "Successful") == "Successful"
	checks.value({"metric": {}}, 5) == "5"
}

test_what_cannot_be_compared_is_no_miss if {
	not checks.misses({})
	not checks.misses({"op": "lte", "reported": "800ms", "threshold": 800})
	not checks.misses({"op": "lte", "threshold": 800})
	not checks.misses({"reported": 900, "threshold": 800})
}

limit := {"op": "lte", "threshold": 800}

test_results_of_the_files_decide if {
	checks.outcome(limit, {"results": [{"result": {"value": 700}}, {"result": {"value": 900}}]}) == "missed"
	checks.outcome(limit, {"results": [{"status": "missing"}, {"result": {"value": 700}}]}) == "passed"
	checks.outcome(limit, {"results": [{"status": "missing"}, {"status": "remote"}]}) == "open"
	checks.outcome(limit, {"results": [{"status": "read", "lacking": "unit"}]}) == "open"
	checks.outcome(limit, {"results": [{"status": "read", "lacking": "statistic"}]}) == "unproven"
	checks.outcome({"op": "eq", "threshold": "Successful"}, {"results": [{"result": {"text": "Failed"}}]}) == "missed"
	not checks.outcome(limit, {"results": []})
	not checks.outcome(limit, {})
}

test_a_result_without_operator_is_neither_met_nor_missed if {
	not checks.met({"threshold": 800}, {"value": 1})
	not checks.missed({"threshold": 800}, {"value": 1000})
	not checks.met({"op": "lte", "threshold": "fast"}, {"value": 1})
}
