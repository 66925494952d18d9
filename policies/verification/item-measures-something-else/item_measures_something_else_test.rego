package servelint.rules.verification["item-measures-something-else_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["item-measures-something-else"] as rule

test_accepts_the_metric_of_the_objective if {
	every name, type in {
		"ttft": "time_to_first_token",
		"tpot": "time_per_output_token",
		"itl": "inter_token_latency",
		"e2el": "request_latency",
		"success_rate": "availability",
		"error_rate": "availability",
		"request_throughput": "throughput",
		"request_goodput": "throughput",
		"output_token_throughput": "goodput",
		"analysis_phase": "availability",
		"judge_win_rate": "quality",
	} {
		places(verifying(name, type, "none")) == set()
	}
}

test_flags_the_metric_of_another if {
	every name, type in {
		"throughput": "time_to_first_token",
		"output_token_throughput": "request_latency",
		"ttft": "request_latency",
		"itl": "time_per_output_token",
		"latency": "availability",
		"error_ratio": "throughput",
	} {
		places(verifying(name, type, "none")) == {verifies}
	}
	said(verifying("throughput", "time_to_first_token", "rate")) == {{
		"at": verifies,
		"related": [["serving", "spec", "slos", 0, "indicator", "type"]],
		"says": ["`A`", "`x`", "`time_to_first_token`", "`throughput`", "`u`"],
	}}
}

test_compares_other_names_by_their_unit if {
	every dimension in ["bytes", "count", "rate"] {
		places(verifying("prompts", "time_to_first_token", dimension)) == {verifies}
		places(verifying("prompts", "inter_token_latency", dimension)) == {verifies}
	}
	every dimension in ["time", "ratio", "enum", "none"] {
		places(verifying("waiting", "time_to_first_token", dimension)) == set()
	}
	every dimension in ["time", "bytes"] {
		places(verifying("drill", "availability", dimension)) == {verifies}
		places(verifying("drill", "throughput", dimension)) == {verifies}
	}
	every dimension in ["count", "ratio", "rate", "enum"] {
		places(verifying("failures", "availability", dimension)) == set()
	}
	places(verifying("anything", "quality", "time")) == set()
}

test_flags_a_rollback_in_another_unit if {
	every dimension in ["count", "ratio", "rate", "bytes"] {
		places(rollback(dimension)) == {verifies}
	}
	every dimension in ["time", "enum", "none"] {
		places(rollback(dimension)) == set()
	}
}

test_what_does_not_block_is_a_warning if {
	advisory := testing.after(rollback("count"), {"/checklists/0/spec/items/0/gate": "advisory"})
	{finding.severity | some finding in said(advisory)} == {"warning"}
}

test_a_load_test_is_no_canary if {
	places(canary(["load"])) == {evidence(0)}
	every kind in ["analysis", "monitoring", "value", "samples"] {
		places(canary([kind])) == set()
		places(canary(["load", kind])) == set()
	}
	places(canary([])) == set()
	load := testing.after(canary(["load"]), {"/checklists/0/spec/items/0/category": "load"})
	places(load) == set()
}

test_flags_what_shows_no_service_at_work if {
	every kind in ["quality", "security", "supply"] {
		places(canary([kind])) == {evidence(0)}
		places(testing.after(canary([kind]), {"/checklists/0/spec/items/0/category": "load"})) == {evidence(0)}
		places(testing.after(canary([kind]), {"/checklists/0/spec/items/0/category": "security"})) == set()
	}
	scan := resting("security", "availability")
	said(scan) == {{
		"at": verifies,
		"related": [["serving", "spec", "slos", 0, "indicator", "type"]],
		"says": ["`A`", "`x`", "`availability`", "`a`"],
	}}
	places(resting("load", "availability")) == set()
	places(resting("quality", "quality")) == set()
	places(testing.after(scan, {"/checklists/0/spec/items/0/verifies": []})) == set()
}

test_names_of_fields_tell_their_unit if {
	every select, unit in {
		"/failed_requests": ["s", "time"],
		"/a/0/total_tokens": ["ms", "time"],
		"/count": ["ratio", "ratio"],
		"/p95_ms": ["s", "time"],
		"/duration_seconds": ["ms", "time"],
		"/took_minutes": ["s", "time"],
		"/error_percent": ["ratio", "ratio"],
		"/error_ratio": ["percent", "ratio"],
		"/peak_bytes": ["count", "count"],
	} {
		places(selecting(select, unit[0], unit[1])) == {array.concat(evidence(0), ["select"])}
	}
	every select, unit in {
		"/duration_seconds": ["s", "time"],
		"/p95_ms": ["ms/token", "time"],
		"/value": ["s", "time"],
		"/failed_requests": ["count", "count"],
		"/error_ratio": ["ratio", "ratio"],
		"/items": ["ratio", "ratio"],
		"/tokens_served": ["s", "time"],
		"/x_ms": ["furlongs", "none"],
		"/peak_bytes": ["GiB", "bytes"],
	} {
		places(selecting(select, unit[0], unit[1])) == set()
	}
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	places({"checklists": [{"spec": {"items": [{"verifies": ["slo/x", "rollback/rto"]}]}}]}) == set()
}

verifies := ["checklists", 0, "spec", "items", 0, "verifies", 0]

evidence(n) := ["checklists", 0, "spec", "items", 0, "evidence", n]

review(item, facts, type) := {
	"serving": {"spec": {"slos": [{"name": "x", "indicator": {"type": type}}]}},
	"checklists": [{
		"spec": {"items": [object.union({"id": "A", "gate": "blocking"}, item)]},
		"facts": {"items": [facts]},
	}],
}

verifying(name, type, dimension) := review(
	{"verifies": ["slo/x"], "metric": {"name": name, "unit": "u"}},
	{"dimension": dimension, "metric": object.get(canonical, name, name)},
	type,
)

# As the host names them.
canonical := {
	"ttft": "time_to_first_token",
	"tpot": "time_per_output_token",
	"itl": "inter_token_latency",
	"e2el": "request_latency",
	"latency": "request_latency",
	"success_rate": "availability",
	"error_rate": "error_ratio",
	"request_throughput": "throughput",
	"request_goodput": "goodput",
}

rollback(dimension) := review({"verifies": ["rollback/rto"], "metric": {"name": "n", "unit": "u"}}, {"dimension": dimension}, "quality")

canary(kinds) := review(
	{"category": "canary", "metric": {"name": "n", "unit": "u"}},
	{"dimension": "time", "results": [{"at": ["spec", "items", 0, "evidence", i], "path": "a", "evidence": {"kind": kind, "tool": "t"}} | some i, kind in kinds]},
	"quality",
)

resting(kind, type) := review(
	{"category": "quality", "verifies": ["slo/x"], "metric": {"name": "n", "unit": "u"}},
	{"dimension": "count", "metric": "n", "results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a", "evidence": {"kind": kind, "tool": "t"}}]},
	type,
)

selecting(select, unit, dimension) := review(
	{"metric": {"name": "n", "unit": unit}},
	{"dimension": dimension, "results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a", "format": "json", "select": select}]},
	"quality",
)

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}

places(document) := at if {
	at := testing.places(rule.finding) with input as document
}
