package servelint.rules.runtime["restart-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["restart-missing"] as rule

test_flags_a_service_that_nobody_starts_again if {
	said({}) == {{"at": ["artifacts", 0, "services", "llm"], "says": ["`llm`"]}}
	said({"restart": "no"}) == {{"at": ["artifacts", 0, "services", "llm", "restart"], "says": ["`llm`"]}}
	said({"restart": false}) != set()
}

test_accepts_each_policy if {
	every policy in ["always", "unless-stopped", "on-failure:5", "${RESTART}"] {
		said({"restart": policy}) == set()
	}
	said({"deploy": {"restart_policy": {"condition": "any"}}}) == set()
	said({"extends": {"service": "base"}}) == set()
}

test_ignores_services_without_a_server_and_other_platforms if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"ui": {}},
		"spec": {"containers": [{}]},
		"facts": {"kind": "Deployment", "platform": "deployment", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}]},
	}]}
	found == set()
}

said(service) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": service, "ui": {}},
		"facts": {"kind": "Compose file", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	}]}
}
