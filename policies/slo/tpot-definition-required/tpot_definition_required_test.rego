package servelint.rules.slo["tpot-definition-required_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["tpot-definition-required"] as rule

test_flags_undefined_tpot if {
	places(spec({"type": "time_per_output_token"})) == {["spec", "slos", 0, "indicator", "excludesFirstToken"]}
}

test_accepts_both_definitions if {
	count(places(spec({"type": "time_per_output_token", "excludesFirstToken": true}))) == 0
	count(places(spec({"type": "time_per_output_token", "excludesFirstToken": false}))) == 0
}

test_ignores_other_indicators if {
	count(places(spec({"type": "inter_token_latency"}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(spec({}))) == 0
	count(places({"spec": {"slos": [{"name": "tpot"}]}})) == 0
}

spec(indicator) := {"spec": {"slos": [{"name": "tpot-p95", "indicator": indicator}]}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_a_tool_with_the_other_definition if {
	verified(false, true) == {["checklists", 0, "spec", "items", 0, "evidence", 0]}
	verified(true, false) == {["checklists", 0, "spec", "items", 0, "evidence", 0]}
}

test_accepts_a_tool_with_the_same_definition if {
	verified(true, true) == set()
}

test_ignores_tools_without_a_known_definition if {
	verified(true, null) == set()
}

verified(excludes, tool) := found if {
	result := {"path": "a.json", "at": ["spec", "items", 0, "evidence", 0]}
	known := {key: value | some key, value in {"excludesFirstToken": tool}; value != null}
	found := {f.at | some f in rule.finding} with input as {
		"serving": {"spec": {"slos": [{"name": "tpot", "indicator": {"type": "time_per_output_token", "excludesFirstToken": excludes}}]}},
		"checklists": [{
			"spec": {"items": [{"id": "A", "verifies": ["slo/tpot"]}]},
			"facts": {"items": [{"results": [object.union(result, known)]}]},
		}],
	}
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
			"related": [["serving", "spec", "slos", 0, "indicator", "excludesFirstToken"]],
			"says": ["`A`", "`tpot`", "`a.json`"],
		},
	}
}

test_ignores_another_items_verifies if {
	said([{"op": "replace", "path": "/checklists/0/spec/items/0/verifies/0", "value": "other"}]) == set()
}

test_ignores_without_indicator_type if {
	said([{"op": "remove", "path": "/serving/spec/slos/0/indicator/type"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"checklists": [
		{
			"facts": {
				"items": [
					{
						"results": [{"at": ["spec", "items", 0, "evidence", 0], "excludesFirstToken": true, "path": "a.json"}],
					},
				],
			},
			"spec": {"items": [{"id": "A", "verifies": ["slo/tpot"]}]},
		},
	],
	"serving": {
		"spec": {
			"slos": [{"indicator": {"excludesFirstToken": false, "type": "time_per_output_token"}, "name": "tpot"}],
		},
	},
}
