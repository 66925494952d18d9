package servelint.rules.verification["load-weaker-than-plan_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["load-weaker-than-plan"] as rule

test_accepts_the_planned_load if {
	found({}) == set()
	found({"offeredRps": 9.8}) == set()
	found({"offeredRps": 59, "replicas": 24}) == set()
}

test_flags_less_than_a_replica_carries_after_the_loss if {
	found({"offeredRps": 9.7}) == {{
		"at": array.concat(conditions, ["offeredRps"]),
		"related": [["serving", "spec", "traffic", "peakRps"], ["serving", "spec", "capacity", "replicas"]],
		"says": ["`LOAD-1`", "9.7", "1", "60", "6", "10"],
	}}
	places(with_conditions({"offeredRps": 50, "replicas": 6})) == {array.concat(conditions, ["offeredRps"])}
}

test_counts_the_replicas_of_the_plan_where_no_loss_is_tolerated if {
	plan := testing.without(with_conditions({"offeredRps": 7.5}), ["/serving/facts/capacity/lostReplicas"])
	testing.all(rule.finding) == set() with input as plan
}

test_flags_short_prompts_and_answers if {
	places(with_conditions({"inputTokens": 809})) == {array.concat(conditions, ["inputTokens"])}
	places(with_conditions({"outputTokens": 197})) == {array.concat(conditions, ["outputTokens"])}
	found({"inputTokens": 810, "outputTokens": 198}) == set()
	found({"inputTokens": 16}) == {{
		"at": array.concat(conditions, ["inputTokens"]),
		"related": [["serving", "spec", "traffic", "inputTokens", "p50"]],
		"says": ["`LOAD-1`", "16", "900"],
	}}
}

test_flags_a_test_shorter_than_two_cold_starts if {
	places(lasting(959)) == {array.concat(conditions, ["duration"])}
	places(lasting(960)) == set()
	fixed := testing.after(lasting(60), {"/serving/spec/capacity/replicas/min": 8})
	places(fixed) == set()
}

test_a_file_counts_where_nothing_is_stated if {
	file := {"offeredRps": 0.2, "durationSeconds": 60, "subject": {"inputTokens": 16}}
	bare := testing.without(plain, ["/checklists/0/spec/items/0/conditions", "/checklists/0/facts/spec/items/0/conditions"])
	measured := testing.after(bare, {"/checklists/0/facts/items/0/results": [{"at": evidence, "path": "a.json", "evidence": file}]})
	places(measured) == {array.concat(["checklists", 0], evidence)}
	count(testing.all(rule.finding)) == 3 with input as measured

	# What the item states is compared with its file by another rule.
	both := testing.after(plain, {"/checklists/0/facts/items/0/results": [{"at": evidence, "path": "a.json", "evidence": file}]})
	places(both) == set()
}

test_the_number_of_replicas_may_be_in_the_file if {
	places(of(2)) == set()
	places(of(3)) == {array.concat(["checklists", 0], evidence)}
}

of(replicas) := document if {
	bare := testing.without(plain, ["/checklists/0/spec/items/0/conditions", "/checklists/0/facts/spec/items/0/conditions"])
	document := testing.after(bare, {"/checklists/0/facts/items/0/results": [{
		"at": evidence,
		"path": "a.json",
		"evidence": {"offeredRps": 20, "subject": {"replicas": replicas}},
	}]})
}

test_a_weaker_item_is_fine_beside_one_at_the_plan if {
	second := object.union(item, {"id": "LOAD-2", "conditions": object.union(item.conditions, {"offeredRps": 0.5})})
	places(testing.after(plain, {"/checklists/0/spec/items/-": second})) == set()
	other := object.union(second, {"verifies": ["slo/other"]})
	places(testing.after(plain, {"/checklists/0/spec/items/-": other})) == {["checklists", 0, "spec", "items", 1, "conditions", "offeredRps"]}
}

test_only_blocking_load_items_for_objectives_count if {
	weak := {"/checklists/0/spec/items/0/conditions/offeredRps": 0.1}
	places(testing.after(plain, object.union(weak, {"/checklists/0/spec/items/0/gate": "advisory"}))) == set()
	places(testing.after(plain, object.union(weak, {"/checklists/0/spec/items/0/category": "canary"}))) == set()
	places(testing.after(plain, object.union(weak, {"/checklists/0/spec/items/0/verifies": ["assumption/A1"]}))) == set()
}

test_ignores_what_the_plan_does_not_tell if {
	places(testing.without(with_conditions({"offeredRps": 0.1}), ["/serving/spec/capacity"])) == set()
	places(testing.without(with_conditions({"offeredRps": 0.1, "inputTokens": 1}), ["/serving/spec/traffic"])) == set()
	rule.finding == set() with input as {}
}

conditions := ["checklists", 0, "spec", "items", 0, "conditions"]

evidence := ["spec", "items", 0, "evidence", 0]

item := {
	"id": "LOAD-1",
	"category": "load",
	"gate": "blocking",
	"verifies": ["slo/latency"],
	"conditions": {"offeredRps": 10, "replicas": 1, "inputTokens": 900, "outputTokens": 220, "duration": "20m"},
}

plain := {
	"serving": {
		"spec": {
			"traffic": {"peakRps": 60, "inputTokens": {"p50": 900}, "outputTokens": {"p50": 220}},
			"capacity": {"replicas": {"min": 3, "max": 8}, "coldStart": "8m"},
		},
		"facts": {"capacity": {"lostReplicas": 2}, "spec": {"capacity": {"coldStart": 480}}},
	},
	"checklists": [{
		"spec": {"items": [item]},
		"facts": {"items": [{}], "spec": {"items": [{"conditions": {"duration": 1200}}]}},
	}],
}

with_conditions(changed) := testing.after(plain, {sprintf("/checklists/0/spec/items/0/conditions/%s", [key]): value | some key, value in changed})

lasting(seconds) := testing.after(plain, {"/checklists/0/facts/spec/items/0/conditions/duration": seconds})

found(changed) := findings if {
	document := with_conditions(changed)
	findings := testing.all(rule.finding) with input as document
}

places(document) := at if {
	at := testing.places(rule.finding) with input as document
}
