package servelint.rules.verification["evidence-load-shape_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-load-shape"] as rule

at := {["spec", "items", 0, "evidence", 0]}

test_flags_loads_that_hide_queueing if {
	every kind in ["generator-behind", "unbounded-load", "closed-loop"] {
		places({}, [kind], true) == at
	}
}

test_flags_a_file_once if {
	places({}, ["closed-loop", "unbounded-load"], true) == at
}

test_accepts_an_open_loop_and_a_shape_that_is_explained if {
	places({}, [], true) == set()
	places({"method": {"loadShape": "one caller, in turn"}}, ["closed-loop"], true) == set()
}

test_ignores_what_is_no_latency if {
	places({}, ["closed-loop"], false) == set()
	count(rule.finding) == 0 with input as {}
}

test_the_gravest_shape_is_named if {
	row := {
		"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0], "isLatency": true,
		"evidence": {"cautions": [{"kind": kind, "message": kind} | some kind in ["closed-loop", "unbounded-load"]]},
	}
	messages := {f.message | some f in rule.finding} with input as {"spec": {"items": [{"id": "A"}]}, "facts": {"items": [{"results": [row]}]}}
	messages == {"latency in `a.json` is a lower bound: unbounded-load"}
}

places(item, kinds, latency) := found if {
	row := {
		"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0], "isLatency": latency,
		"evidence": {"cautions": [{"kind": kind, "message": "so"} | some kind in kinds]},
	}
	found := testing.places(rule.finding) with input as {"spec": {"items": [object.union({"id": "A"}, item)]}, "facts": {"items": [{"results": [row]}]}}
}
