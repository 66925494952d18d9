package servelint.rules.rollout["rollout-drift_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollout-drift"] as rule

# The specification: 5 % and 50 % for ten minutes each, then full traffic.
serving := {
	"spec": {"rollout": {"strategy": "canary", "steps": [{"weight": 5}, {"weight": 50}, {"weight": 100}]}},
	"facts": {"spec": {"rollout": {"steps": [{"bake": 600}, {"bake": 600}, {}]}}},
}

five := step(5, 600)

fifty := step(50, 600)

test_accepts_the_steps_of_the_specification_with_and_without_the_last if {
	said("argo-rollouts", [five, fifty]) == set()
	said("argo-rollouts", [five, fifty, step(100, 0)]) == set()
}

test_flags_steps_with_other_weights if {
	every platform in ["argo-rollouts", "flagger"] {
		said(platform, [step(10, 600), fifty]) == {other_steps(["`ranker`", "10", "50", "5", "50"])}
		said(platform, [five]) == {other_steps(["`ranker`", "5", "5", "50"])}
		said(platform, [step(0.5, 600), fifty]) == {other_steps(["`ranker`", "0.5", "50", "5", "50"])}
	}
}

test_flags_a_canary_without_steps if {
	said("argo-rollouts", []) == {other_steps(["`ranker`", "5", "50"])}
	said("argo-rollouts", [step(100, 0)]) == {other_steps(["`ranker`", "5", "50"])}
	unwritten := testing.without(rollout("argo-rollouts", []), ["/facts/rollout/steps"])
	said_of(serving, unwritten) == {other_steps(["`ranker`", "5", "50"])}
}

test_flags_it_in_one_message if {
	count(rule.finding) == 1 with input as {"serving": serving, "artifacts": [rollout("argo-rollouts", [])]}
}

other_steps(says) := {"at": ["artifacts", 0, "strategy"], "related": [["serving", "spec", "rollout", "steps"]], "says": says}

test_flags_a_step_with_another_bake_time if {
	said("argo-rollouts", [five, step(50, 60)]) == {other_time(50, 1, ["`ranker`", "50", "60", "10"])}
	said("argo-rollouts", [step(5, 601), fifty]) == {other_time(5, 0, ["`ranker`", "5", "10", "1", "10"])}
}

test_accepts_a_bake_time_within_half_a_second if {
	said("argo-rollouts", [step(5, 600.5), fifty]) == set()
}

test_accepts_a_bake_time_that_is_not_known if {
	said("argo-rollouts", [{"weight": 5, "at": ["a"]}, {"weight": 50, "at": ["b"], "indefinite": true}]) == set()
	unbaked := testing.without(serving, ["/facts/spec/rollout/steps/0/bake"])
	said_of(unbaked, rollout("argo-rollouts", [step(5, 60), fifty])) == set()
}

test_accepts_a_first_step_that_carries_nothing if {
	said("argo-rollouts", [step(0, 60), five, fifty]) == set()
}

test_flags_the_step_that_carries_traffic_beside_one_that_carries_none if {
	said("argo-rollouts", [step(0, 60), five, step(50, 60)]) == {other_time(50, 1, ["`ranker`", "50", "60", "10"])}
	idle := {
		"spec": {"rollout": {"strategy": "canary", "steps": [{"weight": 0}, {"weight": 1}, {"weight": 100}]}},
		"facts": {"spec": {"rollout": {"steps": [{"bake": 60}, {"bake": 600}, {}]}}},
	}
	said_of(idle, rollout("argo-rollouts", [step(1, 600)])) == set()
	said_of(idle, rollout("argo-rollouts", [step(1, 60)])) == {other_time(1, 1, ["`ranker`", "1", "60", "10"])}
}

other_time(weight, index, says) := {
	"at": ["artifacts", 0, "step", weight],
	"related": [["serving", "spec", "rollout", "steps", index, "bake"]],
	"says": says,
}

test_flags_another_strategy if {
	every platform in ["argo-rollouts", "flagger"] {
		said_of(serving, blue_green(platform)) == {other_strategy(["`ranker`", "`blueGreen`", "`canary`"])}
		said_of(planned("linear"), blue_green(platform)) == {other_strategy(["`ranker`", "`blueGreen`", "`linear`"])}
		said_of(planned("blueGreen"), rollout(platform, [five, fifty])) == {other_strategy(["`ranker`", "`canary`", "`blueGreen`"])}
	}
}

test_accepts_the_same_strategy_by_another_name if {
	said_of(planned("linear"), rollout("argo-rollouts", [five, fifty])) == set()
	said_of(planned("blueGreen"), blue_green("argo-rollouts")) == set()
}

test_ignores_strategies_that_manifests_do_not_have if {
	said_of(planned("shadow"), rollout("argo-rollouts", [five, fifty])) == set()
	unknown := testing.after(rollout("argo-rollouts", [five, fifty]), {"/facts/rollout/strategy/value": "experiment"})
	said_of(serving, unknown) == set()
	said_of(serving, blue_green("kserve")) == set()
}

