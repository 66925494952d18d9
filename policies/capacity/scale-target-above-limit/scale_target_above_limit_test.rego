package servelint.rules.capacity["scale-target-above-limit_test"]

import data.servelint.rules.capacity["scale-target-above-limit"] as rule

test_flags_a_target_above_the_limit if {
	places(service("Knative", "concurrency", 20, 10)) == {["artifacts", 0, "scaleTarget"]}
}

test_flags_by_the_metric_that_knative_assumes if {
	places(service("Knative", "", 20, 10)) == {["artifacts", 0, "scaleTarget"]}
}

test_accepts_a_target_up_to_the_limit if {
	count(places(service("Knative", "concurrency", 10, 10))) == 0
	count(places(service("Knative", "concurrency", 8, 10))) == 0
}

test_accepts_any_target_without_a_limit if {
	count(places(service("Knative", "concurrency", 20, 0))) == 0
}

test_ignores_other_metrics_and_modes if {
	count(places(service("Knative", "cpu", 80, 10))) == 0
	count(places(service("Standard", "concurrency", 20, 10))) == 0
	count(places(service("", "", 20, 10))) == 0
}

test_ignores_unfinished_manifests if {
	count(places({})) == 0
	count(places({"artifacts": [{"facts": {"kind": "InferenceService", "role": "workload", "workload": {"mode": {"value": "Knative", "at": []}}}}]})) == 0
}

service(mode, metric, target, limit) := {"artifacts": [{"facts": {
	"kind": "InferenceService",
	"role": "workload",
	"workload": {key: {"value": value, "at": [key]} |
		some [key, value] in [["mode", mode], ["scaleMetric", metric], ["scaleTarget", target], ["concurrency", limit]]
		value != ""
	},
}}]}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
