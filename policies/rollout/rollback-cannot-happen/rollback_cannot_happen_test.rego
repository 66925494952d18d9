package servelint.rules.rollout["rollback-cannot-happen_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-cannot-happen"] as rule

test_accepts_a_complete_plan if {
	found({}) == set()
}

test_flags_a_target_that_is_rolled_out if {
	every target in ["7", "v7", "R7", "rev7", "revision-7", "chat-v7", "Chat-V7"] {
		places(testing.after(plan, {"/serving/spec/rollback/targetRevision": target})) == {target_place}
	}
	every target in ["6", "v6", "chat-v6", "chat", "77"] {
		places(testing.after(plan, {"/serving/spec/rollback/targetRevision": target})) == set()
	}
	found({"targetRevision": "chat-v7"}) == {{
		"at": target_place,
		"related": [["artifacts", 0, "metadata", "name"]],
		"says": ["`chat-v7`"],
	}}
}

test_a_name_of_all_revisions_is_no_target_in_itself if {
	one := testing.after(testing.without(plan, ["/artifacts/1"]), {
		"/artifacts/0/facts/name": "chat",
		"/serving/spec/rollback/targetRevision": "chat",
	})
	places(one) == set()
	two := testing.after(plan, {
		"/artifacts/0/facts/name": "chat-blue",
		"/serving/spec/rollback/targetRevision": "chat-blue",
	})
	places(two) == {target_place}
}

test_flags_analyses_that_trigger_nothing if {
	found({"triggers": ["ttft"]}) == {{
		"at": triggers_place,
		"related": [["serving", "spec", "rollout", "steps", 1, "analysis"]],
		"says": ["`quality`", "2"],
		"severity": "warning",
	}}
}

test_flags_triggers_that_watch_no_objective if {
	some_of := places(testing.after(plan, {"/serving/spec/rollback/triggers": ["quality"]}))
	some_of == {triggers_place}
	says := {finding.severity |
		some finding in testing.all(rule.finding) with input as testing.after(plan, {"/serving/spec/rollback/triggers": ["quality"]})
		finding.severity
	}
	says == {"warning"}
	count(found({"triggers": ["quality"]})) == 2

	# A trigger that is no analysis is another finding.
	count(found({"triggers": ["quality", "other"]})) == 1
}

test_flags_what_no_controller_performs if {
	automatic := ["serving", "spec", "rollback", "automatic"]
	every kind in ["LLMInferenceService", "InferenceService", "Deployment"] {
		bare := testing.after(testing.without(plan, ["/artifacts/2"]), {"/artifacts/0/facts/kind": kind})
		places(bare) == {automatic}
	}
	places(testing.without(plan, ["/artifacts/2"])) == {automatic}
	every kind in ["Canary", "SageMaker DeploymentConfig"] {
		places(testing.after(plan, {"/artifacts/2/facts/kind": kind})) == set()
	}
	places(testing.after(testing.without(plan, ["/artifacts/2"]), {"/serving/spec/rollback/automatic": false})) == set()
	places(testing.without(plan, ["/artifacts"])) == set()
}

test_somebody_performs_a_manual_rollback if {
	manual := testing.after(plan, {"/serving/spec/rollback/automatic": false})
	places(testing.without(manual, ["/serving/metadata/oncall"])) == {["serving", "metadata", "oncall"]}
	places(testing.without(plan, ["/serving/metadata/oncall"])) == set()
	elsewhere := testing.after(manual, {"/serving/spec/environment": "staging"})
	places(testing.without(elsewhere, ["/serving/metadata/oncall"])) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	places(testing.without(plan, ["/serving/spec/rollback"])) == set()
	places(testing.without(plan, ["/serving/spec/rollout"])) == set()
}

target_place := ["serving", "spec", "rollback", "targetRevision"]

triggers_place := ["serving", "spec", "rollback", "triggers"]

plan := {
	"serving": {
		"metadata": {"name": "chat", "revision": 7, "oncall": "pagerduty:chat"},
		"spec": {
			"environment": "production",
			"slos": [{"name": "ttft-p95"}],
			"rollout": {
				"steps": [{"weight": 5, "analysis": ["ttft"]}, {"weight": 50, "analysis": ["ttft", "quality"]}, {"weight": 100}],
				"analysis": [{"name": "ttft", "slo": "ttft-p95"}, {"name": "quality", "metric": "judge_win_rate"}, {"name": "unused", "slo": "x"}],
			},
			"rollback": {"automatic": true, "triggers": ["ttft", "quality"], "targetRevision": "chat-v6"},
		},
	},
	"artifacts": [
		{"facts": {"kind": "LLMInferenceService", "name": "chat-v7", "role": "workload", "workload": {"at": ["spec"]}}},
		{"facts": {"kind": "LLMInferenceService", "name": "chat-v6", "role": "stable-workload", "workload": {"at": ["spec"]}}},
		{"facts": {"kind": "Rollout", "name": "chat", "role": "rollout"}},
	],
}

found(changed) := findings if {
	document := testing.after(plan, {sprintf("/serving/spec/rollback/%s", [key]): value | some key, value in changed})
	findings := testing.all(rule.finding) with input as document
}

places(document) := at if {
	at := testing.places(rule.finding) with input as document
}
