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

test_the_message_names_both_definitions if {
	messages := {f.message | some f in rule.finding} with input as verifying(false, true)
	messages == {"item `A` verifies SLO `tpot`, which includes the first token, with `a.json`, whose tool excludes it"}
}

test_the_definition_is_shown if {
	found := testing.all(rule.finding) with input as verifying(false, true)
	found == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"related": [["serving", "spec", "slos", 0, "indicator", "excludesFirstToken"]],
		"says": ["`A`", "`tpot`", "`a.json`"],
	}}
}

test_an_advisory_item_is_a_warning if {
	doc := testing.after(verifying(false, true), {"/checklists/0/spec/items/0/gate": "advisory"})
	severities := {f.severity | some f in rule.finding} with input as doc
	severities == {"warning"}
}

test_an_item_that_verifies_another_slo_is_silent if {
	doc := testing.after(verifying(false, true), {"/checklists/0/spec/items/0/verifies/0": "slo/other"})
	found := rule.finding with input as doc
	count(found) == 0
}

test_another_indicator_has_no_definition_to_compare if {
	doc := testing.without(verifying(false, true), ["/serving/spec/slos/0/indicator/type"])
	found := rule.finding with input as doc
	count(found) == 0
}

spec(indicator) := {"spec": {"slos": [{"name": "tpot-p95", "indicator": indicator}]}}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

verified(excludes, tool) := found if {
	found := testing.places(rule.finding) with input as verifying(excludes, tool)
}

verifying(excludes, tool) := {
	"serving": {"spec": {"slos": [{"name": "tpot", "indicator": {"type": "time_per_output_token", "excludesFirstToken": excludes}}]}},
	"checklists": [{
		"spec": {"items": [{"id": "A", "verifies": ["slo/tpot"]}]},
		"facts": {"items": [{"results": [object.union(
			{"path": "a.json", "at": ["spec", "items", 0, "evidence", 0]},
			{key: value | some key, value in {"excludesFirstToken": tool}; value != null},
		)]}]},
	}],
}
