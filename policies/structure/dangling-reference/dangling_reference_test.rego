package servelint.rules.structure["dangling-reference_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["dangling-reference"] as rule

test_accepts_references_that_resolve if {
	places(complete) == set()
}

test_flags_names_within_the_spec if {
	places(with_spec({
		"latencyBudget": {"slo": "ttft"},
		"capacity": {"perReplica": {"atSlo": "ttft"}},
		"alerts": [{"slo": "ttft-p95"}, {"slo": "avail"}],
		"rollout": {
			"steps": [{"analysis": ["errors", "latency"]}],
			"analysis": [{"name": "errors", "slo": "nothing"}],
		},
		"rollback": {"rto": "5m", "rehearsal": {"checklistItem": "RB-2"}},
	})) == {
		["serving", "spec", "latencyBudget", "slo"],
		["serving", "spec", "capacity", "perReplica", "atSlo"],
		["serving", "spec", "alerts", 1, "slo"],
		["serving", "spec", "rollout", "analysis", 0, "slo"],
		["serving", "spec", "rollout", "steps", 0, "analysis", 1],
		["serving", "spec", "rollback", "rehearsal", "checklistItem"],
	}
}

test_flags_what_an_assumption_rests_on if {
	places(with_spec({"assumptions": [{"id": "A1", "basis": {"checklistItem": "X"}}, {"id": "A2", "basis": {"decision": "Y"}}]})) == {
		["serving", "spec", "assumptions", 0, "basis", "checklistItem"],
		["serving", "spec", "assumptions", 1, "basis", "decision"],
	}
}

test_flags_names_in_the_decision_log if {
	at := ["decisions", 0, "spec"]
	places(with_log({
		"decisions": [{"id": "ADR-1", "confirmation": ["RB-1", "X"], "supersedes": "ADR-0", "drivers": ["C1", "C9", "ttft-p99", "slo/x", "cost", "on-call load"]}],
		"residualRisks": [{"id": "R-1", "verification": {"checklistItem": "X"}}],
		"actions": [{"id": "ACT-1", "closes": ["R-1", "R-9"]}],
	})) == {
		array.concat(at, ["decisions", 0, "confirmation", 1]),
		array.concat(at, ["decisions", 0, "supersedes"]),
		array.concat(at, ["decisions", 0, "drivers", 1]),
		array.concat(at, ["decisions", 0, "drivers", 2]),
		array.concat(at, ["decisions", 0, "drivers", 3]),
		array.concat(at, ["residualRisks", 0, "verification", "checklistItem"]),
		array.concat(at, ["actions", 0, "closes", 1]),
	}
}

test_flags_what_an_item_verifies if {
	at := ["checklists", 0, "spec", "items", 0, "verifies"]
	places(with_items(["slo/x", "risk/x", "assumption/x", "rollback/rto", "rollback/rtt", "ttft-p95", "foo/x", "slo/ttft-p95"])) == {
		array.concat(at, [0]), array.concat(at, [1]), array.concat(at, [2]), array.concat(at, [4]),
		array.concat(at, [5]), array.concat(at, [6]),
	}
}

test_flags_conditions_that_name_nothing if {
	places(with_list({"verdict": {"conditions": ["ACT-1", "RB-1", "ACT-2", "watch the dashboards"]}})) == {["checklists", 0, "spec", "verdict", "conditions", 2]}
}

test_flags_another_revision if {
	places(with_list({"revision": 6})) == {["checklists", 0, "spec", "revision"]}
}

test_flags_a_service_without_spec if {
	list := {"servingSpec": "chat", "items": [{"id": "RB-1", "verifies": ["slo/x"]}]}
	checklists := [{"kind": "VerificationChecklist", "spec": list}]
	doc := {"service": "chat", "decisions": complete.decisions, "checklists": checklists}
	places(doc) == {["decisions", 0, "spec", "servingSpec"], ["checklists", 0, "spec", "servingSpec"]}
}

test_flags_what_an_unfinished_rollback_lacks_elsewhere if {
	staging := json.remove(with_spec({"environment": "staging"}), ["serving/spec/rollback/rto"])
	places(staging) == {["checklists", 0, "spec", "items", 0, "verifies", 3]}
}

test_ignores_what_production_lacks_as_a_whole if {
	places(object.union(complete, {"checklists": []})) == set()
	places(object.union(complete, {"decisions": [], "checklists": [{"spec": {"items": [{"id": "RB-1", "verifies": ["risk/R-1"]}]}}]})) == set()
	places(json.remove(complete, ["serving/spec/rollback"])) == set()
}

test_flags_names_in_a_document_that_staging_lacks if {
	staging := object.union(with_spec({"environment": "staging"}), {"decisions": []})
	["serving", "spec", "assumptions", 1, "basis", "decision"] in places(staging)
}

test_says_which_name_was_probably_meant if {
	messages := {f.message | some f in rule.finding} with input as with_spec({"latencyBudget": {"slo": "TTFT-p95"}})
	messages == {"the latency budget names the SLO `TTFT-p95`, which does not exist; did you mean `ttft-p95`?"}
}

test_ignores_empty_reviews if {
	places({}) == set()
	places({"serving": {}, "decisions": [], "checklists": []}) == set()
	places({"serving": {"spec": {}}, "decisions": [{}], "checklists": [{"spec": {"items": [{}]}}]}) == set()
}

complete := {
	"service": "chat",
	"serving": {"metadata": {"name": "chat", "revision": 7}, "spec": {
		"slos": [{"name": "availability"}, {"name": "ttft-p95"}],
		"assumptions": [{"id": "A1", "basis": {"checklistItem": "RB-1"}}, {"id": "A2", "basis": {"decision": "ADR-1"}}],
		"constraints": [{"id": "C1"}],
		"latencyBudget": {"slo": "ttft-p95"},
		"alerts": [{"slo": "availability"}],
		"rollout": {"steps": [{"analysis": ["errors"]}], "analysis": [{"name": "errors", "slo": "availability"}]},
		"rollback": {"rto": "5m", "rehearsal": {"checklistItem": "RB-1"}},
	}},
	"decisions": [{"kind": "DecisionLog", "spec": {
		"servingSpec": "chat",
		"decisions": [{"id": "ADR-1", "drivers": ["ttft-p95", "C1", "cost of p95"], "confirmation": ["RB-1"]}],
		"residualRisks": [{"id": "R-1", "verification": {"checklistItem": "RB-1"}}],
		"actions": [{"id": "ACT-1", "closes": ["R-1"]}],
	}}],
	"checklists": [{"kind": "VerificationChecklist", "spec": {
		"servingSpec": "chat",
		"revision": 7,
		"items": [{"id": "RB-1", "verifies": ["slo/ttft-p95", "risk/R-1", "assumption/A1", "rollback/rto"]}],
		"verdict": {"conditions": ["ACT-1"]},
	}}],
}

with_spec(part) := object.union(complete, {"serving": {"spec": part}})

with_log(part) := object.union(complete, {"decisions": [object.union(complete.decisions[0], {"spec": part})]})

with_list(part) := object.union(complete, {"checklists": [object.union(complete.checklists[0], {"spec": part})]})

with_items(targets) := with_list({"items": [{"id": "RB-1", "verifies": targets}]})

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_another_actions_closes if {
	said_1([{"op": "replace", "path": "/decisions/0/spec/actions/0/closes/0", "value": "other"}]) == {
		{"at": ["checklists", 0, "spec", "servingSpec"], "says": ["`chat`"]},
		{"at": ["decisions", 0, "spec", "actions", 0, "closes", 0], "says": ["`ACT-1`", "`other`", "`R-1`"]},
		{"at": ["decisions", 0, "spec", "servingSpec"], "says": ["`chat`"]},
	}
}

test_flags_another_items_verifies if {
	said_1([{"op": "replace", "path": "/checklists/0/spec/items/0/verifies/0", "value": "other"}]) == {
		{
			"at": ["checklists", 0, "spec", "items", 0, "verifies", 0],
			"says": ["`other`", "`slo/other`", "`risk/...`", "`assumption/...`", "`rollback/rto`"],
		},
		{"at": ["checklists", 0, "spec", "servingSpec"], "says": ["`chat`"]},
		{"at": ["decisions", 0, "spec", "servingSpec"], "says": ["`chat`"]},
	}
	said_1([{"op": "replace", "path": "/checklists/0/spec/items/0/verifies/0", "value": "rollback/"}]) == {
		{"at": ["checklists", 0, "spec", "servingSpec"], "says": ["`chat`"]},
		{"at": ["decisions", 0, "spec", "servingSpec"], "says": ["`chat`"]},
	}
}

test_flags_empty_checklists if {
	said_2([{"op": "replace", "path": "/checklists", "value": []}]) == {
		{"at": ["serving", "spec", "assumptions", 0, "basis", "checklistItem"], "says": ["`A1`", "`RB-1`"]},
		{"at": ["serving", "spec", "assumptions", 1, "basis", "decision"], "says": ["`A2`", "`ADR-1`"]},
		{"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"], "says": ["`RB-1`"]},
	}
}

