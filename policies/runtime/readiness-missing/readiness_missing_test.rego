package servelint.rules.runtime["readiness-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["readiness-missing"] as rule

test_flags_a_server_without_probes if {
	said("Deployment", {}) == {{
		"at": ["artifacts", 0, "spec", "containers", 1],
		"says": ["`vllm`", "`chat`"],
	}}
	said("StatefulSet", {}) != set()
	said("Rollout", {"livenessProbe": {"httpGet": {"path": "/"}}}) != set()
	said("Deployment", {"readinessProbe": null}) != set()
}

test_accepts_a_probe_that_holds_traffic_back if {
	said("Deployment", {"readinessProbe": {"httpGet": {"path": "/health"}}}) == set()
	said("Deployment", {"startupProbe": {"httpGet": {"path": "/health"}}}) == set()
}

test_accepts_platforms_with_a_probe_of_their_own if {
	every kind in ["InferenceService", "LLMInferenceService", "RayService", "SeldonDeployment"] {
		said(kind, {}) == set()
	}
}

test_shows_what_to_write if {
	help({"image": "vllm/vllm-openai:v0.11.0"}) == {"Add `readinessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 5}`, which answers once the model is loaded."}
	contains(one(help({"image": "sglang:1", "args": ["--port", "9000"]})), "path: /health, port: 9000}")
	contains(one(help({"image": "sglang:1", "args": ["--port=9001"]})), "port: 9001}")
	contains(one(help({"image": "tritonserver:1", "ports": [{"containerPort": 8001}]})), "path: /v2/health/ready, port: 8001}")
	contains(one(help({"image": "text-generation-inference:3"})), "port: 80}")
	help({"image": "acme/server:1"}) == {""}
}

one(texts) := [text | some text in texts][0]

help(container) := {object.get(found, "help", "") | some found in findings("Deployment", container)}

said(kind, container) := testing.all(findings(kind, container))

findings(kind, container) := found if {
	found := rule.finding with input as {"artifacts": [{
		"spec": {"containers": [{"name": "side"}, object.union({"name": "vllm"}, container)]},
		"facts": {"kind": kind, "name": "chat", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 1]]}]},
	}]}
}

test_flags_a_service_of_compose_that_others_wait_for if {
	composed({}, ["llm"]) == {{
		"at": ["artifacts", 0, "services", "llm"],
		"related": [["artifacts", 0, "services", "ui", "depends_on", 0]],
		"says": ["`llm`", "`ui`"],
		"help": "Add `healthcheck: {test: [CMD, curl, -f, \"http://localhost:8000/health\"], interval: 10s, start_period: 10m}` and depend on it by `condition: service_healthy`.",
	}}
	{row.related | some row in composed({}, {"llm": {"condition": "service_started"}})} == {[["artifacts", 0, "services", "ui", "depends_on", "llm"]]}
	{row.help | some row in composed({"image": "acme/server:1"}, ["llm"])} == {"Add a `healthcheck` on the path that answers once the model is loaded, and depend on it by `condition: service_healthy`."}
}

test_accepts_a_health_check_and_services_that_nobody_waits_for if {
	composed({"healthcheck": {"test": ["CMD", "curl"]}}, ["llm"]) == set()
	composed({}, []) == set()
	composed({}, ["db"]) == set()

	# The image may bring one; Compose refuses the file if it does not.
	composed({}, {"llm": {"condition": "service_healthy"}}) == set()
}

composed(more, depends) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": object.union({"image": "vllm/vllm-openai:v1"}, more), "ui": {"depends_on": depends}},
		"facts": {"kind": "Compose file", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	}]}
}
