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
	measured.measure({}) == ""
}
