package servelint.rules.capacity["gpu-parallelism-mismatch_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["gpu-parallelism-mismatch"] as rule

test_flags_a_specification_whose_product_differs if {
	said(specification({"tensor": 4, "pipeline": 2}, 4)) == {{
		"at": ["spec", "serving", "parallelism"],
		"related": [["spec", "resources", "gpu", "count"]],
		"says": ["8", "`4`", "`2`", "`4`"],
	}}
	{finding.says | some finding in said(specification({"pipeline": 2}, 1))} == {["2", "`1`", "`2`", "`1`"]}
	{finding.says | some finding in said(specification({"tensor": 2}, 1))} == {["2", "`2`", "`1`", "`1`"]}
}

test_accepts_a_specification_whose_product_is_the_gpus if {
	said(specification({"tensor": 2, "pipeline": 2}, 4)) == set()
	said(specification({"tensor": 2}, 2)) == set()
}

test_flags_a_pod_with_fewer_gpus_than_the_product if {
	said(manifest({"tensor": 4, "pipeline": 2, "gpus": 2})) == {{
		"at": ["artifacts", 0, "tensor"],
		"related": [["artifacts", 0, "gpus"]],
		"says": ["`chat`", "8", "`4`", "`2`", "2"],
		"severity": "error",
	}}
}

test_flags_a_pod_with_idle_gpus if {
	{finding.says | some finding in said(manifest({"tensor": 2, "gpus": 8}))} == {["`chat`", "2", "`2`", "`1`", "8"]}
}

test_flags_idle_gpus_of_a_manifest_alone_as_a_warning if {
	alone := {"facts": {"unclaimed": true}}
	{finding.severity | some finding in said(object.union(manifest({"tensor": 2, "gpus": 8}), alone))} == {"warning"}
	{finding.severity | some finding in said(object.union(manifest({"tensor": 8, "gpus": 2}), alone))} == {"error"}
}

test_flags_a_single_copy_of_the_engine_like_any if {
	count(said(manifest({"tensor": 2, "gpus": 8, "data": 1}))) == 1
}

test_accepts_a_pod_whose_gpus_are_the_product if {
	said(manifest({"tensor": 2, "gpus": 2})) == set()
}

test_accepts_a_replica_whose_nodes_make_up_the_product if {
	said(with_worker({"tensor": 8, "pipeline": 2, "gpus": 8, "nodes": 2})) == set()
	said(manifest({"tensor": 8, "gpus": 4, "nodes": 2})) == set()
}

test_flags_a_replica_whose_nodes_do_not_make_up_the_product if {
	{finding.says | some finding in said(with_worker({"tensor": 8, "pipeline": 2, "gpus": 8, "nodes": 3}))} == {["`chat`", "16", "`8`", "`2`", "24"]}
}

test_flags_nodes_of_too_few_gpus_once if {
	{object.get(finding, "severity", "error") | some finding in said(with_worker({"tensor": 8, "gpus": 4, "nodes": 1}))} == {"error"}
}

test_flags_a_pod_too_small_for_its_tensor_group_whatever_the_number_of_workers if {
	said(with_worker({"tensor": 8, "gpus": 7})) == {{
		"at": ["artifacts", 0, "tensor"],
		"related": [["artifacts", 0, "gpus"]],
		"says": ["`chat`", "8", "7"],
		"severity": "warning",
	}}
}

test_ignores_workers_whose_number_is_not_written if {
	said(with_worker({"tensor": 8, "gpus": 8})) == set()
	said(with_worker({"tensor": 4, "gpus": 8})) == set()
}

test_ignores_several_copies_of_the_engine if {
	said(manifest({"tensor": 4, "data": 2, "gpus": 8})) == set()
	said(with_worker({"tensor": 8, "data": 2, "gpus": 4})) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"artifacts": [{}]}) == set()
	said(json.remove(specification({"tensor": 4}, 2), ["spec/resources"])) == set()
	said(json.remove(specification({"tensor": 4}, 2), ["spec/serving"])) == set()
	said(manifest({"tensor": 4})) == set()
	said(manifest({"gpus": 4})) == set()
}

specification(parallelism, gpus) := {"spec": {
	"serving": {"parallelism": parallelism},
	"resources": {"gpu": {"count": gpus}},
}}

manifest(values) := {"artifacts": [{"facts": {
	"kind": "LLMInferenceService",
	"name": "chat",
	"role": "workload",
	"workload": {key: {"value": value, "at": [key]} | some key, value in values},
}}]}

with_worker(values) := testing.after(manifest(values), {"/artifacts/0/facts/workload/worker": ["spec", "worker"]})

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

test_ignores_a_server_that_others_join if {
	every args in [["--nnodes", "2"], ["--headless"], ["bash -c 'ray start --head'"], ["--distributed-executor-backend=ray"]] {
		said(joined(args)) == set()
	}
	said(joined(["--port", "8000"])) != set()
}

joined(args) := testing.after(manifest({"tensor": 16, "gpus": 8}), {
	"/artifacts/0/c": {"args": args},
	"/artifacts/0/facts/workload/tensor/at": ["c", "args", 0],
})
