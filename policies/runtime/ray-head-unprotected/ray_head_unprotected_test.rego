package servelint.rules.runtime["ray-head-unprotected_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["ray-head-unprotected"] as rule

test_flags_a_head_without_a_store if {
	said({}) == {{
		"at": ["artifacts", 0, "spec", "rayClusterConfig", "headGroupSpec"],
		"says": ["`chat`"],
	}}
	said({"/artifacts/0/metadata": {"annotations": {"ray.io/ft-enabled": "false"}}}) != set()
	said({"/artifacts/0/spec/rayClusterConfig/headGroupSpec/template/spec/containers/0": {"env": [{"name": "REDIS", "value": "a"}]}}) != set()
}

test_accepts_each_form if {
	said({"/artifacts/0/spec/rayClusterConfig/gcsFaultToleranceOptions": {"redisAddress": "redis:6379"}}) == set()
	said({"/artifacts/0/metadata": {"annotations": {"ray.io/ft-enabled": "true"}}}) == set()
	said({"/artifacts/0/spec/rayClusterConfig/headGroupSpec/template/metadata": {"annotations": {"ray.io/ft-enabled": "true"}}}) == set()
	said({"/artifacts/0/spec/rayClusterConfig/headGroupSpec/template/spec/containers/0": {"env": [{"name": "RAY_REDIS_ADDRESS", "value": "a"}]}}) == set()
}

test_ignores_other_kinds_and_a_cluster_that_is_not_written if {
	said({"/artifacts/0/facts/kind": "Deployment"}) == set()
	said({"/artifacts/0/spec": {}}) == set()
}

said(values) := findings if {
	document := testing.after(
		{"artifacts": [{
			"spec": {"rayClusterConfig": {"headGroupSpec": {"template": {"spec": {"containers": [{"image": "rayproject/ray:2.49.0"}]}}}}},
			"facts": {"kind": "RayService", "name": "chat"},
		}]},
		values,
	)
	findings := testing.all(rule.finding) with input as document
}
