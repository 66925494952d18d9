package servelint.rules.capacity["autoscaler-without-request_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["autoscaler-without-request"] as rule

cpu := {"metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]}

bare := [{"name": "server", "resources": {"limits": {"nvidia.com/gpu": 1}}}]

test_flags_a_utilisation_of_a_request_that_is_not_set if {
	said(cpu, bare) == {{
		"at": ["artifacts", 0, "spec", "metrics", 0, "resource"],
		"related": [["artifacts", 1, "pods"]],
		"says": ["`a`", "`chat`", "`server`"],
	}}
}

test_flags_every_way_to_ask_for_a_utilisation if {
	places({"targetCPUUtilizationPercentage": 70}) == {["artifacts", 0, "spec", "targetCPUUtilizationPercentage"]}
	places({"triggers": [{"type": "cpu", "metadata": {"value": "70"}}]}) == {["artifacts", 0, "spec", "triggers", 0]}
	places({"triggers": [{"type": "memory", "metricType": "Utilization", "metadata": {"value": "70"}}]}) == {["artifacts", 0, "spec", "triggers", 0]}
}

test_flags_one_container_of_two if {
	{f.says | some f in said(cpu, array.concat([{"name": "proxy", "resources": {"requests": {"cpu": 1}}}], bare))} == {["`a`", "`chat`", "`server`"]}
}

test_accepts_a_request_and_a_limit_in_its_place if {
	said(cpu, [{"name": "server", "resources": {"requests": {"cpu": "500m"}}}]) == set()
	said(cpu, [{"name": "server", "resources": {"limits": {"cpu": 4}}}]) == set()
}

test_accepts_metrics_that_are_no_share if {
	places({"metrics": [{"resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "1"}}}]}) == set()
	places({"metrics": [{"type": "Pods", "pods": {"metric": {"name": "x"}, "target": {"averageValue": "2"}}}]}) == set()
	places({"triggers": [{"type": "cpu", "metricType": "AverageValue", "metadata": {"value": "1"}}]}) == set()
	places({"triggers": [{"type": "cpu", "metadata": {"value": "1", "containerName": "proxy"}}]}) == set()
	places({"triggers": [{"type": "prometheus", "metadata": {"threshold": "1"}}]}) == set()
	places({}) == set()
}

test_ignores_a_workload_that_is_not_its_target if {
	other := testing.after(doc(cpu, bare), {"/artifacts/1/facts/name": "other"})
	said_of(other) == set()
}

doc(spec, containers) := {"artifacts": [
	{"spec": spec, "facts": {"kind": "HorizontalPodAutoscaler", "name": "a", "role": "autoscaler", "autoscaler": {"target": {"kind": "Deployment", "name": "chat"}}}},
	{
		"spec": {"template": {"spec": {"containers": containers}}},
		"facts": {"kind": "Deployment", "name": "chat", "role": "workload", "workload": {"at": ["pods"]}},
	},
]}

places(spec) := {f.at | some f in said(spec, bare)}

said(spec, containers) := said_of(doc(spec, containers))

said_of(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
