package servelint.rules.runtime["field-ignored-in-mode_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["field-ignored-in-mode"] as rule

test_flags_knative_fields_in_standard_mode if {
	places(service("Standard", {"canaryTrafficPercent": 10, "concurrency": 4}, {})) == {
		[["artifacts", 0, "canaryTrafficPercent"], "error"],
		[["artifacts", 0, "concurrency"], "error"],
	}
}

test_flags_standard_fields_in_other_modes if {
	tree := {"canary": [{"trafficPercent": 5}], "predictor": {"deploymentStrategy": {"type": "Recreate"}}}
	every mode in ["Knative", "ModelMesh"] {
		places(service(mode, {}, tree)) == {
			[["artifacts", 0, "spec", "canary"], "error"],
			[["artifacts", 0, "spec", "predictor", "deploymentStrategy"], "error"],
		}
	}
}

test_flags_fields_whose_mode_is_unknown_as_warning if {
	places(service("", {"canaryTrafficPercent": 10}, {"canary": [{}]})) == {
		[["artifacts", 0, "canaryTrafficPercent"], "warning"],
		[["artifacts", 0, "spec", "canary"], "warning"],
	}
}

test_flags_by_the_mode_of_the_specification if {
	said := object.union(service("", {"canaryTrafficPercent": 10}, {}), {"serving": {"spec": {"serving": {"platform": "kserve", "deploymentMode": "Standard"}}}})
	places(said) == {[["artifacts", 0, "canaryTrafficPercent"], "error"]}
	some f in rule.finding with input as said
	f.message == "`canaryTrafficPercent` has no effect in Standard mode: all traffic goes to the new revision, not 10 %"
	f.related == [{"at": ["serving", "spec", "serving", "deploymentMode"], "message": "the mode"}]
}

test_accepts_fields_in_their_mode if {
	count(places(service("Knative", {"canaryTrafficPercent": 10, "concurrency": 4}, {}))) == 0
	count(places(service("Standard", {}, {"canary": [{}], "predictor": {"deploymentStrategy": {}}}))) == 0
}

test_ignores_other_kinds_and_unfinished_manifests if {
	count(places({})) == 0
	count(places({"artifacts": [{"facts": {"kind": "Deployment", "role": "workload", "workload": {"concurrency": {"value": 4, "at": []}}}}]})) == 0
	count(places({"artifacts": [{"facts": {"kind": "InferenceService", "role": "workload", "workload": {}}}]})) == 0
}

test_the_messages_name_field_and_mode if {
	said(service("Standard", {"concurrency": 1}, {})) == {{
		"at": ["artifacts", 0, "concurrency"],
		"related": [["artifacts", 0, "mode"]],
		"says": ["`containerConcurrency`", "1"],
	}}
	tree := {"canary": [{"trafficPercent": 5}], "predictor": {"deploymentStrategy": {"type": "Recreate"}}}
	{f.says[0] | some f in said(service("Knative", {}, tree))} == {"`canary`", "`deploymentStrategy`"}
}

test_accepts_values_that_change_nothing if {
	count(places(service("Standard", {"canaryTrafficPercent": 100, "concurrency": 0}, {"canary": []}))) == 0
	count(places(service("Knative", {}, {"canary": []}))) == 0
}

test_flags_the_scale_of_knative_in_every_mode if {
	every mode in ["Standard", "Knative", ""] {
		doc := testing.after(service(mode, {}, {}), {"/artifacts/0/metadata": {"annotations": {"autoscaling.knative.dev/max-scale": "4", "autoscaling.knative.dev/window": "60s"}}})
		places(doc) == {[["artifacts", 0, "metadata", "annotations", "autoscaling.knative.dev/max-scale"], "warning"]}
	}
	doc := service("Standard", {}, {"predictor": {"annotations": {"autoscaling.knative.dev/min-scale": "1"}}})
	{f.at | some f in said(doc)} == {["artifacts", 0, "spec", "predictor", "annotations", "autoscaling.knative.dev/min-scale"]}
}

service(mode, values, spec) := {"artifacts": [{
	"spec": spec,
	"facts": {
		"kind": "InferenceService",
		"role": "workload",
		"workload": {key: {"value": value, "at": [key]} |
			some key, value in object.union(values, {"mode": mode})
			value != ""
		},
	},
}]}

places(doc) := at if {
	at := {[f.at, object.get(f, "severity", "error")] | some f in rule.finding} with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

test_flags_a_timeout_of_a_canary_ingress if {
	found := testing.all(rule.finding) with input as {"artifacts": [ingress("nginx", "300"), ingress("kubernetes", "60")]}
	found == {{
		"at": ["artifacts", 0, "metadata", "annotations", read_timeout],
		"severity": "warning",
		"help": "Set the timeout on the Ingress that is no canary.",
		"says": [sprintf("`%s`", [read_timeout]), "`ranker`"],
	}}
}

test_accepts_the_timeout_that_the_ingress_beside_it_has if {
	same := testing.all(rule.finding) with input as {"artifacts": [ingress("nginx", "60"), ingress("kubernetes", "60")]}
	same == set()
	main := testing.all(rule.finding) with input as {"artifacts": [ingress("kubernetes", "60")]}
	main == set()
}

read_timeout := "nginx.ingress.kubernetes.io/proxy-read-timeout"

ingress(platform, seconds) := {
	"metadata": {"annotations": {read_timeout: seconds}},
	"facts": {"kind": "Ingress", "name": "ranker", "platform": platform},
}
