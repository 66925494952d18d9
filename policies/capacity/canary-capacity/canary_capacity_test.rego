package servelint.rules.capacity["canary-capacity_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["canary-capacity"] as rule

test_flags_a_step_whose_replicas_cannot_serve_its_weight if {
	said(specification([{"weight": 5, "canaryReplicas": 1}, {"weight": 25, "canaryReplicas": 2}])) == {{
		"at": ["spec", "rollout", "steps", 1, "canaryReplicas"],
		"related": [["spec", "rollout", "steps", 1, "weight"]],
		"says": ["`25`", "1000", "`2`", "540", "4"],
	}}
}

test_flags_a_step_at_full_weight_without_any_replica if {
	said(specification([{"weight": 100, "canaryReplicas": 0}])) == {{
		"at": ["spec", "rollout", "steps", 0, "canaryReplicas"],
		"related": [["spec", "rollout", "steps", 0, "weight"]],
		"says": ["`100`", "4000", "`0`", "0", "15"],
	}}
}

test_flags_replicas_that_serve_less_than_a_request_a_second_each if {
	{finding.says | some finding in said(effective(specification([{"weight": 1, "canaryReplicas": 25}]), 0.5))} == {["`1`", "40", "`25`", "12.5", "80"]}
	{finding.says | some finding in said(manifest({"weight": 5, "canaryReplicas": 4}, 0.5))} == {["`a`", "5", "5", "`4`", "2", "10"]}
}

test_accepts_replicas_that_serve_exactly_their_weight if {
	said(specification([{"weight": 27, "canaryReplicas": 4}, {"weight": 100, "canaryReplicas": 15}])) == set()
}

test_accepts_replicas_that_are_short_by_rounding_noise_only if {
	said(effective(specification([{"weight": 27, "canaryReplicas": 4}]), 269.9999999999)) == set()
	said(manifest({"weight": 50, "canaryReplicas": 5}, 9.99999999999)) == set()
}

test_ignores_numbers_that_the_schema_refuses if {
	said(specification([{"weight": 101, "canaryReplicas": 1}])) == set()
	said(specification([{"weight": 90, "canaryReplicas": -1}])) == set()
}

test_ignores_steps_without_replicas_or_weight if {
	said(specification([{"weight": 90}, {"canaryReplicas": 1}])) == set()
}

test_flags_a_scale_of_a_rollout_below_its_weight if {
	said(manifest({"weight": 51, "canaryReplicas": 4}, 10)) == {{
		"at": ["artifacts", 0, "step"],
		"related": [["serving", "spec", "capacity", "perReplica", "throughputRps"]],
		"says": ["`a`", "51", "51", "`4`", "40", "6"],
	}}
}

test_accepts_a_scale_of_a_rollout_that_serves_its_weight if {
	said(manifest({"weight": 50, "canaryReplicas": 5}, 10)) == set()
}

test_ignores_steps_of_a_rollout_that_set_no_scale if {
	said(manifest({"weight": 50}, 10)) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["facts", "spec/traffic", "spec/rollout"] {
		said(json.remove(specification([{"weight": 90, "canaryReplicas": 1}]), [path])) == set()
	}
	said(json.remove(manifest({"weight": 90, "canaryReplicas": 1}, 10), ["serving"])) == set()
}

# A peak of 4000 rps, and 270 rps of each replica.
specification(steps) := {
	"spec": {"rollout": {"steps": steps}, "traffic": {"peakRps": 4000}},
	"facts": {"capacity": {"effectiveRps": 270}},
}

effective(doc, rps) := testing.after(doc, {"/facts/capacity/effectiveRps": rps})

# A peak of 100 rps.
manifest(step, rps) := {
	"serving": {"spec": {"traffic": {"peakRps": 100}}, "facts": {"capacity": {"effectiveRps": rps}}},
	"artifacts": [{"facts": {
		"kind": "Rollout",
		"name": "a",
		"role": "rollout",
		"rollout": {"steps": [object.union(step, {"at": ["step"]})]},
	}}],
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
