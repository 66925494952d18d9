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
}

test_what_cannot_be_compared_is_no_miss if {
	not checks.misses({})
	not checks.misses({"op": "lte", "reported": "800ms", "threshold": 800})
	not checks.misses({"op": "lte", "threshold": 800})
	not checks.misses({"reported": 900, "threshold": 800})
}