test_flags_empty_serving if {
	said_2([{"op": "replace", "path": "/serving/spec", "value": {}}]) == {
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 0], "says": ["`RB-1`", "`ttft-p95`"]},
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 2], "says": ["`RB-1`", "`A1`"]},
	}
}

test_flags_without_assumptions_id if {
	said_3([{"op": "remove", "path": "/serving/spec/assumptions/0/id"}]) == {
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 2], "says": ["`RB-1`", "`A1`", "`A2`"]},
		{
			"at": ["serving", "spec", "assumptions", 0, "basis", "checklistItem"],
			"says": ["`1`", "`X`", "`RB-1`"],
		},
		{
			"at": ["serving", "spec", "assumptions", 1, "basis", "decision"],
			"says": ["`A2`", "`Y`", "`ADR-1`"],
		},
	}
}

test_flags_without_checklists_items if {
	said_4([{"op": "remove", "path": "/checklists/0/spec/items"}]) == {
		{
			"at": ["checklists", 0, "spec", "revision"],
			"help": "Verify the current revision of the spec again, or correct the number that is wrong.",
			"related": [["serving", "metadata", "revision"]],
			"says": ["6", "7"],
		},
		{"at": ["decisions", 0, "spec", "decisions", 0, "confirmation", 0], "says": ["`ADR-1`", "`RB-1`"]},
		{
			"at": ["decisions", 0, "spec", "residualRisks", 0, "verification", "checklistItem"],
			"says": ["`R-1`", "`RB-1`"],
		},
		{"at": ["serving", "spec", "assumptions", 0, "basis", "checklistItem"], "says": ["`A1`", "`RB-1`"]},
		{"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"], "says": ["`RB-1`"]},
	}
}

