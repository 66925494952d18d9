package servelint.rules.structure["quantity-valid_test"]

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
