package servelint.rules.rollout["rollback-rto-vs-cold-start_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-rto-vs-cold-start"] as rule

# The rollback is promised within 300 s, and a replica starts in 480 s.
late := {{"at": ["spec", "rollback", "rto"], "related": [["spec", "capacity", "coldStart"]], "says": ["`300s`", "`480s`"]}}

test_flags_rollouts_that_scale_the_old_version_down if {
	every strategy in ["blueGreen", "rolling"] {
		said(spec(strategy, {}, 300)) == late
		some f in rule.finding with input as spec(strategy, {}, 300)
		contains(f.message, sprintf("a %s rollout", [strategy]))
	}
}

test_flags_a_canary_that_is_said_to_scale_down if {
	said(spec("canary", {"scaleDownOnPromotion": true}, 300)) == late
}

test_flags_once_where_both_reasons_hold if {
	said(spec("blueGreen", {"scaleDownOnPromotion": true}, 300)) == late
}

test_accepts_an_old_version_that_stays if {
	every strategy in ["blueGreen", "rolling"] {
		said(spec(strategy, {"scaleDownOnPromotion": false}, 300)) == set()
	}
}

test_accepts_strategies_that_keep_the_old_version if {
	every strategy in ["canary", "linear", "shadow"] {
		said(spec(strategy, {}, 300)) == set()
	}
}

test_accepts_an_rto_as_long_as_the_cold_start if {
	said(spec("blueGreen", {}, 480)) == set()
}

test_ignores_times_that_are_not_known if {
	said(testing.after(spec("blueGreen", {}, 300), {"/facts/spec/capacity/coldStart": "soon"})) == set()
	every path in ["/facts", "/spec/rollout", "/facts/spec/capacity", "/facts/spec/rollback"] {
		said(testing.without(spec("blueGreen", {}, 300), [path])) == set()
	}
	said({}) == set()
}

spec(strategy, serving, rto) := {
	"spec": {
		"serving": serving,
		"rollout": {"strategy": strategy},
		"rollback": {"rto": sprintf("%vs", [rto])},
		"capacity": {"coldStart": "480s"},
	},
	"facts": {"spec": {"rollback": {"rto": rto}, "capacity": {"coldStart": 480}}},
}

dynamic(value) := {"role": "rollout", "rollout": {"dynamicStableScale": {"value": value, "at": ["field"]}}}

stopped := {"role": "stable-workload", "workload": {"stopped": {"value": true, "at": ["field"]}}}

test_flags_manifests_that_scale_the_old_version_down if {
	every facts in [dynamic(true), stopped] {
		said(manifest(facts, 239)) == {{
			"at": ["artifacts", 0, "field"],
			"related": [["serving", "spec", "rollback", "rto"]],
			"says": ["`239s`", "`ranker`", "`240s`"],
		}}
	}
}

test_accepts_manifests_that_keep_the_old_version if {
	said(manifest(dynamic(false), 60)) == set()
}

test_accepts_manifests_where_the_rto_leaves_the_time_to_start if {
	said(manifest(dynamic(true), 240)) == set()
}

test_ignores_a_new_workload_that_is_stopped if {
	said(manifest(object.union(stopped, {"role": "workload"}), 60)) == set()
}

manifest(facts, rto) := {
	"serving": {
		"spec": {"rollback": {"rto": sprintf("%vs", [rto])}, "capacity": {"coldStart": "240s"}},
		"facts": {"spec": {"rollback": {"rto": rto}, "capacity": {"coldStart": 240}}},
	},
	"artifacts": [{"facts": object.union({"kind": "Rollout", "name": "ranker"}, facts)}],
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
