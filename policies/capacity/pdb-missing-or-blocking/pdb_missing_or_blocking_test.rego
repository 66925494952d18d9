package servelint.rules.capacity["pdb-missing-or-blocking_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["pdb-missing-or-blocking"] as rule

workload(replicas) := {"facts": {"kind": "Deployment", "name": "a", "role": "workload", "workload": {"at": ["w"], "replicas": {"value": replicas, "at": ["r"]}}}}

budget(limits) := {"facts": {"kind": "PodDisruptionBudget", "role": "pdb", "pdb": limits}}

promised := {"spec": {"health": {"podDisruptionBudget": {"minAvailable": 1}}}}

test_flags_a_budget_that_is_promised_and_missing if {
	found := {f.at | some f in rule.finding} with input as {"serving": promised, "artifacts": [workload(1)]}
	found == {["artifacts", 0, "w"]}
}

test_ignores_a_missing_one_without_a_specification_but_says_so if {
	places([workload(2)]) == set()
	said := {gap.at | some gap in rule.unchecked} with input as {"artifacts": [workload(2)]}
	said == {["artifacts", 0, "w"]}
}

test_flags_budgets_that_block if {
	places([workload(2), budget({"minAvailable": {"value": 2, "at": ["m"]}})]) == {["artifacts", 1, "m"]}
	places([workload(3), budget({"minAvailable": {"value": "67%", "at": ["m"]}})]) == {["artifacts", 1, "m"]}
	places([workload(2), budget({"maxUnavailable": {"value": 0, "at": ["m"]}})]) == {["artifacts", 1, "m"]}
}

test_accepts_budgets_that_let_a_pod_go if {
	places([workload(2), budget({"minAvailable": {"value": 1, "at": ["m"]}})]) == set()
	places([workload(3), budget({"minAvailable": {"value": "50%", "at": ["m"]}})]) == set()
	places([workload(2), budget({"maxUnavailable": {"value": "10%", "at": ["m"]}})]) == set()
}

test_ignores_specifications_that_promise_none if {
	found := {f.at | some f in rule.finding} with input as {"serving": {"spec": {}}, "artifacts": [workload(2)]}
	found == set()
}

places(manifests) := found if {
	found := {f.at | some f in rule.finding} with input as {"artifacts": manifests}
}

test_ignores_a_budget_of_other_pods if {
	labelled := json.patch(workload(2), [{"op": "add", "path": "/facts/workload/labels", "value": {"app": "a"}}])
	other := budget({"labels": {"app": "b"}, "minAvailable": {"value": 2, "at": ["m"]}})
	same := budget({"labels": {"app": "a"}, "minAvailable": {"value": 2, "at": ["m"]}})
	places([labelled, other]) == set()
	places([labelled, same]) == {["artifacts", 1, "m"]}
	found := {f.at | some f in rule.finding} with input as {"serving": promised, "artifacts": [labelled, other]}
	found == {["artifacts", 0, "w"]}
}

test_flags_the_places if {
	said_1([]) == {{"at": ["artifacts", 0, "w"], "related": [["serving", "spec", "health", "podDisruptionBudget"]], "says": ["`a`"]}}
	said_2([]) == {{"at": ["artifacts", 1, "m"], "says": ["2", "`a`", "2"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_1 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"name": "a",
				"role": "workload",
				"workload": {"at": ["w"], "replicas": {"at": ["r"], "value": 1}},
			},
		},
	],
	"serving": {"spec": {"health": {"podDisruptionBudget": {"minAvailable": 1}}}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "Deployment",
				"name": "a",
				"role": "workload",
				"workload": {"at": ["w"], "replicas": {"at": ["r"], "value": 2}},
			},
		},
		{
			"facts": {"kind": "PodDisruptionBudget", "pdb": {"minAvailable": {"at": ["m"], "value": 2}}, "role": "pdb"},
		},
	],
}