test_flags_without_items_id if {
	said_2([{"op": "remove", "path": "/checklists/0/spec/items/0/id"}]) == {
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 1], "says": ["`?`", "`R-1`"]},
		{"at": ["checklists", 0, "spec", "verdict", "conditions", 0], "says": ["`ACT-1`"]},
		{"at": ["serving", "spec", "assumptions", 0, "basis", "checklistItem"], "says": ["`A1`", "`RB-1`"]},
		{"at": ["serving", "spec", "assumptions", 1, "basis", "decision"], "says": ["`A2`", "`ADR-1`"]},
		{"at": ["serving", "spec", "rollback", "rehearsal", "checklistItem"], "says": ["`RB-1`"]},
	}
}

test_flags_without_rollout_analysis if {
	said_2([{"op": "remove", "path": "/serving/spec/rollout/analysis"}]) == {
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 1], "says": ["`RB-1`", "`R-1`"]},
		{"at": ["checklists", 0, "spec", "verdict", "conditions", 0], "says": ["`ACT-1`"]},
		{"at": ["serving", "spec", "assumptions", 1, "basis", "decision"], "says": ["`A2`", "`ADR-1`"]},
		{"at": ["serving", "spec", "rollout", "steps", 0, "analysis", 0], "says": ["1", "`errors`"]},
	}
}

test_flags_without_serving_rollback if {
	said_2([{"op": "remove", "path": "/serving/spec/rollback"}]) == {
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 1], "says": ["`RB-1`", "`R-1`"]},
		{
			"at": ["checklists", 0, "spec", "items", 0, "verifies", 3],
			"says": ["`RB-1`", "`rollback/rto`", "`rto`"],
		},
		{"at": ["checklists", 0, "spec", "verdict", "conditions", 0], "says": ["`ACT-1`"]},
		{"at": ["serving", "spec", "assumptions", 1, "basis", "decision"], "says": ["`A2`", "`ADR-1`"]},
	}
}

