package servelint.rules.capacity["scaled-on-cpu_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["scaled-on-cpu"] as rule

test_flags_a_scaler_that_watches_the_cpu if {
	said(scaled({"metrics": [metric("cpu")]})) == {{
		"at": ["artifacts", 1, "spec", "metrics", 0],
		"related": [["artifacts", 0, "gpus"]],
		"says": ["`hpa`", "`chat`"],
	}}
	said(scaled({"targetCPUUtilizationPercentage": 80})) != set()
	said(scaled({"triggers": [{"type": "cpu"}, {"type": "memory"}]})) == {{
		"at": ["artifacts", 1, "spec", "triggers", 0],
		"related": [["artifacts", 0, "gpus"]],
		"says": ["`hpa`", "`chat`"],
	}}
	said(scaled({"metrics": [{"type": "ContainerResource", "containerResource": {"name": "memory"}}]})) != set()
}

test_accepts_other_metrics if {
	said(scaled({"metrics": [metric("cpu"), {"type": "Pods", "pods": {"metric": {"name": "vllm:num_requests_waiting"}}}]})) == set()
	said(scaled({"metrics": [metric("nvidia.com/gpu")]})) == set()
	said(scaled({"triggers": [{"type": "prometheus"}]})) == set()
	said(scaled({})) == set()
	said(scaled({"metrics": "cpu"})) == set()
}

test_accepts_servers_without_gpus if {
	said(testing.without(scaled({"metrics": [metric("cpu")]}), ["/artifacts/0/facts/workload/gpus"])) == set()
	said(testing.after(scaled({"metrics": [metric("cpu")]}), {"/artifacts/1/facts/autoscaler/target/name": "other"})) == set()
	said(testing.after(scaled({"metrics": [metric("cpu")]}), {"/artifacts/1/facts/autoscaler/target/kind": "Rollout"})) == set()
}

test_flags_the_metric_of_kserve if {
	said(kserve("cpu")) == {{
		"at": ["artifacts", 0, "metric"],
		"related": [["artifacts", 0, "gpus"]],
		"says": ["`chat`"],
	}}
	said(kserve("memory")) != set()
	said(kserve("concurrency")) == set()
	said(testing.after(kserve("cpu"), {"/artifacts/0/facts/kind": "Deployment"})) == set()
}

metric(name) := {"type": "Resource", "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": 80}}}

workload := {"facts": {
	"kind": "Deployment",
	"name": "chat",
	"role": "workload",
	"workload": {"gpus": {"value": 1, "at": ["gpus"]}},
}}

scaled(spec) := {"artifacts": [workload, {"spec": spec, "facts": {
	"kind": "HorizontalPodAutoscaler",
	"name": "hpa",
	"role": "autoscaler",
	"autoscaler": {"target": {"kind": "Deployment", "name": "chat"}},
}}]}

kserve(name) := testing.after({"artifacts": [workload]}, {
	"/artifacts/0/facts/kind": "InferenceService",
	"/artifacts/0/facts/workload/scaleMetric": {"value": name, "at": ["metric"]},
})

said(document) := testing.all(findings) if {
	findings := rule.finding with input as document
}
