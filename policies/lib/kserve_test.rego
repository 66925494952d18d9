package servelint.lib.kserve_test

import data.servelint.lib.kserve

service(model) := {
	"spec": {"predictor": {"model": model}},
	"facts": {"runtime": {"kind": "ServingRuntime", "name": "vllm", "at": ["spec", "predictor", "model", "runtime"]}},
}

rows(model, spec) := {row[1] | some row in kserve.refused(service(model), {"spec": spec})}

test_finds_the_runtime if {
	runtime := {"facts": {"kind": "ServingRuntime", "name": "vllm"}}
	other := {"facts": {"kind": "ClusterServingRuntime", "name": "vllm"}}
	kserve.runtime_of(service({})) == 1 with input as {"artifacts": [other, runtime]}
	not kserve.runtime_of(service({})) with input as {"artifacts": [other]}
}

test_a_runtime_that_does_not_fit if {
	rows({}, {"disabled": true}) == {"its runtime `vllm` is disabled"}
	rows({"modelFormat": {"name": "onnx"}}, {"supportedModelFormats": [{"name": "vLLM"}]}) == {"its runtime `vllm` does not list the format `onnx`"}
	rows({"modelFormat": {"name": "onnx", "version": "2"}}, {"supportedModelFormats": [{"name": "onnx", "version": "1"}]}) == {"its runtime `vllm` does not list the format `onnx:2`"}
	rows({"protocolVersion": "v2"}, {"protocolVersions": ["v1"]}) == {"its runtime `vllm` does not speak the protocol `v2`"}
}

test_a_runtime_that_fits if {
	formats := {"supportedModelFormats": [{"name": "onnx", "version": "1"}, {"name": "vLLM"}]}
	rows({"modelFormat": {"name": "onnx"}}, formats) == set()
	rows({"modelFormat": {"name": "onnx", "version": "1"}}, formats) == set()
	rows({"modelFormat": {"name": 1}}, formats) == set()
	rows({"modelFormat": {"name": "x"}}, {"supportedModelFormats": [{"name": null}]}) == set()
	rows({"protocolVersion": "v2"}, {"protocolVersions": ["v1", "v2"], "disabled": false}) == set()
	rows({"protocolVersion": "v2"}, {}) == set()
}

test_probes_with_two_handlers if {
	pod := {"containers": [{"readinessProbe": {"httpGet": {}, "tcpSocket": {}}, "startupProbe": {"exec": {}}}]}
	kserve.probes(object.union(service({}), {"pod": pod})) == [[
		["pod", "containers", 0, "readinessProbe"],
		"its readinessProbe has `httpGet` and `tcpSocket`, one of the runtime and one of its own, and Kubernetes takes one",
	]]
	kserve.probes({"facts": {}, "pod": pod}) == []
}
