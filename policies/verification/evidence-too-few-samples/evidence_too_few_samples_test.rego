package servelint.rules.verification["evidence-too-few-samples_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-too-few-samples"] as rule

evidence := {["spec", "items", 0, "evidence", 0]}

test_flags_fewer_than_the_percentile_needs if {
	places({}, {"result": result(60, 299)}) == evidence
	places({}, {"result": result(298, 299)}) == evidence
}

test_accepts_as_many_as_it_needs if {
	places({}, {"result": result(299, 299)}) == set()
}

test_says_the_numbers if {
	messages := {f.message | some f in rule.finding} with input as doc({}, {"result": result(60, 299)})
		with data.servelint.policy as {"confidence": 0.95}
	messages == {"item `LOAD-1` claims 240 ms from 60 samples in `a.json`; 299 are needed at 95 % confidence"}
}

test_flags_fewer_than_the_item_wants if {
	places({"minSamples": 500}, {"result": result(459, 299)}) == evidence
	places({"minSamples": 459}, {"result": result(459, 299)}) == set()
	places({"minSamples": 500}, {"result": {"value": 1, "unit": "s", "samples": 10}}) == evidence
}

test_flags_an_item_once if {
	count(places({"minSamples": 500}, {"result": result(60, 299)})) == 1
}

test_flags_too_few_measurements if {
	places({"minMeasurements": 4}, {"fewestMeasurements": 3}) == evidence
	places({"minMeasurements": 4}, {"fewestMeasurements": 4}) == set()
}

test_ignores_samples_that_are_not_told if {
	places({"minSamples": 500}, {"result": {"value": 240, "unit": "ms", "samplesNeeded": 299}}) == set()
	places({}, {"status": "missing"}) == set()
	count(rule.finding) == 0 with input as {}
}

test_an_item_with_too_few_for_its_percentile_is_told_so_only if {
	said(doc({"minSamples": 500}, {"result": result(60, 299)})) == {{
		"at": ["spec", "items", 0, "evidence", 0],
		"says": ["`LOAD-1`", "240", "60", "`a.json`", "299", "95"],
	}}
}

test_shows_the_minimum_of_the_item if {
	said(doc({"minSamples": 500}, {"result": result(459, 299)})) == {{
		"at": ["spec", "items", 0, "evidence", 0],
		"related": [["spec", "items", 0, "minSamples"]],
		"says": ["`LOAD-1`", "500", "`a.json`", "459"],
	}}
	said(doc({"minMeasurements": 4}, {"fewestMeasurements": 3})) == {{
		"at": ["spec", "items", 0, "evidence", 0],
		"related": [["spec", "items", 0, "minMeasurements"]],
		"says": ["`LOAD-1`", "4", "`a.json`", "3"],
	}}
}

test_as_many_as_the_percentile_needs_may_be_too_few_for_the_item if {
	places({"minSamples": 500}, {"result": result(299, 299)}) == evidence
}

test_a_run_without_samples_is_told_the_minimum_of_the_item if {
	places({"minSamples": 500}, {"result": {"value": 1, "unit": "s", "samples": 0}}) == evidence
}

test_flags_a_minimum_that_is_no_minimum_for_the_percentile if {
	item := {"minSamples": 1, "metric": {"statistic": "p99"}}
	said(doc(item, {"result": result(3000, 299)})) == {{
		"at": ["spec", "items", 0, "minSamples"],
		"severity": "warning",
		"says": ["`LOAD-1`", "1", "299", "99", "95"],
	}}
	places(object.union(item, {"minSamples": 299}), {"result": result(3000, 299)}) == set()
	places(item, {"result": object.remove(result(3000, 299), ["samplesNeeded"])}) == set()
}

result(samples, needed) := {"value": 240, "unit": "ms", "samples": samples, "samplesNeeded": needed}

doc(item, entry) := {
	"spec": {"items": [object.union({"id": "LOAD-1"}, item)]},
	"facts": {"items": [{"results": [object.union(entry, {"at": ["spec", "items", 0, "evidence", 0], "path": "a.json"})]}]},
}

places(item, entry) := at if {
	at := testing.places(rule.finding) with input as doc(item, entry) with data.servelint.policy as {"confidence": 0.95}
}

said(input_doc) := found if {
	found := testing.all(rule.finding) with input as input_doc with data.servelint.policy as {"confidence": 0.95}
}
