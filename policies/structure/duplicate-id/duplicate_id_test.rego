package servelint.rules.structure["duplicate-id_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["duplicate-id"] as rule

test_flags_the_second_of_two if {
	places({"spec": {"items": [{"id": "A"}, {"id": "B"}, {"id": "A"}]}}) == {["spec", "items", 2, "id"]}
}

test_flags_every_further_one_and_points_at_the_first if {
	doc := {"spec": {"slos": [{"name": "x"}, {"name": "x"}, {"name": "x"}]}}
	places(doc) == {["spec", "slos", 1, "name"], ["spec", "slos", 2, "name"]}
	related := {f.related[0].at | some f in rule.finding} with input as doc
	related == {["spec", "slos", 0, "name"]}
}

test_flags_every_list if {
	every list in ["assumptions", "constraints", "decisions", "residualRisks", "actions", "items"] {
		places({"spec": {list: [{"id": "A"}, {"id": "A"}]}}) == {["spec", list, 1, "id"]}
	}
	places({"spec": {"rollout": {"analysis": [{"name": "e"}, {"name": "e"}]}}}) == {["spec", "rollout", "analysis", 1, "name"]}
}

test_flags_options_of_one_decision if {
	places({"spec": {"decisions": [{"id": "D1", "options": [{"id": "a"}, {"id": "a"}]}]}}) == {["spec", "decisions", 0, "options", 1, "id"]}
}

test_accepts_the_same_option_in_two_decisions if {
	places({"spec": {"decisions": [{"id": "D1", "options": [{"id": "a"}]}, {"id": "D2", "options": [{"id": "a"}]}]}}) == set()
}

test_accepts_the_same_id_in_two_lists if {
	places({"spec": {"assumptions": [{"id": "A"}], "constraints": [{"id": "A"}]}}) == set()
}

test_ignores_missing_ids_and_lists if {
	places({}) == set()
	places({"spec": {}}) == set()
	places({"spec": {"items": [{}, {}, {"id": "A"}]}}) == set()
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {{"at": ["spec", "items", 1, "id"], "related": [["spec", "items", 0, "id"]], "says": ["`A`", "1", "2"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {"spec": {"items": [{"id": "A"}, {"id": "A"}]}}

test_flags_empty_slos if {
	said_more([{"op": "replace", "path": "/spec/slos/0", "value": {}}]) == {{"at": ["spec", "slos", 2, "name"], "related": [["spec", "slos", 1, "name"]], "says": ["`x`", "2", "3"]}}
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {"spec": {"slos": [{"name": "x"}, {"name": "x"}, {"name": "x"}]}}
