package servelint.rules.runtime["readiness-slow_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["readiness-slow"] as rule

test_flags_a_probe_that_waits_for_minutes if {
	said({"periodSeconds": 10, "failureThreshold": 60}, {}) == {[["artifacts", 0, "spec", "containers", 0, "readinessProbe"], ["`vllm`", "`chat`", "10"]]}
	said({"failureThreshold": 7}, {}) != set()
	said({"periodSeconds": 21}, {}) != set()
	said({"periodSeconds": 30, "failureThreshold": 0}, {}) != set()
	said({"periodSeconds": 30, "failureThreshold": 20}, {"livenessProbe": {"periodSeconds": 30, "failureThreshold": 20}}) != set()
}

test_accepts_a_minute_and_what_is_ended_sooner if {
	said({"periodSeconds": 10, "failureThreshold": 6}, {}) == set()
	said({"periodSeconds": 0}, {}) == set()
	said({"periodSeconds": 10, "failureThreshold": 60}, {"livenessProbe": {"periodSeconds": 10}}) == set()
}

test_ignores_unknown_numbers_and_containers_without_a_probe if {
	said({"periodSeconds": "${PERIOD}", "failureThreshold": 60}, {}) == set()
	said({"periodSeconds": -1, "failureThreshold": 60}, {}) == set()
	said(null, {}) == set()
}

test_shows_where_the_time_belongs if {
	contains(help({}), "`startupProbe: {periodSeconds: 10, failureThreshold: 60}`")
	startswith(help({"startupProbe": {}}), "The startup probe already grants")
}

help(container) := [found.help | some found in findings({"failureThreshold": 60}, container)][0]

said(probe, container) := {[row.at, row.says] | some row in testing.all(findings(probe, container))}

findings(probe, container) := found if {
	found := rule.finding with input as {"artifacts": [{
		"spec": {"containers": [object.union({"name": "vllm", "readinessProbe": probe}, container)]},
		"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}]},
	}]}
}
