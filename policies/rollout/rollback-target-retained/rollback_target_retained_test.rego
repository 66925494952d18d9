package servelint.rules.rollout["rollback-target-retained_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["rollback-target-retained"] as rule

test_flags_a_workload_that_keeps_no_revision if {
	said({}, [keeps(0)]) == {{"at": ["artifacts", 0, "limit"], "related": [], "says": ["`ranker`"]}}
	said(serving("25"), [keeps(0)]) == {{"at": ["artifacts", 0, "limit"], "related": [target], "says": ["`ranker`"]}}
}

# The specification is at revision 31.
test_flags_a_target_further_back_than_the_history if {
	said(serving("25"), [keeps(5)]) == {{"at": ["artifacts", 0, "limit"], "related": [target], "says": ["`ranker`", "5", "6", "`25`"]}}
	said(serving("29"), [keeps(1)]) == {{"at": ["artifacts", 0, "limit"], "related": [target], "says": ["`ranker`", "1", "2", "`29`"]}}
}

test_accepts_a_target_within_the_history if {
	said(serving("26"), [keeps(5)]) == set()
}

# `1e1` is a name of a revision, although it reads as a number.
test_ignores_targets_that_are_no_number if {
	said(serving("ranker-v2"), [keeps(5)]) == set()
	said(serving("1e1"), [keeps(5)]) == set()
	said({}, [keeps(5)]) == set()
}

target := ["serving", "spec", "rollback", "targetRevision"]

serving(revision) := {"metadata": {"revision": 31}, "spec": {"rollback": {"targetRevision": revision}}}

keeps(limit) := {"facts": {
	"kind": "Rollout",
	"name": "ranker",
	"role": "rollout",
	"workload": {"revisionHistoryLimit": {"value": limit, "at": ["limit"]}},
}}

# Routes need 30 s to follow: data.servelint.platforms.
test_flags_pods_that_go_before_routes_follow if {
	said({}, [switches("blueGreen", 29)]) == {{"at": ["artifacts", 0, "delay"], "says": ["`ranker`", "29", "30"]}}
}

test_accepts_pods_that_stay_as_long_as_routes_need if {
	said({}, [switches("blueGreen", 30)]) == set()
}

test_ignores_the_delay_of_a_canary if {
	said({}, [switches("canary", 10)]) == set()
}

switches(strategy, delay) := {"facts": {"kind": "Rollout", "name": "ranker", "role": "rollout", "rollout": {
	"strategy": {"value": strategy},
	"scaleDownDelaySeconds": {"value": delay, "at": ["delay"]},
}}}

test_flags_a_stopped_workload_to_return_to if {
	said({}, [stopped("stable-workload")]) == {{"at": ["artifacts", 0, "annotation"], "says": ["`ranker`"]}}
}

test_ignores_a_stopped_workload_that_is_new if {
	said({}, [stopped("workload")]) == set()
}

stopped(role) := {"facts": {
	"kind": "InferenceService",
	"name": "ranker",
	"role": role,
	"workload": {"stopped": {"value": true, "at": ["annotation"]}},
}}

test_ignores_manifests_that_set_nothing if {
	said({}, [{"facts": {"kind": "Rollout", "role": "rollout"}}, {}]) == set()
}

said(spec, manifests) := found if {
	found := testing.all(rule.finding) with input as {"serving": spec, "artifacts": manifests}
}
