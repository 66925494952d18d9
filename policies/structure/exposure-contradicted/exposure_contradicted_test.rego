package servelint.rules.structure["exposure-contradicted_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["exposure-contradicted"] as rule

environment := ["serving", "spec", "environment"]

alert := ["serving", "spec", "alerts", 0]

staging(changes) := testing.after(good, object.union({"/serving/spec/environment": "staging"}, changes))

quiet := {"/serving/spec/alerts/0/severity": "ticket"}

test_flags_pages_outside_of_production if {
	said(staging({})) == {{
		"at": environment,
		"says": ["`staging`", "1", "`page`", "`pagerduty:chat`"],
		"severity": "warning",
		"related": [alert],
	}}
}

test_flags_pages_of_declared_manifests if {
	page := {"facts": {"declared": true, "kind": "PrometheusRule", "alerts": [{"at": ["spec", "groups", 0], "severity": {"value": "page", "at": []}}]}}
	said(staging(object.union(quiet, {"/artifacts": [page]}))) == {{
		"at": environment,
		"says": ["`staging`", "1", "`page`", "`pagerduty:chat`"],
		"severity": "warning",
		"related": [["artifacts", 0, "spec", "groups", 0]],
	}}
	said(staging(object.union(quiet, {"/artifacts": [json.patch(page, [{"op": "remove", "path": "/facts/declared"}])]}))) == set()
}

test_accepts_pages_that_wake_nobody_outside_of_production if {
	said(testing.without(staging({}), ["/serving/metadata/oncall"])) == set()
	said(staging(quiet)) == set()
}

test_flags_a_namespace_that_names_production if {
	every name in ["prod", "ml-prod", "Production", "team_prd"] {
		said(staging(object.union(quiet, {"/artifacts": [manifest({"namespace": name})]}))) == {{
			"at": environment,
			"says": ["`staging`", sprintf("`%s`", [name])],
			"related": [["artifacts", 0, "metadata", "namespace"]],
		}}
	}
}

test_flags_a_label_that_names_production if {
	said(staging(object.union(quiet, {"/artifacts": [manifest({"labels": {"example.org/env": "prod"}})]}))) == {{
		"at": environment,
		"says": ["`staging`", "`example.org/env`", "`prod`"],
		"related": [["artifacts", 0, "metadata", "labels", "example.org/env"]],
	}}
	said(staging(object.union(quiet, {"/serving/metadata/labels": {"environment": "production"}}))) == {{
		"at": environment,
		"says": ["`staging`", "`environment`", "`production`"],
		"related": [["serving", "metadata", "labels", "environment"]],
	}}
}

test_accepts_names_that_only_resemble_production if {
	every name in ["pre-prod", "non-prod", "products", "nonprod", "staging"] {
		said(staging(object.union(quiet, {"/artifacts": [manifest({"namespace": name, "labels": {"app": "prod"}})]}))) == set()
	}
}

test_ignores_manifests_that_are_not_declared if {
	other := json.patch(manifest({"namespace": "prod"}), [{"op": "remove", "path": "/facts/declared"}])
	said(staging(object.union(quiet, {"/artifacts": [other]}))) == set()
}

test_flags_an_experimental_tier_that_pages if {
	said(testing.after(good, {"/serving/spec/tier": "experimental"})) == {{
		"at": ["serving", "spec", "tier"],
		"says": ["`experimental`", "1", "`page`"],
		"severity": "warning",
		"related": [alert],
	}}
	said(testing.after(good, object.union(quiet, {"/serving/spec/tier": "experimental"}))) == set()
}

test_flags_no_impact_beside_traffic if {
	said(testing.after(good, {"/serving/spec/noProductionImpact": {"reason": "small"}})) == {{
		"at": ["serving", "spec", "noProductionImpact"],
		"says": ["`noProductionImpact`", "12"],
		"help": "State the rollout and the rollback of the revision.",
		"related": [["serving", "spec", "traffic", "peakRps"]],
	}}
}

test_accepts_no_impact_where_nobody_calls if {
	said(testing.after(good, {"/serving/spec/noProductionImpact": {"reason": "small"}, "/serving/spec/traffic/peakRps": 0})) == set()
	said(staging(object.union(quiet, {"/serving/spec/noProductionImpact": {"reason": "small"}}))) == set()
}

test_accepts_a_service_in_production if {
	said(good) == set()
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
}

manifest(metadata) := {"metadata": metadata, "facts": {"declared": true, "kind": "Deployment"}}

good := {
	"serving": {
		"metadata": {"name": "chat", "oncall": "pagerduty:chat"},
		"spec": {
			"environment": "production",
			"tier": "critical",
			"traffic": {"peakRps": 12},
			"alerts": [{"slo": "availability", "severity": "page"}],
		},
	},
	"artifacts": [],
}

said(review) := found if {
	found := testing.all(rule.finding) with input as review
}