test_flags_without_serving_slos if {
	said_2([{"op": "remove", "path": "/serving/spec/slos"}]) == {
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 0], "says": ["`RB-1`", "`ttft-p95`"]},
		{"at": ["checklists", 0, "spec", "items", 0, "verifies", 1], "says": ["`RB-1`", "`R-1`"]},
		{"at": ["checklists", 0, "spec", "verdict", "conditions", 0], "says": ["`ACT-1`"]},
		{"at": ["serving", "spec", "alerts", 0, "slo"], "says": ["1", "`availability`"]},
		{"at": ["serving", "spec", "assumptions", 1, "basis", "decision"], "says": ["`A2`", "`ADR-1`"]},
		{"at": ["serving", "spec", "latencyBudget", "slo"], "says": ["`ttft-p95`"]},
		{"at": ["serving", "spec", "rollout", "analysis", 0, "slo"], "says": ["`errors`", "`availability`"]},
	}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"checklists": [
		{
			"kind": "VerificationChecklist",
			"spec": {"items": [{"id": "RB-1", "verifies": ["slo/x"]}], "servingSpec": "chat"},
		},
	],
	"decisions": [
		{
			"kind": "DecisionLog",
			"spec": {
				"actions": [{"closes": ["R-1"], "id": "ACT-1"}],
				"decisions": [{"confirmation": ["RB-1"], "drivers": ["ttft-p95", "C1", "cost of p95"], "id": "ADR-1"}],
				"residualRisks": [{"id": "R-1", "verification": {"checklistItem": "RB-1"}}],
				"servingSpec": "chat",
			},
		},
	],
	"service": "chat",
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"checklists": [
		{
			"kind": "VerificationChecklist",
			"spec": {
				"items": [{"id": "RB-1", "verifies": ["slo/ttft-p95", "risk/R-1", "assumption/A1", "rollback/rto"]}],
				"revision": 7,
				"servingSpec": "chat",
				"verdict": {"conditions": ["ACT-1"]},
			},
		},
	],
	"decisions": [],
	"service": "chat",
	"serving": {
		"metadata": {"name": "chat", "revision": 7},
		"spec": {
			"alerts": [{"slo": "availability"}],
			"assumptions": [{"basis": {"checklistItem": "RB-1"}, "id": "A1"}, {"basis": {"decision": "ADR-1"}, "id": "A2"}],
			"constraints": [{"id": "C1"}],
			"environment": "staging",
			"latencyBudget": {"slo": "ttft-p95"},
			"rollback": {"rehearsal": {"checklistItem": "RB-1"}, "rto": "5m"},
			"rollout": {"analysis": [{"name": "errors", "slo": "availability"}], "steps": [{"analysis": ["errors"]}]},
			"slos": [{"name": "availability"}, {"name": "ttft-p95"}],
		},
	},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"checklists": [
		{
			"kind": "VerificationChecklist",
			"spec": {
				"items": [{"id": "RB-1", "verifies": ["slo/ttft-p95", "risk/R-1", "assumption/A1", "rollback/rto"]}],
				"revision": 7,
				"servingSpec": "chat",
				"verdict": {"conditions": ["ACT-1"]},
			},
		},
	],
	"decisions": [
		{
			"kind": "DecisionLog",
			"spec": {
				"actions": [{"closes": ["R-1"], "id": "ACT-1"}],
				"decisions": [{"confirmation": ["RB-1"], "drivers": ["ttft-p95", "C1", "cost of p95"], "id": "ADR-1"}],
				"residualRisks": [{"id": "R-1", "verification": {"checklistItem": "RB-1"}}],
				"servingSpec": "chat",
			},
		},
	],
	"service": "chat",
	"serving": {
		"metadata": {"name": "chat", "revision": 7},
		"spec": {
			"alerts": [{"slo": "availability"}],
			"assumptions": [{"basis": {"checklistItem": "X"}, "id": "A1"}, {"basis": {"decision": "Y"}, "id": "A2"}],
			"constraints": [{"id": "C1"}],
			"latencyBudget": {"slo": "ttft-p95"},
			"rollback": {"rehearsal": {"checklistItem": "RB-1"}, "rto": "5m"},
			"rollout": {"analysis": [{"name": "errors", "slo": "availability"}], "steps": [{"analysis": ["errors"]}]},
			"slos": [{"name": "availability"}, {"name": "ttft-p95"}],
		},
	},
}

said_4(changes) := found if {
	doc := json.patch(example_4, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_4 := {
	"checklists": [
		{
			"kind": "VerificationChecklist",
			"spec": {
				"items": [{"id": "RB-1", "verifies": ["slo/ttft-p95", "risk/R-1", "assumption/A1", "rollback/rto"]}],
				"revision": 6,
				"servingSpec": "chat",
				"verdict": {"conditions": ["ACT-1"]},
			},
		},
	],
	"decisions": [
		{
			"kind": "DecisionLog",
			"spec": {
				"actions": [{"closes": ["R-1"], "id": "ACT-1"}],
				"decisions": [{"confirmation": ["RB-1"], "drivers": ["ttft-p95", "C1", "cost of p95"], "id": "ADR-1"}],
				"residualRisks": [{"id": "R-1", "verification": {"checklistItem": "RB-1"}}],
				"servingSpec": "chat",
			},
		},
	],
	"service": "chat",
	"serving": {
		"metadata": {"name": "chat", "revision": 7},
		"spec": {
			"alerts": [{"slo": "availability"}],
			"assumptions": [{"basis": {"checklistItem": "RB-1"}, "id": "A1"}, {"basis": {"decision": "ADR-1"}, "id": "A2"}],
			"constraints": [{"id": "C1"}],
			"latencyBudget": {"slo": "ttft-p95"},
			"rollback": {"rehearsal": {"checklistItem": "RB-1"}, "rto": "5m"},
			"rollout": {"analysis": [{"name": "errors", "slo": "availability"}], "steps": [{"analysis": ["errors"]}]},
			"slos": [{"name": "availability"}, {"name": "ttft-p95"}],
		},
	},
}
