package servelint.rules.capacity["gpu-memory-overcommit_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["gpu-memory-overcommit"] as rule

gi := 1073741824

test_flags_a_need_above_the_available_memory if {
	said(specification(143 * gi)) == {{
		"at": ["spec", "resources", "gpu"],
		"related": [["spec", "serving", "maxNumSeqs"], ["spec", "model", "contextLength"]],
		"says": ["143", "71", "60", "12", "142"],
	}}
}

test_accepts_a_need_of_exactly_the_available_memory if {
	said(specification(142 * gi)) == set()
}

test_accepts_an_excess_of_rounding_noise_only if {
	said(specification((142 * gi) + 1)) == set()
	said(without_cache((142 * gi) + 1)) == set()
}

test_flags_weights_that_do_not_fit_where_the_shape_of_the_cache_is_unknown if {
	said(without_cache(143 * gi)) == {{"at": ["spec", "resources", "gpu"], "says": ["131", "12", "142"]}}
}

test_accepts_weights_that_just_fit_where_the_shape_of_the_cache_is_unknown if {
	said(without_cache(142 * gi)) == set()
}

test_flags_once_where_the_weights_alone_do_not_fit if {
	count(said(specification(300 * gi))) == 1
}

test_flags_each_number_of_a_manifest_that_needs_more if {
	places(review({"maxNumSeqs": 64})) == {["artifacts", 0, "maxNumSeqs"]}
	places(review({"maxModelLen": 32768})) == {["artifacts", 0, "maxModelLen"]}
	places(review({"gpuMemoryUtilization": 0.5})) == {["artifacts", 0, "gpuMemoryUtilization"]}
	said(review({"gpus": 1})) == {{
		"at": ["artifacts", 0, "gpus"],
		"related": [["serving", "spec", "resources", "gpu"]],
		"says": ["`chat`", "138", "66", "60", "12", "71.1"],
	}}
}

test_flags_the_most_telling_of_several_numbers if {
	places(review({"gpus": 1, "gpuMemoryUtilization": 0.5, "maxModelLen": 32768, "maxNumSeqs": 64})) == {["artifacts", 0, "maxNumSeqs"]}
	places(review({"gpus": 1, "gpuMemoryUtilization": 0.5, "maxModelLen": 32768})) == {["artifacts", 0, "maxModelLen"]}
	places(review({"gpus": 1, "gpuMemoryUtilization": 0.5})) == {["artifacts", 0, "gpuMemoryUtilization"]}
}

test_accepts_arguments_that_fit if {
	said(review({"maxNumSeqs": 16, "maxModelLen": 4096})) == set()
}

# The finding on the specification is enough.
test_ignores_arguments_that_repeat_the_specification if {
	every key, value in {"maxNumSeqs": 24, "maxModelLen": 8192, "gpuMemoryUtilization": 0.9, "gpus": 2} {
		said(testing.after(review({key: value}), {"/serving/facts/memory/weightsBytes": 500 * gi})) == set()
	}
}

# The number of its GPUs is that of one pod of several.
test_ignores_a_replica_of_several_nodes if {
	said(testing.after(review({"gpus": 1}), {"/artifacts/0/facts/workload/worker": ["spec", "worker"]})) == set()
}

test_ignores_manifests_that_state_nothing if {
	said(review({})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["facts/memory/availableBytes", "facts/memory/neededBytes"] {
		said(json.remove(specification(143 * gi), [path])) == set()
	}
	every path in ["serving", "serving/facts/memory/kvBytesPerToken", "serving/spec/resources/gpu/memoryUtilization"] {
		said(json.remove(review({"maxNumSeqs": 64}), [path])) == set()
	}
}

# 60 GiB of cache and 12 GiB of overhead; 142 GiB are available.
specification(needed) := {
	"spec": {"resources": {"gpu": {"count": 2}}},
	"facts": {"memory": {
		"weightsBytes": needed - (72 * gi),
		"kvBytes": 60 * gi,
		"overheadBytes": 12 * gi,
		"neededBytes": needed,
		"availableBytes": 142 * gi,
	}},
}

# Weights and 12 GiB of overhead need that much together; the cache is not known.
without_cache(needed) := json.patch(specification(needed), [
	{"op": "remove", "path": "/facts/memory/neededBytes"},
	{"op": "remove", "path": "/facts/memory/kvBytes"},
	{"op": "replace", "path": "/facts/memory/weightsBytes", "value": needed - (12 * gi)},
])

# The specification fits: it needs 138 GiB of 142.2 GiB. The manifest states these values instead.
review(values) := {
	"serving": {
		"spec": {
			"resources": {"gpu": {"count": 2, "memoryUtilization": 0.9}},
			"model": {"contextLength": 8192},
			"serving": {"maxNumSeqs": 24},
		},
		"facts": {
			"spec": {"resources": {"gpu": {"memory": 79 * gi}}},
			"memory": {"weightsBytes": 66 * gi, "overheadBytes": 12 * gi, "kvBytesPerToken": 327680},
		},
	},
	"artifacts": [{"facts": {
		"kind": "LLMInferenceService",
		"name": "chat",
		"role": "workload",
		"workload": {key: {"value": value, "at": [key]} | some key, value in values},
	}}],
}

places(doc) := {finding.at | some finding in said(doc)}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