other_strategy(says) := {"at": ["artifacts", 0, "kind"], "related": [["serving", "spec", "rollout", "strategy"]], "says": says}

planned(strategy) := testing.after(serving, {"/spec/rollout/strategy": strategy})

blue_green(platform) := testing.after(rollout(platform, []), {"/facts/rollout/strategy/value": "blueGreen"})

test_flags_a_weight_of_kserve_that_is_no_step if {
	every weight in [10, 0.5, 99] {
		said("kserve", [step(weight, 0)]) == {{
			"at": ["artifacts", 0, "step", weight],
			"related": [["serving", "spec", "rollout", "steps"]],
			"says": ["`ranker`", sprintf("%v", [weight]), "5", "50"],
		}}
	}
}

test_flags_a_weight_of_kserve_beside_a_single_step if {
	single := testing.without(serving, ["/spec/rollout/steps/0"])
	{f.says | some f in said_of(single, rollout("kserve", [five]))} == {["`ranker`", "5", "50"]}
}

test_accepts_a_weight_of_kserve_that_is_a_step if {
	said("kserve", [five]) == set()
}

test_accepts_an_inference_service_before_and_after_its_canary if {
	said("kserve", [step(0, 0)]) == set()
	said("kserve", [step(100, 0)]) == set()
}

test_ignores_a_specification_without_steps if {
	said_of({}, rollout("argo-rollouts", [five])) == set()
	said_of({}, rollout("kserve", [step(10, 0)])) == set()
	full := testing.after(serving, {"/spec/rollout/steps": [{"weight": 100}]})
	said_of(full, rollout("argo-rollouts", [five])) == set()
	said_of(full, rollout("kserve", [step(10, 0)])) == set()
}

test_ignores_the_steps_of_other_platforms if {
	said("sagemaker", [step(10, 0)]) == set()
}

step(weight, seconds) := {"weight": weight, "at": ["step", weight], "bakeSeconds": seconds}

rollout(platform, steps) := {"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"platform": platform,
	"rollout": {"at": ["strategy"], "strategy": {"value": "canary", "at": ["kind"]}, "steps": steps},
}}

said(platform, steps) := said_of(serving, rollout(platform, steps))

said_of(spec, manifest) := found if {
	found := testing.all(rule.finding) with input as {"serving": spec, "artifacts": [manifest]}
}

test_flags_the_weight_of_a_revision_of_knative_and_of_a_canary_ingress if {
	every platform in ["knative", "nginx"] {
		{f.says | some f in said_of(serving, single(platform, step(10, 0)))} == {["`ranker`", "10", "5", "50"]}
		said_of(serving, single(platform, five)) == set()
		said_of(serving, single(platform, step(100, 0))) == set()
	}
}

single(platform, share) := testing.after(rollout(platform, [share]), {"/facts/kind": "Service"})

test_ignores_a_canary_ingress_that_a_rollout_moves if {
	moved := {"facts": {"kind": "Rollout", "name": "ranker"}}
	found := testing.all(rule.finding) with input as {"serving": serving, "artifacts": [single("nginx", step(10, 0)), moved]}
	found == set()
}

test_flags_two_backends_whose_shares_are_no_steps if {
	shared([60, 40]) == {{
		"at": ["artifacts", 0, "rule"],
		"severity": "warning",
		"related": [["serving", "spec", "rollout", "steps"]],
		"says": ["`front`", "60", "40", "5", "50"],
	}}
	count(shared([6, 4])) == 1
}

test_accepts_two_backends_one_of_which_has_the_share_of_a_step if {
	shared([95, 5]) == set()
	shared([1, 19]) == set()
	shared([100, 0]) == set()
	shared([40, 30, 30]) == set()
}

test_ignores_shares_that_a_rollout_moves if {
	doc := {"serving": serving, "artifacts": array.concat(front([60, 40]), [{"facts": {"kind": "Rollout", "name": "ranker"}}])}
	found := testing.all(rule.finding) with input as doc
	found == set()
}

test_flags_the_shares_of_an_experiment_of_seldon if {
	{f.says | some f in experiment([60, 40])} == {["`ranker`", "60", "40", "5", "50"]}
	experiment([95, 5]) == set()
}

experiment(weights) := found if {
	facts := {
		"kind": "Experiment",
		"name": "ranker",
		"role": "rollout",
		"platform": "seldon",
		"rollout": {"at": ["spec"], "candidates": [{"weight": weight, "at": ["candidate"]} | some weight in weights]},
	}
	found := testing.all(rule.finding) with input as {"serving": serving, "artifacts": [{"facts": facts}]}
}

shared(weights) := found if {
	found := testing.all(rule.finding) with input as {"serving": serving, "artifacts": front(weights)}
}

front(weights) := [
	{"facts": {"kind": "HTTPRoute", "platform": "gateway-api", "name": "front", "routes": [{
		"at": ["rule"],
		"backends": [{"name": "ranker", "weight": {"value": weight, "at": ["weight"]}} | some weight in weights],
	}]}},
	{"facts": {"kind": "Service", "platform": "kubernetes", "name": "ranker"}},
]
