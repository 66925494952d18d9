package servelint.rules.capacity["gpu-parallelism-mismatch_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["gpu-parallelism-mismatch"] as rule

test_flags_a_specification_whose_product_differs if {
	places(spec({"tensor": 4, "pipeline": 1}, 2)) == {["spec", "serving", "parallelism"]}
	places(spec({"pipeline": 2}, 1)) == {["spec", "serving", "parallelism"]}
}

test_flags_a_manifest_whose_product_differs if {
	places(workload({"tensor": 4, "gpus": 2}, {})) == {[["artifacts", 0, "tensor"], "error"]}
	places(workload({"tensor": 2, "pipeline": 2, "gpus": 2}, {})) == {[["artifacts", 0, "tensor"], "error"]}
	places(workload({"tensor": 2, "gpus": 8}, {})) == {[["artifacts", 0, "tensor"], "error"]}
}

test_flags_a_pod_without_room_for_its_tensor_group if {
	places(workload({"tensor": 8, "gpus": 4}, {"worker": ["spec", "worker"]})) == {[["artifacts", 0, "tensor"], "warning"]}
}

test_accepts_matching_products if {
	count(places(spec({"tensor": 2, "pipeline": 1}, 2))) == 0
	count(places(spec({"tensor": 2}, 2))) == 0
	count(places(workload({"tensor": 2, "gpus": 2}, {}))) == 0
	count(places(workload({"tensor": 8, "pipeline": 2, "gpus": 8, "nodes": 2}, {"worker": ["spec", "workerSpec"]}))) == 0
}

test_ignores_what_is_not_known if {
	count(places(workload({"tensor": 4, "data": 2, "gpus": 8}, {}))) == 0
	count(places(workload({"tensor": 4, "gpus": 8}, {"worker": ["spec", "worker"]}))) == 0
	count(places(workload({"tensor": 4}, {}))) == 0
	count(places(workload({"gpus": 4}, {}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"serving": {"parallelism": {"tensor": 2}}}})) == 0
	count(places({"artifacts": [{}]})) == 0
}

spec(parallelism, gpus) := {"spec": {"serving": {"parallelism": parallelism}, "resources": {"gpu": {"count": gpus}}}}

workload(values, more) := {"artifacts": [{"facts": {
	"kind": "LLMInferenceService",
	"role": "workload",
	"workload": object.union({key: {"value": value, "at": [key]} | some key, value in values}, more),
}}]}

places(doc) := at if {
	doc.spec
	at := {f.at | some f in rule.finding} with input as doc
} else := at if {
	at := {[f.at, object.get(f, "severity", "error")] | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said_1([]) == {
		{
			"at": ["spec", "serving", "parallelism"],
			"related": [["spec", "resources", "gpu", "count"]],
			"says": ["2", "`1`", "`2`", "`1`"],
		},
	}
}

test_ignores_other_numbers_of_workload_gpus if {
	said_2([{"op": "replace", "path": "/artifacts/0/facts/workload/gpus/value", "value": 8}]) == set()
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"spec": {"resources": {"gpu": {"count": 1}}, "serving": {"parallelism": {"pipeline": 2}}}}

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
				"workload": {
					"gpus": {"at": ["gpus"], "value": 4},
					"tensor": {"at": ["tensor"], "value": 8},
					"worker": ["spec", "worker"],
				},
			},
		},
	],
}
