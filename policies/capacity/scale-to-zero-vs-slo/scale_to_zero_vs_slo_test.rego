package servelint.rules.capacity["scale-to-zero-vs-slo_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["scale-to-zero-vs-slo"] as rule

test_flags_a_cold_start_beyond_the_slos_once if {
	said(specification({"coldStart": 40})) == {{
		"at": ["spec", "capacity", "replicas", "min"],
		"related": [["spec", "slos", 0, "value"], ["spec", "slos", 1, "value"]],
		"says": ["`0`", "`40s`", "800"],
	}}
}

test_flags_a_cold_start_beyond_one_of_the_slos if {
	{finding.related | some finding in said(specification({"coldStart": 0.9}))} == {[["spec", "slos", 0, "value"]]}
	{finding.related | some finding in said(specification({"coldStart": 2.1, "type": "time_to_first_token"}))} == {[["spec", "slos", 0, "value"], ["spec", "slos", 1, "value"]]}
}

test_accepts_a_cold_start_of_exactly_the_slo if {
	said(specification({"coldStart": 0.8})) == set()
}

test_accepts_a_specification_that_keeps_a_replica if {
	said(specification({"coldStart": 40, "min": 1})) == set()
}

test_ignores_slos_on_times_that_a_cold_start_does_not_change if {
	said(specification({"coldStart": 40, "type": "time_per_output_token"})) == set()
	said(review(0, {"coldStart": 40, "min": 1, "type": "time_per_output_token"})) == set()
}

test_flags_a_manifest_that_scales_to_zero_against_its_specification if {
	said(review(0, {"coldStart": 40, "min": 1})) == {{
		"at": ["artifacts", 0, "minReplicas"],
		"related": [["serving", "spec", "slos", 0, "value"], ["serving", "spec", "slos", 1, "value"]],
		"says": ["`ranker`", "`0`", "`40s`", "800"],
	}}
}

test_flags_a_manifest_by_the_slos_that_its_cold_start_breaks if {
	{finding.related | some finding in said(review(0, {"coldStart": 2, "min": 1, "type": "time_to_first_token"}))} == {[["serving", "spec", "slos", 0, "value"]]}
}

test_accepts_a_manifest_that_keeps_a_replica if {
	said(review(1, {"coldStart": 40, "min": 1})) == set()
}

test_accepts_a_manifest_whose_cold_start_meets_the_slos if {
	said(review(0, {"coldStart": 0.8, "min": 1})) == set()
}

# The finding on the specification is enough.
test_ignores_a_manifest_that_agrees_with_its_specification if {
	said(review(0, {"coldStart": 40, "min": 0})) == set()
}

test_flags_what_scales_to_zero_because_it_states_no_minimum if {
	knative := {"artifacts": [{"facts": {"kind": "Service", "name": "ranker", "platform": "knative", "role": "workload", "workload": {"at": ["pod"]}}}]}
	annotation := "autoscaling.knative.dev/min-scale"
	unwritten(knative) == {{
		"at": ["artifacts", 0, "spec", "template", "metadata", "annotations", annotation],
		"related": [["serving", "spec", "slos", 0, "value"], ["serving", "spec", "slos", 1, "value"]],
		"says": ["`ranker`", sprintf("`%s`", [annotation]), "`0`", "`40s`", "800"],
	}}
	{f.at | some f in unwritten(keda({}))} == {["artifacts", 1, "spec", "minReplicaCount"]}
}

test_flags_an_autoscaler_that_idles_at_zero if {
	least := {"min": {"value": 1, "at": ["spec", "minReplicaCount"]}}
	idle := object.union(keda(least), {"serving": specification({"coldStart": 40, "min": 1})})
	said(testing.after(idle, {"/artifacts/1/spec": {"idleReplicaCount": 0}})) == {{
		"at": ["artifacts", 1, "spec", "idleReplicaCount"],
		"related": [["serving", "spec", "slos", 0, "value"], ["serving", "spec", "slos", 1, "value"]],
		"says": ["`scaler`", "`0`", "`40s`", "800"],
	}}
}

test_accepts_what_scales_and_states_a_minimum if {
	unwritten(keda({"min": {"value": 1, "at": ["spec", "minReplicaCount"]}})) == set()

	# The minimum of a HorizontalPodAutoscaler is 1.
	unwritten(testing.after(keda({}), {"/artifacts/1/facts/kind": "HorizontalPodAutoscaler"})) == set()
	agreed := object.union(keda({}), {"serving": specification({"coldStart": 40, "min": 0})})
	said(agreed) == set()
}

unwritten(manifests) := found if {
	found := said(object.union(manifests, {"serving": specification({"coldStart": 40, "min": 1})}))
}

keda(bounds) := {"artifacts": [
	{"facts": {"kind": "Deployment", "name": "ranker", "platform": "deployment", "role": "workload", "workload": {"at": ["pod"]}}},
	{"facts": {"kind": "ScaledObject", "name": "scaler", "role": "autoscaler", "autoscaler": object.union({"target": {"kind": "Deployment", "name": "ranker"}}, bounds)}},
]}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["spec/capacity/replicas", "facts/spec", "facts/slos"] {
		said(json.remove(specification({"coldStart": 40}), [path])) == set()
	}
	said(json.remove(review(0, {"coldStart": 40, "min": 1}), ["serving"])) == set()
}

# Two latency SLOs, of 800 ms and of 2 s, and no replica at least.
specification(differs) := {
	"spec": {
		"capacity": {"replicas": {"min": object.get(differs, "min", 0)}, "coldStart": sprintf("%vs", [differs.coldStart])},
		"slos": [{"indicator": {"type": type_of(differs)}}, {"indicator": {"type": type_of(differs)}}],
	},
	"facts": {
		"spec": {"capacity": {"coldStart": differs.coldStart}},
		"slos": [{"valueSeconds": 0.8}, {"valueSeconds": 2}],
	},
}

type_of(differs) := object.get(differs, "type", "request_latency")

review(least, differs) := {
	"serving": specification(differs),
	"artifacts": [{"facts": {
		"kind": "InferenceService",
		"name": "ranker",
		"role": "workload",
		"workload": {"minReplicas": {"value": least, "at": ["minReplicas"]}},
	}}],
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
