package servelint.rules.verification["evidence-tool-semantics_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-tool-semantics"] as rule

at := {["spec", "items", 0, "evidence", 0]}

test_flags_what_the_tool_itself_does_not_count if {
	every kind in ["invalid", "unfinished", "terminated", "dry-run", "no-measurements", "threshold-crossed"] {
		places({}, {"evidence": {"cautions": [{"kind": kind, "message": "so"}]}}) == at
	}
}

test_accepts_other_habits if {
	every kind in ["successes-only", "estimated", "closed-loop", "failed-measurements"] {
		places({}, {"evidence": {"cautions": [{"kind": kind, "message": "so"}]}}) == set()
	}
}

failed := {"evidence": {"cautions": [{"kind": "run-failed", "message": "so"}]}}

test_flags_a_metric_of_a_run_that_failed if {
	places({"metric": {"name": "errors"}, "threshold": "Successful"}, failed) == at
	places({"metric": {"name": "failed_checks"}, "threshold": "Succeeded"}, failed) == at
	places({"metric": {"name": "errors"}, "threshold": 0.01}, failed) == at
	places({}, failed) == at
}

test_accepts_the_phase_of_the_whole_and_an_expected_failure if {
	places({"metric": {"name": "analysis_phase"}, "threshold": "Successful"}, failed) == set()
	places({"metric": {"name": "canary_phase"}, "threshold": "Succeeded"}, failed) == set()
	places({"metric": {"name": "errors"}, "threshold": "Failed"}, failed) == set()
}

test_flags_a_threshold_within_the_rounding if {
	places({"threshold": 801}, {"result": {"value": 800, "unit": "ms", "resolution": 10}}) == at
	places({"threshold": 800}, {"result": {"value": 800, "unit": "ms", "resolution": 10}}) == at
}

test_accepts_a_threshold_beyond_the_rounding if {
	places({"threshold": 805}, {"result": {"value": 800, "unit": "ms", "resolution": 10}}) == set()
	places({"threshold": 801}, {"result": {"value": 800, "unit": "ms"}}) == set()
}

test_ignores_what_was_not_read if {
	places({}, {"status": "missing"}) == set()
	count(rule.finding) == 0 with input as {}
}

test_accepts_a_file_without_cautions if {
	places({}, {"evidence": {"cautions": []}}) == set()
}

test_half_a_step_decides if {
	places({"threshold": 804}, {"result": {"value": 800, "unit": "ms", "resolution": 10}}) == at
	places({"threshold": 796}, {"result": {"value": 800, "unit": "ms", "resolution": 10}}) == at
	places({"threshold": 795}, {"result": {"value": 800, "unit": "ms", "resolution": 10}}) == set()
}

test_shows_the_threshold if {
	row := {
		"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0],
		"result": {"value": 800, "unit": "ms", "resolution": 10},
	}
	found := testing.all(rule.finding) with input as {"spec": {"items": [{"id": "A", "threshold": 801}]}, "facts": {"items": [{"results": [row]}]}}
	found == {{
		"at": ["spec", "items", 0, "evidence", 0],
		"related": [["spec", "items", 0, "threshold"]],
		"says": ["`A`", "`a.json`", "800", "10", "801"],
	}}
}

places(item, result) := found if {
	row := object.union({"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0]}, result)
	found := testing.places(rule.finding) with input as {"spec": {"items": [object.union({"id": "A"}, item)]}, "facts": {"items": [{"results": [row]}]}}
}
