package servelint.rules.capacity["scale-target-above-limit_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["scale-target-above-limit"] as rule

test_flags_a_target_above_the_limit if {
	said(kserve({"mode": "Knative", "scaleMetric": "concurrency", "scaleTarget": 11})) == {{
		"at": ["artifacts", 0, "scaleTarget"],
		"related": [["artifacts", 0, "concurrency"]],
		"says": ["11", "10"],
	}}
}

test_flags_a_service_of_knative if {
	serverless := testing.after(kserve({"scaleTarget": 11}), {"/artifacts/0/facts/kind": "Service", "/artifacts/0/facts/platform": "knative"})
	{finding.says | some finding in said(serverless)} == {["11", "10"]}
	by_rate := testing.after(serverless, {"/artifacts/0/facts/workload/scaleMetric": {"value": "rps", "at": ["metric"]}})
	said(by_rate) == set()
}

test_flags_a_limit_of_a_single_request if {
	{finding.says | some finding in said(kserve({"mode": "Knative", "scaleTarget": 2, "concurrency": 1}))} == {["2", "1"]}
}

test_flags_by_the_metric_that_knative_assumes if {
	count(said(kserve({"mode": "Knative", "scaleTarget": 11}))) == 1
}

test_accepts_a_target_of_the_limit if {
	said(kserve({"mode": "Knative", "scaleMetric": "concurrency", "scaleTarget": 10})) == set()
}

# 0 is no limit.
test_accepts_any_target_without_a_limit if {
	said(kserve({"mode": "Knative", "scaleTarget": 20, "concurrency": 0})) == set()
}

test_ignores_another_metric if {
	said(kserve({"mode": "Knative", "scaleMetric": "cpu", "scaleTarget": 80})) == set()
}

test_ignores_a_mode_in_which_the_limit_has_no_effect if {
	said(kserve({"mode": "Standard", "scaleMetric": "concurrency", "scaleTarget": 20})) == set()
	said(kserve({"mode": "Standard", "scaleTarget": 20})) == set()
}

# Without a mode only the cluster knows which metric is meant.
test_ignores_a_metric_that_is_neither_written_nor_implied if {
	said(kserve({"scaleTarget": 20})) == set()
}

test_flags_a_written_metric_whatever_the_mode_of_the_cluster if {
	count(said(kserve({"scaleMetric": "concurrency", "scaleTarget": 20}))) == 1
}

test_ignores_workloads_of_other_kinds if {
	every metric in [{}, {"scaleMetric": "concurrency"}] {
		doc := kserve(object.union({"mode": "Knative", "scaleTarget": 20}, metric))
		said(testing.after(doc, {"/artifacts/0/facts/kind": "Deployment"})) == set()
		said(json.remove(doc, ["artifacts/0/facts/kind"])) == set()
	}
}

test_flags_a_target_of_ray_above_its_limit if {
	said(ray({"scaleTarget": {"value": 5, "at": ["target"]}, "concurrency": {"value": 4, "at": ["limit"]}})) == {{
		"at": ["artifacts", 0, "target"],
		"related": [["artifacts", 0, "limit"]],
		"says": ["`llm`", "5", "4"],
	}}
}

test_flags_a_target_of_ray_above_the_default_limit if {
	said(ray({"scaleTarget": {"value": 6, "at": ["target"]}})) == {{
		"at": ["artifacts", 0, "target"],
		"related": [],
		"says": ["`llm`", "6", "5"],
	}}
}

test_flags_the_default_target_of_ray_above_a_limit if {
	said(ray({"concurrency": {"value": 1, "at": ["limit"]}})) == {{
		"at": ["artifacts", 0, "deployment"],
		"related": [["artifacts", 0, "limit"]],
		"says": ["`llm`", "2", "1"],
	}}
}

test_flags_a_deployment_without_a_name if {
	doc := json.remove(ray({"scaleTarget": {"value": 6, "at": ["target"]}}), ["artifacts/0/facts/deployments/0/name"])
	{finding.says | some finding in said(doc)} == {["6", "5"]}
}

test_accepts_a_target_of_ray_of_its_limit if {
	said(ray({})) == set()
	said(ray({"scaleTarget": {"value": 5, "at": ["target"]}})) == set()
}

test_ignores_deployments_of_ray_with_a_fixed_number if {
	said(ray({"autoscaled": false, "concurrency": {"value": 1, "at": ["limit"]}})) == set()
}

test_ignores_deployments_of_ray_without_a_limit if {
	said(ray({"concurrency": {"value": 0, "at": ["limit"]}})) == set()
}

test_ignores_deployments_of_other_platforms_and_of_the_stable_revision if {
	doc := ray({"concurrency": {"value": 1, "at": ["limit"]}})
	every change in [{"platform": "other"}, {"role": "stable-workload"}] {
		said({"artifacts": [{"facts": object.union(doc.artifacts[0].facts, change)}]}) == set()
	}
	said(json.remove(doc, ["artifacts/0/facts/platform"])) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every key in ["scaleTarget", "concurrency"] {
		said(json.remove(kserve({"mode": "Knative", "scaleTarget": 20}), [concat("/", ["artifacts/0/facts/workload", key])])) == set()
	}
}

test_flags_a_specification_whose_target_is_above_the_slots if {
	said(specified("concurrency", 40, 24)) == {{
		"at": ["spec", "capacity", "scaling", "target"],
		"related": [["spec", "serving", "maxNumSeqs"]],
		"says": ["40", "24"],
		"severity": "warning",
	}}
}

test_accepts_a_specification_whose_target_the_slots_hold if {
	said(specified("concurrency", 24, 24)) == set()
	said(specified("cpu", 40, 24)) == set()
	said({"spec": {"capacity": {"scaling": {"metric": "concurrency", "target": 40}}}}) == set()
}

specified(metric, target, slots) := {"spec": {"capacity": {"scaling": {"metric": metric, "target": target}}, "serving": {"maxNumSeqs": slots}}}

test_flags_a_number_of_running_requests_above_the_slots if {
	said(scaled(pods("llamacpp:requests_processing", "2"), 1)) == {{
		"at": ["artifacts", 1, "spec", "metrics", 0, "pods", "target", "averageValue"],
		"related": [["artifacts", 0, "slots"]],
		"says": ["`a`", "2", "`chat`", "1"],
	}}
	every query in ["vllm:num_requests_running", "sum(vllm:num_requests_running{app=\"chat\"})", "avg( sglang:num_running_reqs )"] {
		{f.at | some f in said(scaled(trigger(query), 16))} == {["artifacts", 1, "spec", "triggers", 0, "metadata", "threshold"]}
	}
}

test_flags_a_number_of_running_requests_from_outside if {
	spec := {"metrics": [{"type": "External", "external": {"metric": {"name": "vllm_num_requests_running"}, "target": {"averageValue": "20"}}}]}
	{f.at | some f in said(scaled(spec, 16))} == {["artifacts", 1, "spec", "metrics", 0, "external", "target", "averageValue"]}
}

test_warns_of_an_inference_service_whose_target_is_above_the_slots if {
	doc := kserve({"scaleMetric": "concurrency", "scaleTarget": 9, "maxNumSeqs": 8})
	said(doc) == {{"at": ["artifacts", 0, "scaleTarget"], "related": [["artifacts", 0, "maxNumSeqs"]], "says": ["9", "8"], "severity": "warning"}}
	said(kserve({"scaleMetric": "concurrency", "scaleTarget": 8, "maxNumSeqs": 8})) == set()
}

test_accepts_a_number_of_running_requests_that_the_slots_hold if {
	said(scaled(pods("vllm:num_requests_running", "20"), 20)) == set()
	said(scaled(trigger("vllm:num_requests_running"), 20)) == set()
}

# What is added to, divided or waiting has no such limit.
test_ignores_other_numbers if {
	every query in ["sum(vllm:num_requests_waiting)", "sum(vllm:num_requests_running) + sum(vllm:num_requests_waiting)", "100 * vllm:num_requests_running"] {
		said(scaled(trigger(query), 1)) == set()
	}
	said(scaled(pods("queue", "20"), 1)) == set()
	said(scaled(pods("vllm:num_requests_running", "${TARGET}"), 1)) == set()
	said(testing.after(scaled(pods("vllm:num_requests_running", "20"), 1), {"/artifacts/0/facts/name": "other"})) == set()
	total := testing.after(scaled(trigger("vllm:num_requests_running"), 1), {"/artifacts/1/spec/triggers/0/metricType": "Value"})
	said(total) == set()
}

pods(name, value) := {"metrics": [{"type": "Pods", "pods": {"metric": {"name": name}, "target": {"type": "AverageValue", "averageValue": value}}}]}

trigger(query) := {"triggers": [{"type": "prometheus", "metadata": {"query": query, "threshold": "20"}}]}

scaled(spec, slots) := {"artifacts": [
	{"facts": {"kind": "Deployment", "name": "chat", "role": "workload", "workload": {"maxNumSeqs": {"value": slots, "at": ["slots"]}}}},
	{"spec": spec, "facts": {"kind": "HorizontalPodAutoscaler", "name": "a", "role": "autoscaler", "autoscaler": {"target": {"kind": "Deployment", "name": "chat"}}}},
]}

# A limit of 10 requests, unless it says otherwise.
kserve(values) := {"artifacts": [{"facts": {
	"kind": "InferenceService",
	"role": "workload",
	"workload": {key: {"value": value, "at": [key]} |
		some key, value in object.union({"concurrency": 10}, values)
	},
}}]}

ray(differs) := {"artifacts": [{"facts": {
	"platform": "ray-serve",
	"role": "workload",
	"deployments": [object.union({"at": ["deployment"], "name": "llm", "autoscaled": true}, differs)],
}}]}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
		with data.servelint.platforms as {"defaults": {"ray-serve": {"any": {"concurrency": {"value": 5}, "scaleTarget": {"value": 2}}}}}
}

test_flags_a_queue_that_outlasts_the_clients if {
	spec := {
		"spec": {
			"capacity": {"scaling": {"metric": "vllm:num_requests_waiting", "target": 400}, "perReplica": {"throughputRps": 4}},
			"timeouts": {"client": "90s"},
		},
		"facts": {"spec": {"timeouts": {"client": 90}}},
	}
	found := testing.all(rule.finding) with input as spec
	{[finding.at, finding.says] | some finding in found} == {[["spec", "capacity", "scaling", "target"], ["400", "4", "100", "90"]]}
	every values in [{"/spec/capacity/scaling/target": 360}, {"/spec/capacity/scaling/metric": "queue_wait_seconds"}, {"/spec/capacity/perReplica/throughputRps": 0}] {
		changed := testing.after(spec, values)
		count(rule.finding) == 0 with input as changed
	}
}
