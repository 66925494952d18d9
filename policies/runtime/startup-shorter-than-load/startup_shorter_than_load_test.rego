package servelint.rules.runtime["startup-shorter-than-load_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["startup-shorter-than-load"] as rule

test_flags_probe_shorter_than_the_cold_start if {
	places(spec(300, 480)) == {[["spec", "health", "startupProbe"], "error"]}
}

test_flags_probe_without_margin_as_warning if {
	places(spec(480, 480)) == {[["spec", "health", "startupProbe"], "warning"]}
	places(spec(575, 480)) == {[["spec", "health", "startupProbe"], "warning"]}
}

test_accepts_probe_with_exactly_the_margin if {
	count(places(spec(576, 480))) == 0
}

test_accepts_long_probe if {
	count(places(spec(600, 480))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(testing.without(spec(300, 480), ["/facts/startupSeconds"]))) == 0
	count(places(testing.without(spec(300, 480), ["/facts/spec/capacity"]))) == 0
}

test_flags_the_probe_of_a_manifest if {
	places(review(300, 600, 480)) == {[["artifacts", 0, "probe"], "error"]}
	places(review(500, 600, 480)) == {[["artifacts", 0, "probe"], "warning"]}
}

test_accepts_the_probe_of_a_manifest_with_the_margin if {
	count(places(review(576, 600, 480))) == 0
}

test_ignores_a_manifest_that_agrees_with_the_specification if {
	count(places(review(300, 300, 480))) == 0
}

test_the_messages_name_probe_cold_start_and_need if {
	said(spec(300, 480)) == {{
		"at": ["spec", "health", "startupProbe"],
		"related": [["spec", "capacity", "coldStart"]],
		"says": ["5", "`480s`"],
	}}
	said(spec(480, 480)) == {{
		"at": ["spec", "health", "startupProbe"],
		"related": [["spec", "capacity", "coldStart"]],
		"says": ["8", "9", "36", "`480s`", "20"],
		"severity": "warning",
	}}
	said(review(300, 600, 480)) == {{
		"at": ["artifacts", 0, "probe"],
		"related": [["serving", "spec", "capacity", "coldStart"]],
		"says": ["5", "`480s`", "9", "36", "20"],
		"severity": "error",
	}}
}

test_a_cold_start_longer_by_rounding_noise_lacks_only_the_margin if {
	places(spec(479.9999999999, 480)) == {[["spec", "health", "startupProbe"], "warning"]}
}

test_accepts_the_margin_within_rounding_noise if {
	places(spec(575.9999999999, 480)) == set()
	places(review(575.9999999999, 600, 480)) == set()
}

test_flags_a_manifest_beside_a_specification_without_a_probe if {
	doc := testing.without(review(300, 600, 480), ["/serving/facts/startupSeconds"])
	places(doc) == {[["artifacts", 0, "probe"], "error"]}
}

test_flags_a_liveness_probe_that_kills_while_the_model_loads if {
	places(alive(35, 1, "/health")) == {[["artifacts", 0, "probe"], "warning"]}
	places(alive(59, 1, "/health")) == {[["artifacts", 0, "probe"], "warning"]}
}

test_accepts_a_liveness_probe_that_waits_or_only_asks_for_life if {
	places(alive(60, 1, "/health")) == set()
	places(alive(35, 0, "/health")) == set()
	places(alive(35, 1, "/v2/health/live")) == set()
	places(alive(35, 1, "/livez")) == set()
	places(testing.without(alive(35, 1, "/health"), ["/artifacts/0/probe"])) == set()
}

test_compares_a_liveness_probe_with_the_cold_start if {
	places(object.union(alive(300, 1, "/health"), {"serving": spec(600, 480)})) == {[["artifacts", 0, "probe"], "error"]}
	places(object.union(alive(500, 0, "/health"), {"serving": spec(600, 480)})) == {[["artifacts", 0, "probe"], "warning"]}
	places(object.union(alive(576, 1, "/health"), {"serving": spec(600, 480)})) == set()
}

test_flags_a_probe_of_a_port_that_opens_late if {
	at_port := testing.after(alive(35, 1, "/x"), {
		"/artifacts/0/facts/workload/livenessSeconds/at": ["c", "probe"],
		"/artifacts/0/c": {"image": "vllm/vllm-openai:v0.11.0", "probe": {"tcpSocket": {"port": 8000}}},
	})
	places(at_port) == {[["artifacts", 0, "c", "probe"], "warning"]}
	places(testing.after(at_port, {"/artifacts/0/c/image": "nvcr.io/nvidia/tritonserver:25.01-py3"})) == set()
	places(testing.after(at_port, {"/artifacts/0/c/probe": {"exec": {"command": ["curl", "localhost"]}}})) == set()
}

alive(seconds, gpus, path) := {"artifacts": [{"probe": {"httpGet": {"path": path}}, "facts": {"kind": "Deployment", "role": "workload", "workload": {
	"livenessSeconds": {"value": seconds, "at": ["probe"]},
	"gpus": {"value": gpus, "at": ["gpus"]},
}}}]}

spec(allowed, load) := {
	"spec": {"capacity": {"coldStart": sprintf("%vs", [load])}, "health": {"startupProbe": {}}},
	"facts": {"startupSeconds": allowed, "spec": {"capacity": {"coldStart": load}}},
}

places(doc) := at if {
	at := {[f.at, object.get(f, "severity", "error")] | some f in rule.finding} with input as doc
}

review(allowed, said, load) := {
	"serving": spec(said, load),
	"artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {"startupSeconds": {"value": allowed, "at": ["probe"]}}}}],
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
