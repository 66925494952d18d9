package servelint.rules.rollout["rollback-alarms-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-alarms-missing"] as rule

test_flags_an_update_of_sagemaker_without_alarms if {
	every rollout in [{}, {"alarms": {"value": 0}}] {
		said("sagemaker", rollout) == {{
			"at": ["artifacts", 0, "DeploymentConfig", "AutoRollbackConfiguration"],
			"says": ["`ranker`"],
		}}
	}
}

test_accepts_an_update_with_an_alarm if {
	said("sagemaker", {"alarms": {"value": 1}}) == set()
}

test_ignores_rollouts_of_flagger_which_has_analyses if {
	said("flagger", {}) == set()
}

test_warns_of_an_endpoint_without_a_configuration if {
	facts := {"kind": "SageMaker DeploymentConfig", "platform": "sagemaker", "role": "rollout", "rollout": {"at": ["Properties"]}}
	found := testing.all(rule.finding) with input as {"artifacts": [{"Properties": {"EndpointConfigName": "v2"}, "facts": facts}]}
	{object.remove(f, ["help"]) | some f in found} == {{
		"at": ["artifacts", 0, "Properties", "DeploymentConfig"],
		"severity": "warning",
		"says": ["`DeploymentConfig`"],
	}}
}

said(platform, change) := found if {
	rollout := object.union({"at": ["DeploymentConfig"]}, change)
	facts := {"kind": "SageMaker DeploymentConfig", "name": "ranker", "platform": platform, "role": "rollout", "rollout": rollout}
	found := testing.all(rule.finding) with input as {"artifacts": [{"facts": facts}]}
}
