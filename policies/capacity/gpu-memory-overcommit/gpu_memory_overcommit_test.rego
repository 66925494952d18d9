package servelint.rules.capacity["gpu-memory-overcommit_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["gpu-memory-overcommit"] as rule

gi := 1073741824

test_flags_need_above_what_may_be_used if {
	places(spec(143 * gi, 142 * gi)) == {["spec", "resources", "gpu"]}
}

test_accepts_need_that_fits if {
	count(places(spec(142 * gi, 142 * gi))) == 0
	count(places(spec(100 * gi, 142 * gi))) == 0
}

test_flags_weights_that_do_not_fit_by_themselves if {
	unshaped := ["facts/memory/neededBytes", "facts/memory/kvBytes"]
	places(json.remove(spec(203 * gi, 142 * gi), unshaped)) == {["spec", "resources", "gpu"]}
	count(places(json.remove(spec(202 * gi, 142 * gi), unshaped))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(143 * gi, 142 * gi), ["facts/memory/availableBytes"]))) == 0
	count(places(json.remove(spec(143 * gi, 142 * gi), ["facts/memory/neededBytes"]))) == 0
}

spec(needed, available) := {
	"spec": {"resources": {"gpu": {"count": 2}}},
	"facts": {"memory": {
		"weightsBytes": needed - (72 * gi),
		"kvBytes": 60 * gi,
		"overheadBytes": 12 * gi,
		"neededBytes": needed,
		"availableBytes": available,
	}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_arguments_of_a_manifest_that_need_more if {
	places(review({"maxNumSeqs": 64})) == {["artifacts", 0, "maxNumSeqs"]}
	places(review({"gpus": 1})) == {["artifacts", 0, "gpus"]}
	places(review({"gpuMemoryUtilization": 0.5})) == {["artifacts", 0, "gpuMemoryUtilization"]}
}

test_accepts_arguments_that_fit_or_agree if {
	count(places(review({"maxNumSeqs": 24}))) == 0
	count(places(review({"maxNumSeqs": 16, "maxModelLen": 4096}))) == 0
	count(places(review({}))) == 0
}

test_ignores_manifests_where_a_number_is_missing if {
	count(places(json.remove(review({"maxNumSeqs": 64}), ["serving/facts/memory/kvBytesPerToken"]))) == 0
	count(places(json.remove(review({"maxNumSeqs": 64}), ["serving/spec/resources/gpu/memoryUtilization"]))) == 0
	count(places(object.remove(review({"maxNumSeqs": 64}), ["serving"]))) == 0
}

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
		"role": "workload",
		"workload": {key: {"value": value, "at": [key]} | some key, value in values},
	}}],
}

test_flags_other_numbers_of_memory_available_bytes if {
	said_1([{"op": "replace", "path": "/facts/memory/availableBytes", "value": 0}]) == {
		{
			"at": ["spec", "resources", "gpu"],
			"related": [["spec", "serving", "maxNumSeqs"], ["spec", "model", "contextLength"]],
			"says": ["143", "71", "60", "12", "0"],
		},
	}
}

test_flags_the_places if {
	said_2([]) == {
		{
			"at": ["artifacts", 0, "gpus"],
			"related": [["serving", "spec", "resources", "gpu"]],
			"says": ["138", "66", "60", "12", "71.1"],
		},
	}
}

test_ignores_other_numbers_of_gpu_count if {
	said_2([{"op": "replace", "path": "/serving/spec/resources/gpu/count", "value": 1}]) == set()
}

test_ignores_other_numbers_of_gpu_memory_utilization if {
	said_4([{"op": "replace", "path": "/serving/spec/resources/gpu/memoryUtilization", "value": 0.5}]) == set()
}

test_ignores_other_numbers_of_serving_max_num_seqs if {
	said_3([{"op": "replace", "path": "/serving/spec/serving/maxNumSeqs", "value": 64}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {
	"facts": {
		"memory": {
			"availableBytes": 152471339008,
			"kvBytes": 64424509440,
			"neededBytes": 153545080832,
			"overheadBytes": 12884901888,
			"weightsBytes": 76235669504,
		},
	},
	"spec": {"resources": {"gpu": {"count": 2}}},
}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {
	"artifacts": [
		{
			"facts": {
				"kind": "LLMInferenceService",
				"role": "workload",
				"workload": {"gpus": {"at": ["gpus"], "value": 1}},
			},
		},
	],
	"serving": {
		"facts": {
			"memory": {"kvBytesPerToken": 327680, "overheadBytes": 12884901888, "weightsBytes": 70866960384},
			"spec": {"resources": {"gpu": {"memory": 84825604096}}},
		},
		"spec": {
			"model": {"contextLength": 8192},
			"resources": {"gpu": {"count": 2, "memoryUtilization": 0.9}},
			"serving": {"maxNumSeqs": 24},
		},
	},
}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"artifacts": [
		{
			"facts": {
				"kind": "LLMInferenceService",
				"role": "workload",
				"workload": {"maxNumSeqs": {"at": ["maxNumSeqs"], "value": 64}},
			},
		},
	],
	"serving": {
		"facts": {
			"memory": {"kvBytesPerToken": 327680, "overheadBytes": 12884901888, "weightsBytes": 70866960384},
			"spec": {"resources": {"gpu": {"memory": 84825604096}}},
		},
		"spec": {
			"model": {"contextLength": 8192},
			"resources": {"gpu": {"count": 2, "memoryUtilization": 0.9}},
			"serving": {"maxNumSeqs": 24},
		},
	},
}

said_4(changes) := found if {
	doc := json.patch(example_4, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_4 := {
	"artifacts": [
		{
			"facts": {
				"kind": "LLMInferenceService",
				"role": "workload",
				"workload": {"gpuMemoryUtilization": {"at": ["gpuMemoryUtilization"], "value": 0.5}},
			},
		},
	],
	"serving": {
		"facts": {
			"memory": {"kvBytesPerToken": 327680, "overheadBytes": 12884901888, "weightsBytes": 70866960384},
			"spec": {"resources": {"gpu": {"memory": 84825604096}}},
		},
		"spec": {
			"model": {"contextLength": 8192},
			"resources": {"gpu": {"count": 2, "memoryUtilization": 0.9}},
			"serving": {"maxNumSeqs": 24},
		},
	},
}

test_ignores_other_numbers_of_memory_available_bytes if {
	said_more([{"op": "replace", "path": "/facts/memory/availableBytes", "value": 153545080831.84647}]) == set()
}

said_more(changes) := found if {
	doc := json.patch(example_more, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_more := {
	"facts": {
		"memory": {
			"availableBytes": 0,
			"kvBytes": 64424509440,
			"neededBytes": 153545080832,
			"overheadBytes": 12884901888,
			"weightsBytes": 76235669504,
		},
	},
	"spec": {"resources": {"gpu": {"count": 2}}},
}
