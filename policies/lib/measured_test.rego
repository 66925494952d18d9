package servelint.lib.measured_test

import data.servelint.lib.measured

doc := {
	"spec": {"items": [{"id": "A", "gate": "advisory"}, {"id": "B"}]},
	"facts": {"items": [
		{"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json"}]},
		{"results": [
			{"at": ["spec", "items", 1, "evidence", 0], "path": "a.json"},
			{"at": ["spec", "items", 1, "evidence", 1], "path": "b.json"},
		]},
	]},
}

test_rows_follow_the_items if {
	names := [row.name | some row in measured.rows] with input as doc
	names == ["item `A`", "item `B`", "item `B`"]
}

test_a_file_stands_once_at_its_gravest_use if {
	files := {file.row.result.path: [file.row.at, count(file.related)] | some file in measured.files} with input as doc
	files == {
		"a.json": [["spec", "items", 1, "evidence", 0], 1],
		"b.json": [["spec", "items", 1, "evidence", 1], 0],
	}
}

test_runs_of_one_file_stand_apart if {
	results := [{"at": ["a"], "path": "a.json", "select": "/0"}, {"at": ["b"], "path": "a.json", "select": "/1"}]
	files := measured.files with input as {"spec": {"items": [{"id": "A"}]}, "facts": {"items": [{"results": results}]}}
	count(files) == 2
}

test_runs_of_one_file_that_were_read_in_another_way_stand_apart if {
	every key in ["status", "format", "select", "path"] {
		results := [{"at": ["a"], "path": "a.json"}, object.union({"at": ["b"], "path": "a.json"}, {key: "other"})]
		files := measured.files with input as {"spec": {"items": [{"id": "A"}]}, "facts": {"items": [{"results": results}]}}
		count(files) == 2
	}
}

test_further_uses_of_a_file_are_shown_beside_the_first if {
	results := [{"at": [name], "path": "a.json"} | some name in ["a", "b", "c"]]
	list := {"spec": {"items": [{"id": "A"}]}, "facts": {"items": [{"results": results}]}}
	files := measured.files with input as list
	[[place.at | some place in file.related] | some file in files] == [[["b"], ["c"]]]
	review := measured.review_files with input as {"checklists": [list]}
	[[place.at | some place in file.related] | some file in review] == [[["checklists", 0, "b"], ["checklists", 0, "c"]]]
}

test_an_item_without_id_is_called_by_its_number if {
	measured.item_name({"id": "A"}, 0) == "item `A`"
	measured.item_name({}, 0) == "item `1`"
}

test_a_rate_that_was_nearly_reached_counts_as_it_was_asked_for if {
	measured.rates({"offeredRps": 100, "achievedRps": 98}) == [[100, "asked for"]]
	measured.rates({"offeredRps": 100, "achievedRps": 97}) == [[97, "reached"]]
	measured.rates({"offeredRps": 100}) == [[100, "asked for"]]
	measured.rates({"achievedRps": 97}) == [[97, "reached"]]
	measured.rates({"offeredRps": "unbounded"}) == []
}

test_rows_of_a_review_begin_with_their_document if {
	rows := measured.review_rows with input as {"checklists": [doc], "serving": {"facts": {"capacityResults": [{"at": ["x"], "path": "c.json"}]}}}
	[row.at | some row in rows] == [
		["checklists", 0, "spec", "items", 0, "evidence", 0],
		["checklists", 0, "spec", "items", 1, "evidence", 0],
		["checklists", 0, "spec", "items", 1, "evidence", 1],
		["serving", "x"],
	]
}

test_nothing_without_facts if {
	rows := measured.rows with input as {"spec": {"items": [{"id": "A"}]}}
	rows == []
	files := measured.review_files with input as {}
	files == []
}

test_results_are_shown_with_their_unit if {
	measured.shown({"value": 712.4, "unit": "ms"}) == "712.4 ms"
	measured.shown({"value": 0.99, "unit": "ratio"}) == "0.99"
	measured.shown({"text": "Failed", "unit": "enum"}) == "`Failed`"
}

test_a_measure_needs_no_trivial_words if {
	measured.measure({"metric": {"statistic": "p99", "name": "request_latency"}}) == "p99 request_latency"
	measured.measure({"metric": {"statistic": "value", "name": "success_ratio"}}) == "success_ratio"
	every word in ["value", "phase", "ratio"] {
		measured.measure({"metric": {"statistic": word, "name": "checks"}}) == "checks"
	}
	measured.measure({}) == ""
}
