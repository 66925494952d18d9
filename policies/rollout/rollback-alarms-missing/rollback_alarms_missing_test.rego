package servelint.rules.rollout["rollback-alarms-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-alarms-missing"] as rule

test_flags_a_shift_without_alarms if {
	places({"at": []}) == {["artifacts", 0, "AutoRollbackConfiguration"]}
	places({"at": ["DeploymentConfig"], "alarms": {"value": 0, "at": []}}) == {["artifacts", 0, "DeploymentConfig", "AutoRollbackConfiguration"]}
}

test_accepts_a_shift_with_an_alarm if {
	places({"at": [], "alarms": {"value": 1, "at": []}}) == set()
}

test_ignores_other_platforms if {
	found := rule.finding with input as {"artifacts": [{"facts": {"platform": "flagger", "role": "canary", "rollout": {"at": []}}}]}
	count(found) == 0
}

places(rollout) := at if {
	facts := {"kind": "SageMaker DeploymentConfig", "platform": "sagemaker", "role": "rollout", "rollout": rollout}
	at := {f.at | some f in rule.finding} with input as {"artifacts": [{"facts": facts}]}
}

test_ignores_without_artifacts_platform if {
	said([{"op": "remove", "path": "/artifacts/0/facts/platform"}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [
		{
			"facts": {
				"kind": "SageMaker DeploymentConfig",
				"platform": "sagemaker",
				"role": "rollout",
				"rollout": {"at": []},
			},
		},
	],
}
