package servelint.rules.verification["coverage-load-and-canary_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["coverage-load-and-canary"] as rule

items := ["checklists", 0, "spec", "items"]

load := {"category": "load", "gate": "blocking", "verifies": ["slo/availability", "slo/latency"]}

canary := {"category": "canary", "gate": "blocking", "verifies": ["slo/availability"]}

drill := {"category": "rollback", "gate": "advisory", "verifies": ["rollback/rto"]}

test_accepts_full_coverage if {
	places(review([load, canary, drill])) == set()
}

test_flags_missing_categories if {
	messages := {f.message | some f in rule.finding; f.at == items} with input as review([object.union(load, {"category": "quality"}), drill])
	count(messages) == 2
}

test_flags_advisory_items if {
	places(review([object.union(load, {"gate": "advisory"}), canary, drill])) == {items, ["serving", "spec", "slos", 1, "name"]}
	places(review([load, object.union(canary, {"gate": "advisory"}), drill])) == {items}
}

test_flags_an_slo_that_nothing_verifies if {
	places(review([object.union(load, {"verifies": []}), canary, drill])) == {["serving", "spec", "slos", 1, "name"]}
}

test_flags_an_slo_that_advisory_items_alone_verify if {
	blocking := object.union(load, {"verifies": ["slo/availability"]})
	advisory := {"id": "LOAD-9", "category": "load", "gate": "advisory", "verifies": ["slo/latency"]}
	found := testing.all(rule.finding) with input as review([blocking, advisory, canary, drill])
	found == {{
		"at": ["serving", "spec", "slos", 1, "name"],
		"severity": "warning",
		"help": "Let an item that blocks verify the objective.",
		"related": [["checklists", 0, "spec", "items", 1, "gate"]],
		"says": ["`latency`", "`LOAD-9`"],
	}}
	places(review([blocking, advisory, object.union(canary, {"verifies": ["slo/latency"]}), drill])) == set()
}

test_flags_a_rollback_time_that_nothing_verifies if {
	places(review([load, canary])) == {["serving", "spec", "rollback", "rto"]}
}

test_accepts_no_canary_without_production_impact if {
	places(with_spec(review([load, drill]), {"noProductionImpact": {"reason": "internal"}})) == set()
}

test_ignores_other_environments if {
	places(with_spec(review([]), {"environment": "staging"})) == set()
}

test_ignores_reviews_without_checklist if {
	places(object.union(review([]), {"checklists": []})) == set()
	places({}) == set()
	places({"serving": {"spec": {"environment": "production"}}}) == set()
}

test_accepts_shadow_where_there_is_no_canary if {
	shadow := object.union(canary, {"category": "shadow"})
	every strategy in ["blueGreen", "rolling", "shadow"] {
		places(with_spec(review([load, shadow, drill]), {"rollout": {"strategy": strategy}})) == set()
	}
	places(with_spec(review([load, shadow, drill]), {"rollout": {"strategy": "canary"}})) == {items}
}

review(list) := {
	"serving": {"spec": {
		"environment": "production",
		"slos": [{"name": "availability"}, {"name": "latency"}],
		"rollback": {"rto": "5m"},
	}},
	"decisions": [],
	"checklists": [{"spec": {"items": list}}],
}

with_spec(doc, part) := object.union(doc, {"serving": {"spec": part}})

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
