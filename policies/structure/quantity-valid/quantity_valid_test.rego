package servelint.rules.structure["quantity-valid_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["quantity-valid"] as rule

memory := ["spec", "resources", "memory"]

test_flags_a_quantity_without_a_number if {
	places({"spec": {"resources": {"memory": "16GB"}}, "facts": {}}) == {memory}
	places({"spec": {"model": {"parameters": "70B"}}, "facts": {}}) == {["spec", "model", "parameters"]}
}

test_flags_thousandths_of_a_byte if {
	places(replica("512m", 0.512)) == {memory}
	places({
		"spec": {"model": {"parameters": "350m"}},
		"facts": {"spec": {"model": {"parameters": 0.35}}},
	}) == {["spec", "model", "parameters"]}
}

test_flags_memory_below_one_mebibyte if {
	places(replica("1023Ki", 1047552)) == {memory}
	places(replica("16", 16)) == {memory}
}

test_accepts_memory_of_exactly_one_mebibyte if {
	places(replica("1Mi", 1048576)) == set()
}

test_flags_a_gpu_of_a_few_bytes if {
	places({
		"spec": {"resources": {"gpu": {"memory": "80", "overhead": "0"}}},
		"facts": {"spec": {"resources": {"gpu": {"memory": 80, "overhead": 0}}}},
	}) == {["spec", "resources", "gpu", "memory"]}
}

test_flags_thousands_of_cores if {
	places({
		"spec": {"resources": {"cpu": "8000"}},
		"facts": {"spec": {"resources": {"cpu": 8000}}},
	}) == {["spec", "resources", "cpu"]}
}

test_accepts_processor_thousandths if {
	places({
		"spec": {"resources": {"cpu": "500m", "memory": "16Gi"}, "model": {"parameters": "70.6G"}},
		"facts": {"spec": {"resources": {"cpu": 0.5, "memory": 17179869184}, "model": {"parameters": 70600000000}}},
	}) == set()
}

test_ignores_missing_quantities if {
	places({}) == set()
	places({"spec": {}, "facts": {}}) == set()
}

test_ignores_documents_without_facts if {
	places({"spec": {"resources": {"memory": "16Gi"}}}) == set()
}

replica(quantity, bytes) := {
	"spec": {"resources": {"memory": quantity}},
	"facts": {"spec": {"resources": {"memory": bytes}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_another_gpu_memory if {
	said_3([{"op": "replace", "path": "/spec/resources/gpu/memory", "value": "m"}]) == {{"at": ["spec", "resources", "gpu", "memory"], "says": ["`m`", "80", "`m`", "`Mi`"]}}
	said_3([{"op": "replace", "path": "/spec/resources/gpu/memory", "value": "meant"}]) == {{"at": ["spec", "resources", "gpu", "memory"], "says": ["`meant`", "256"]}}
}

test_flags_another_gpu_overhead if {
	said_3([{"op": "replace", "path": "/spec/resources/gpu/overhead", "value": "m"}]) == {
		{"at": ["spec", "resources", "gpu", "memory"], "says": ["`80`", "256"]},
		{"at": ["spec", "resources", "gpu", "overhead"], "says": ["`m`", "0", "`m`", "`Mi`"]},
	}
}

test_flags_another_model_parameters if {
	said_1([{"op": "replace", "path": "/spec/model/parameters", "value": "MB"}]) == {{"at": ["spec", "model", "parameters"], "says": ["`MB`", "`M`", "10", "6", "`Mi`", "2", "20"]}}
}

test_flags_another_resources_cpu if {
	said_2([{"op": "replace", "path": "/spec/resources/cpu", "value": "m"}]) == {{"at": ["spec", "resources", "cpu"], "says": ["`m`", "4096"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"facts": {}, "spec": {"model": {"parameters": "70B"}}}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {"facts": {"spec": {"resources": {"cpu": 8000}}}, "spec": {"resources": {"cpu": "8000"}}}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"facts": {"spec": {"resources": {"gpu": {"memory": 80, "overhead": 0}}}},
	"spec": {"resources": {"gpu": {"memory": "80", "overhead": "0"}}},
}
