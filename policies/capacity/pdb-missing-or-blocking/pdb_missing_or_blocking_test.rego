package servelint.rules.capacity["pdb-missing-or-blocking_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["pdb-missing-or-blocking"] as rule

test_flags_a_budget_that_is_promised_and_missing if {
	said(promised([deployment(1)])) == {{
		"at": ["artifacts", 0, "pods"],
		"related": [["serving", "spec", "health", "podDisruptionBudget"]],
		"says": ["`a`"],
	}}
}

test_accepts_a_budget_that_is_promised_and_there if {
	said(promised([deployment(2), budget({"minAvailable": 1})])) == set()
}

test_flags_a_promise_that_only_the_budget_of_other_pods_meets if {
	places(promised([labelled(deployment(2), "a"), selecting(budget({"minAvailable": 1}), "b")])) == {["artifacts", 0, "pods"]}
}

test_ignores_pods_that_a_rollout_takes_over if {
	rollout := {
		"facts": {"kind": "Rollout"},
		"spec": {"workloadRef": {"kind": "Deployment", "name": "a"}},
	}
	said(promised([deployment(1), rollout])) == set()
}

test_ignores_a_missing_budget_that_nothing_promises if {
	said({"serving": {"spec": {}}, "artifacts": [deployment(2)]}) == set()
}

# It may be defined elsewhere.
test_reports_that_a_missing_budget_is_unknown_without_a_specification if {
	said({"artifacts": [deployment(2)]}) == {{"at": ["artifacts", 0, "pods"], "says": ["`a`"]}}
}

test_flags_a_budget_that_needs_every_pod if {
	said({"artifacts": [deployment(2), budget({"minAvailable": 2})]}) == {{"at": ["artifacts", 1, "minAvailable"], "says": ["2", "`a`", "2"]}}
	places({"artifacts": [deployment(2), budget({"minAvailable": 3})]}) == {["artifacts", 1, "minAvailable"]}
}

test_accepts_a_budget_that_lets_one_pod_go if {
	said({"artifacts": [deployment(2), budget({"minAvailable": 1})]}) == set()
}

# 67 % of 3 pods are 2.01, which Kubernetes rounds up to 3; 66 % are 1.98.
test_flags_a_percentage_that_rounds_up_to_every_pod if {
	said({"artifacts": [deployment(3), budget({"minAvailable": "67%"})]}) == {{"at": ["artifacts", 1, "minAvailable"], "says": ["67", "`a`", "3"]}}
}

test_accepts_a_percentage_that_lets_one_pod_go if {
	said({"artifacts": [deployment(3), budget({"minAvailable": "66%"})]}) == set()
}

test_ignores_a_text_that_is_no_percentage if {
	said({"artifacts": [deployment(1), budget({"minAvailable": "all"})]}) == set()
	said({"artifacts": [deployment(1), budget({"minAvailable": "2"})]}) == set()
}

test_flags_a_budget_under_which_no_pod_may_be_missing if {
	every limit in [0, "0%"] {
		places({"artifacts": [deployment(2), budget({"maxUnavailable": limit})]}) == {["artifacts", 1, "maxUnavailable"]}
	}
	{finding.says | some finding in said({"artifacts": [budget({"maxUnavailable": 0})]})} == {["0"]}
}

test_accepts_a_budget_under_which_a_pod_may_be_missing if {
	every limit in [1, "10%"] {
		said({"artifacts": [deployment(2), budget({"maxUnavailable": limit})]}) == set()
	}
}

test_flags_the_budget_of_these_pods_and_ignores_that_of_others if {
	places({"artifacts": [labelled(deployment(2), "a"), selecting(budget({"minAvailable": 2}), "a")]}) == {["artifacts", 1, "minAvailable"]}
	said({"artifacts": [labelled(deployment(2), "a"), selecting(budget({"minAvailable": 2}), "b")]}) == set()
}

# It keeps two of four pods.
test_counts_the_pods_of_all_workloads_together if {
	second := json.patch(deployment(2), [{"op": "replace", "path": "/facts/name", "value": "b"}])
	said({"artifacts": [deployment(2), second, budget({"minAvailable": 2})]}) == set()
	said({"artifacts": [deployment(2), second, budget({"minAvailable": 4})]}) == {{"at": ["artifacts", 2, "minAvailable"], "says": ["4", "`a`", "`b`", "4"]}}
}

# The API server refuses it.
test_ignores_a_budget_with_both_limits if {
	said({"artifacts": [deployment(2), budget({"minAvailable": 2, "maxUnavailable": 0})]}) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"artifacts": [json.remove(deployment(1), ["facts/workload/replicas"]), budget({"minAvailable": 1})]}) == set()
}

deployment(replicas) := {"facts": {
	"kind": "Deployment",
	"name": "a",
	"role": "workload",
	"workload": {"at": ["pods"], "replicas": {"value": replicas, "at": ["replicas"]}},
}}

labelled(manifest, app) := object.union(manifest, {"facts": {"workload": {"labels": {"app": app}}}})

budget(limits) := {"facts": {
	"kind": "PodDisruptionBudget",
	"role": "pdb",
	"pdb": {key: {"value": value, "at": [key]} | some key, value in limits},
}}

selecting(manifest, app) := object.union(manifest, {"facts": {"pdb": {"labels": {"app": app}}}})

# Beside a specification that promises a budget.
promised(manifests) := {
	"serving": {"spec": {"health": {"podDisruptionBudget": {"minAvailable": 1}}}},
	"artifacts": manifests,
}

places(doc) := {found.at | some found in said(doc)}

# Findings, and what is not checked.
said(doc) := found if {
	wrong := testing.all(rule.finding) with input as doc
	unknown := testing.all(rule.unchecked) with input as doc
	found := wrong | unknown
}

test_compose_has_no_budgets if {
	document := {"artifacts": [{"facts": {"kind": "Compose file", "platform": "compose", "role": "workload", "workload": {"at": ["services"]}}}]}
	count(rule.unchecked) == 0 with input as document
	count(rule.unchecked) == 1 with input as testing.after(document, {"/artifacts/0/facts/platform": "deployment"})
}
